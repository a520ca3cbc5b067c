"""The cache of executed pages."""

import os

from chapter.execution import cache
from nbformat.v4 import new_code_cell, new_notebook

from bookkit import files

NOTEBOOK = new_notebook(cells=[new_code_cell("1")])


def test_the_most_recently_used_files_of_a_page_are_kept(tmp_path):
    made = [
        cache.file_for(tmp_path, page, NOTEBOOK, str(age))
        for age in range(files.KEPT + 2)
        for page in ("book/page", "book/page-two")
    ]
    for age, file in enumerate(made):
        cache.save(file, NOTEBOOK)
        os.utime(file, (1000 + age,) * 2)
    kept = {file for file in made if file.exists()}
    assert kept == set(made[-2 * files.KEPT :])


def test_a_damaged_file_is_not_used(tmp_path):
    file = cache.file_for(tmp_path, "book/page", NOTEBOOK, "key")
    cache.save(file, NOTEBOOK)
    assert cache.load(file) == NOTEBOOK
    file.write_bytes(file.read_bytes()[:-10])
    assert cache.load(file) is None
