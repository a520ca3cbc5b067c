"""Two builds are the same, byte for byte.

The site of this checkout, built from nothing or step by step, is compared
with one that is built from nothing, trainings included, in a copy of the
sources at another place. One thing is left out, the speed of a training,
which the page of the training states.

The PDF and the zip hold that page packed, where nothing can be left out. Of
the PDF we compare what it is printed from, and test_printing.py proves that
the same document makes the same PDF. Of the zip, test_offline.py proves that
it holds the files of its site, byte for byte.
"""

import re
import shutil

from chapter.print import browser as chromium
from chapter.offer import fork
from chapter.offer import offline
from chapter.print import pdf as printing
import pytest
from shared.site import NOTEBOOKS, ROOT, SITE, build
from shared.tools import need

SPEED = re.compile(rb"median speed [\d,]+ tokens/s")
SOURCES = [
    "charrnn",
    "book",
    "benchmarks",
    "tests",
    "_config.yml",
    "_toc.yml",
]


@pytest.fixture(scope="module")
def copy(built, tmp_path_factory):
    """Build a copy of the book from nothing."""
    copy = tmp_path_factory.mktemp("elsewhere")
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, copy / name)
    found = fork.find(ROOT)
    with pytest.MonkeyPatch.context() as context:
        if found:  # the copy has no origin
            context.setenv(fork.REPOSITORY, found.url)
            context.setenv(fork.BRANCH, found.branch)
        result = build(copy)
    assert result.returncode == 0, result.stdout[-4000:]
    assert "7 of 7 models to train" in result.stdout
    return copy


def contents(folder, pattern="*"):
    """Return all files by name, a speed in them left out."""
    files = (path for path in folder.rglob(pattern) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): SPEED.sub(b"", path.read_bytes())
        for path in files
    }


def test_the_sites_are_identical(copy):
    first, second = contents(SITE), contents(copy / "_build" / "html")
    assert len(second) > 60
    notebooks = [name for name in second if name.endswith(".ipynb")]
    assert len(notebooks) == len(NOTEBOOKS)
    assert set(second) == set(first)
    plain = set(second) - {printing.PDF, offline.ZIP}
    assert [name for name in plain if first[name] != second[name]] == []


def test_the_pdfs_are_printed_from_identical_documents(copy):
    if chromium.find() is None:
        need("Chromium", "to print the PDF")
    first, second = (
        contents(book / "_build" / "print", "chapter.html")["chapter.html"]
        for book in (ROOT, copy)
    )
    assert len(first) > 1_000_000
    assert first == second


def test_the_notebooks_and_figures_are_identical(copy):
    for pattern, number in [("*.ipynb", len(NOTEBOOKS)), ("*.svg", 26)]:
        first, second = (
            contents(book / "_build" / "jupyter_execute", pattern)
            for book in (ROOT, copy)
        )
        assert len(second) == number
        assert [n for n in second if first.get(n) != second[n]] == []


def test_the_speed_is_stated_where_it_is_left_out(copy):
    page = (SITE / "book" / "training.html").read_bytes()
    assert len(SPEED.findall(page)) == 2


def test_no_page_or_notebook_names_a_place_or_a_date(copy):
    for folder in ("html", "jupyter_execute"):
        for name, data in contents(copy / "_build" / folder).items():
            if name.endswith((".html", ".ipynb", ".svg", ".js")):
                assert str(copy).encode() not in data, name
                assert b"dc:date" not in data, name
