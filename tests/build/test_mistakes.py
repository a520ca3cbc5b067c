"""A mistake fails this build and the next, and is named last, until mended."""

import pytest
from shared.book import cell, make_book

MISTAKES = {  # each on a page of its own, and what the build says of it
    "stderr": (
        cell("import sys; print('oops', file=sys.stderr)"),
        "code cell 2 writes to stderr: oops",
    ),
    "hidden_stderr": (
        cell(":tags: [remove-cell]\nimport sys; print(1, file=sys.stderr)"),
        "code cell 2 writes to stderr: 1",
    ),
    "figure_without_alt_text": (
        cell("from charrnn import figures\nfig = figures.unrolled_network()"),
        "an image has no alt text: say what it shows, in code cell 2 ",
    ),
    "glued_figure_without_alt_text": (
        cell(
            "from myst_nb import glue\nfrom charrnn import figures\n"
            "glue('fig', figures.unrolled_network(), display=False)"
        )
        + "\n```{glue} fig\n```\n",
        "an image has no alt text",
    ),
    "html_without_alt_text": ('<img src="../_static/page.png">', "no alt tex"),
    "missing_image": ('<img src="no.png" alt="No.">', "no such image"),
    "warning": ("See {numref}`fig-nowhere`.", "fig-nowhere"),
    "formula": ("$$ \\frac{1 $$", "ParseError"),
}


def causes(book):
    """Build in vain; return what the build says at its very end."""
    _, _, end = book.fail().rpartition("\n\nThe build failed:\n")
    return end.splitlines()


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """Build a book with all mistakes, twice; give what is named each time."""
    book = make_book(tmp_path_factory.mktemp("mistakes"))
    pages = [f"book/{mistake}" for mistake in MISTAKES]
    book.list_pages(*pages)
    for page, (text, _) in zip(pages, MISTAKES.values(), strict=True):
        book.write(text, page)
    named = [causes(book), causes(book)]
    for page in pages:
        book.write("It is mended.", page)
    book.build()
    return named


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_this_build_and_the_next(named, mistake):
    message = MISTAKES[mistake][1]
    for lines in named:
        assert any(f"{mistake}" in x and message in x for x in lines), lines


def test_a_failing_cell_is_shown_and_named_last_until_mended(book):
    book.write(cell("x = 1\n1 / 0"))
    for _ in range(2):
        printed = book.fail()
        assert "Traceback" in printed
        assert printed.strip().splitlines()[-1] == (
            "book/index.md, code cell 2: ZeroDivisionError: division by zero"
        )
    book.write()
    book.build()
