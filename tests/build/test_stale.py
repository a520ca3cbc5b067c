"""A build shows nothing stale, and executes nothing without need."""

import os

from chapter.execution import cache
from shared.book import TRAINED, cell, make_small

CORPUS = "charrnn/corpus.py"
PLAIN, LOUD = (f".strip(){x}\n\n\nclass Vocab" for x in ("", ".upper()"))


def test_outputs_follow_the_package_and_prose_executes_nothing(book):
    assert "answer: a word" in book.html()
    book.write("\nProse.\n")
    assert "Executed notebook" not in book.build()
    assert "Prose." in book.html()
    book.edit(CORPUS, PLAIN, LOUD)
    assert "Executed notebook" in book.build()
    assert "answer: A WORD" in book.html()
    book.edit(CORPUS, LOUD, PLAIN)
    assert "Using cached notebook" in book.build()
    assert "answer: a word" in book.html()


def test_results_follow_the_page_they_come_from(book):
    book.list_pages("book/other")
    book.write("\nIt is {glue:text}`other.md::result:s`.\n")
    for result in ("one", "two"):
        code = f"from myst_nb import glue\n\nglue('result', '{result}')"
        book.write(cell(code), "book/other")
        book.build()
        expected = f'It is <span class="pasted-text">{result}</span>'
        assert expected in book.html()


def test_a_package_edited_while_a_page_runs_is_not_trusted(book):
    book.write(cell(
        "from pathlib import Path\n"
        "file = Path('../bookkit/display.py')\n"
        "text = file.read_text('utf-8')\n"
        "if not text.endswith('# edited\\n'):\n"
        "    file.write_text(text + '# edited\\n', 'utf-8')"
    ))  # fmt: skip
    assert "a package was edited meanwhile: build again" in book.fail()
    assert "Executed notebook" in book.build()


def test_a_page_that_was_not_written_whole_runs_again(book):
    (folder,) = (book.root / "_build" / ".jupyter_cache").iterdir()
    cache.doubt(folder).touch()
    book.write("\nProse.\n")
    assert "Executed notebook" in book.build()


def test_models_are_trained_ahead_side_by_side_and_once(book):
    make_small(book)
    book.write(TRAINED)
    printed = book.build()
    assert "2 of 2 models to train" in printed
    assert "2 epochs" in book.html()
    book.write(TRAINED + cell("print('more')"))
    assert "0 of 2 models to train" in book.build()


def test_checking_links_leaves_nothing_stale(book):
    book.write("\nSee [this](http://127.0.0.1:9/).\n")
    book.edit(CORPUS, PLAIN, LOUD)
    options = ["--builder", "linkcheck", "--path-output", "_build/links"]
    assert "links can be reached: is there a network?" in book.fail(*options)
    book.build()
    assert "answer: A WORD" in book.html()


def test_the_caches_used_last_are_kept(tmp_path):
    for age, name in enumerate(["own", "a", "b", "c", "d"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1000 + age,) * 2)
    cache.prepare(tmp_path / "own")
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"own", "b", "c", "d"}


def test_a_page_that_is_removed_leaves_the_site(book):
    book.list_pages("book/other")
    book.write(page="book/other")
    book.build()
    other = book.site / "book" / "other.html"
    notebook = book.site / "_sources" / "book" / "other.ipynb"
    assert other.exists() and notebook.exists()
    book.list_pages()
    (book.root / "book" / "other.md").unlink()
    book.build()
    assert not other.exists() and not notebook.exists()
