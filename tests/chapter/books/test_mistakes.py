"""A mistake fails this build and the next, and is stated at the end."""

import pytest
from shared.book import INDEX, cell, make_book

MISTAKES = {  # each on a page of its own, and what the build says about it
    "stderr": (cell("import sys; print(1, file=sys.stderr)"), "stderr was"),
    "unseeded": (cell("import torch\ntorch.rand(1)"), "stderr was found"),
    "warning": ("See {numref}`fig-nowhere`.", "fig-nowhere"),
    "formula": ("$$ \\frac{1 $$", "ParseError"),
}


def stated_causes(book):
    """Expect a build to fail; return the causes that it states at its end."""
    _, _, end = book.fail().rpartition("\n\nThe build failed:\n")
    return end.splitlines()


@pytest.fixture(scope="module")
def causes(tmp_path_factory):
    """Build a book with all mistakes twice; return the causes of each build.

    Without the mistakes, it can be built.
    """
    book = make_book(tmp_path_factory.mktemp("mistakes"))
    pages = [f"book/{mistake}" for mistake in MISTAKES]
    book.list_pages(*pages)
    for page, (text, _) in zip(pages, MISTAKES.values(), strict=True):
        book.write(text, page)
    causes = [stated_causes(book), stated_causes(book)]
    for page in pages:
        book.write("No mistake.", page)
    book.build()
    return causes


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_this_build_and_the_next(causes, mistake):
    message = MISTAKES[mistake][1]
    for lines in causes:
        assert any(mistake in x and message in x for x in lines), lines


def test_a_failing_cell_is_shown_and_stated_last_until_it_is_fixed(book):
    book.list_pages("book/slow")
    book.write(cell("import time\n\ntime.sleep(999)"), "book/slow")
    book.write(cell("x = 1\n1 / 0"))
    for _ in range(2):
        printed = book.fail()
        assert "Traceback" in printed
        assert printed.strip().splitlines()[-1] == (
            "book/index.md, code cell 2: ZeroDivisionError: division by zero"
        )
    for page in (INDEX, "book/slow"):
        book.write(page=page)
    book.build()
