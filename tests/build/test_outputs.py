"""What the cells print, what the build says of it, and false findings."""

from chapter.strictness import findings
from shared.book import cell

PIECES = cell(
    "import sys, time\nfor piece in ('one ', 'line\\n', 'more'):\n"
    "    print(piece, end='', flush=True)\n    time.sleep(0.3)"
)
FALSE = cell(
    "from bookkit.findings import finding\n\n"
    "finding('The moon is made of cheese.', False)"
)


def test_what_is_printed_in_pieces_is_shown_as_one(book):
    book.write(PIECES)
    book.build()
    assert "one line\nmore\n</pre>" in book.html()


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
