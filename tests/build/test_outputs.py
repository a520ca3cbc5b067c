"""What the cells print, what the build says of it, and false findings."""

import re

import nbformat
import pytest
from chapter.check import findings
from shared.book import cell, make_book

SLOW = cell(
    "import sys, time\nfor piece in ('one ', 'line\\n', 'more'):\n"
    "    print(piece, end='', flush=True)\n    time.sleep(0.3)"
) + cell("import time\ntime.sleep(4)")
FALSE = cell(
    "from charrnn.findings import finding\n\n"
    "finding('The moon is made of cheese.', False)"
)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """Build a book with a page that takes its time; give what it printed."""
    book = make_book(tmp_path_factory.mktemp("slow"))
    book.edit(
        "book/_ext/chapter/execute/pages.py", "SILENCE = 10", "SILENCE = 1"
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


def test_a_finding_that_is_false_is_listed_and_no_error(book):
    book.write(FALSE)
    for _ in range(2):  # also when the page comes from the cache
        *_, head, line = book.build().strip().splitlines()
        assert "these findings came out otherwise:" in head
        assert line == "book/index: The moon is made of cheese."
        assert (
            '<p class="admonition-title">Not so in this build</p><p>The '
            "chapter found: “The moon is made of cheese.” Here it came out "
        ) in book.html()
        book.write(FALSE + "\nProse.\n")
    notebook = book.executed / "book" / "index.ipynb"
    assert findings.false_findings(notebook.read_text("utf-8")) == [
        "The moon is made of cheese."
    ]
