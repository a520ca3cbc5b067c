"""What the cells print, what the build says of it, and what is not so."""

import re

import nbformat
import pytest
from chapter.check import findings
from shared.book import cell, make_book
from shared.site import NOTEBOOKS, SITE

SLOW = cell(
    "import sys, time\nfor piece in ('one ', 'line\\n', 'more'):\n"
    "    print(piece, end='', flush=True)\n    time.sleep(0.3)"
) + cell("import time\ntime.sleep(4)")
OTHERWISE = cell(
    "from charrnn.findings import finding\n\n"
    "finding('The moon is made of cheese.', False)"
)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """Build a book with a page that takes its time; give what it printed."""
    book = make_book(tmp_path_factory.mktemp("slow"))
    book.edit(
        "book/_ext/chapter/execute/cache.py", "SILENCE = 10", "SILENCE = 1"
    )
    book.write(SLOW)
    return book, book.build()


def test_what_is_printed_in_pieces_is_shown_as_one(slow):
    book, _ = slow
    assert "one line\nmore\n</pre>" in book.html()
    executed = book.executed / "book" / "index.ipynb"
    _, cell, _ = nbformat.read(executed, as_version=4).cells[-3:]
    assert cell.outputs[0].text == "one line\nmore"
    assert len(cell.outputs) == 1


def test_a_page_that_takes_long_says_so_meanwhile(slow):
    _, printed = slow
    says = r"^book/index: executing for \d s; 0 of 1 pages are read$"
    assert len(re.findall(says, printed, re.M)) >= 2


def test_a_finding_that_comes_out_otherwise_is_no_error(book):
    book.write(OTHERWISE)
    for _ in range(2):  # also when the page comes from the cache
        *_, head, line = book.build().strip().splitlines()
        assert "these findings came out otherwise:" in head
        assert line == "book/index: The moon is made of cheese."
        assert (
            '<p class="admonition-title">Not so in this build</p><p>The '
            "chapter found: “The moon is made of cheese.” Here it came out "
        ) in book.html()
        book.write(OTHERWISE + "\nProse.\n")
    notebook = book.executed / "book" / "index.ipynb"
    assert findings.otherwise(notebook.read_text("utf-8")) == [
        "The moon is made of cheese."
    ]


@pytest.mark.usefixtures("built")
def test_in_the_chapter_no_finding_came_out_otherwise():
    for page in NOTEBOOKS:
        executed = SITE.parent / "jupyter_execute" / f"{page}.ipynb"
        assert findings.otherwise(executed.read_text("utf-8")) == []
