"""Printed outputs, and false findings."""

from chapter.strictness.failures import false_findings
from shared.book import cell

PIECES = cell(
    "import sys, time\nfor piece in ('one ', 'line\\n', 'more'):\n"
    "    print(piece, end='', flush=True)\n    time.sleep(0.3)"
)
FALSE = cell(
    "from bookkit.findings import finding\n\n"
    "finding('The moon is made of cheese.', False)"
)


def test_pieces_of_an_output_are_joined(book):
    book.write(PIECES)
    book.build()
    assert "one line\nmore\n</pre>" in book.html()


def test_a_false_finding_is_listed_without_failing_the_build(book):
    book.write(FALSE)
    for _ in range(2):  # also when the page comes from the cache
        *_, head, line = book.build().strip().splitlines()
        assert "these findings came out otherwise:" in head
        assert line == "book/index: The moon is made of cheese."
        assert "“The moon is made of cheese.”" in book.html()
        book.write(FALSE + "\nProse.\n")
    notebook = book.executed / "book" / "index.ipynb"
    assert false_findings(notebook.read_text("utf-8")) == [
        "The moon is made of cheese."
    ]
