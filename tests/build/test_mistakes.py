"""A mistake fails this build and the next, and is named last, until mended."""

import pytest
from shared.book import HEAD, INDEX, cell, contents, make_book

MISTAKES = {  # each on a page of its own, and what the build says of it
    "a cell that writes to stderr": (
        cell("import sys; print('oops', file=sys.stderr)"),
        ".md:19: WARNING: code cell 2 writes to stderr: oops",
    ),
    "a hidden cell that writes to stderr": (
        cell(":tags: [remove-cell]\nimport sys; print(1, file=sys.stderr)"),
        ".md:19: WARNING: code cell 2 writes to stderr: 1",
    ),
    "a figure without alt text": (
        cell("from charrnn import figures\nfig = figures.unrolled_network()"),
        ".md:21: WARNING: an image has no alt text: say what it shows, "
        "in code cell 2 ",
    ),
    "a figure by glue without alt text": (
        cell(
            "from myst_nb import glue\nfrom charrnn import figures\n"
            "glue('fig', figures.unrolled_network(), display=False)"
        )
        + "\n```{glue} fig\n```\n",
        ".md:25: WARNING: an image has no alt text",
    ),
    "an image without alt text": (
        "![](_static/page.png)",
        ".md:3: WARNING: an image has no alt text",
    ),
    "a missing reference": ("See {numref}`fig-nowhere`.", "fig-nowhere"),
    "a missing page": ("See [](nowhere.md).", "nowhere.md"),
    "an unknown role": ("See {nonsense}`this`.", "nonsense"),
    "a missing citation": ("See {cite}`nobody1900`.", "nobody1900"),
    "a missing image": ("![A picture](nowhere.png)", "nowhere.png"),
    "a mistake in a formula": ("$$ \\frac{1 $$", "ParseError"),
    "a picture in HTML that is missing": (
        '<img src="nowhere.png" alt="A picture">',
        "no such image",
    ),
    "a picture in HTML without alt text": (
        '<img src="../_static/page.png">',
        "no alt text",
    ),
}


def page_of(mistake):
    return "book/" + mistake.replace(" ", "_")


def write(book, mistake, text):
    """Write the page of a mistake, which has code if its text has."""
    if "code-cell" in text:
        return book.write(text, page_of(mistake))
    file = book.root / f"{page_of(mistake)}.md"
    file.write_text(f"# A Page\n\n{text}\n", "utf-8")


def causes(book):
    """Build in vain; return what the build says at its very end."""
    head, _, end = book.fail().rpartition("\n\n")
    first, *lines = end.splitlines()
    assert first == "The build failed:", head
    return lines


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """Build a book with all mistakes, twice; give what is named each time."""
    book = make_book(tmp_path_factory.mktemp("mistakes"))
    book.list_pages(*map(page_of, MISTAKES))
    for mistake, (text, _) in MISTAKES.items():
        write(book, mistake, text)
    named = [causes(book), causes(book)]
    for mistake in MISTAKES:
        write(book, mistake, "It is mended.")
    book.build()
    return named


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_this_build_and_the_next(named, mistake):
    page, message = page_of(mistake), MISTAKES[mistake][1]
    for lines in named:
        assert any(page in x and message in x for x in lines), lines


def test_no_cause_is_named_twice_and_no_other(named):
    for lines in named:
        assert len(lines) == len(set(lines))
        for line in lines:
            assert any(page_of(mistake) in line for mistake in MISTAKES), line


def test_a_failing_cell_is_shown_and_named_last_until_mended(book):
    clean = contents(book.site)
    book.write(cell("x = 1\n1 / 0"))
    for _ in range(2):
        printed = book.fail()
        assert "1 / 0" in printed and "Traceback" in printed
        assert printed.strip().splitlines()[-1] == (
            "book/index.md, code cell 2: ZeroDivisionError: division by zero"
        )
    book.write()
    for _ in range(2):
        book.build()
        assert contents(book.site) == clean


def test_a_cell_that_takes_too_long_is_shown(book):
    book.edit("_config.yml", "timeout: 3600", "timeout: 2")
    slow = HEAD + cell("import time\ntime.sleep(60)")
    (book.root / f"{INDEX}.md").write_text(slow, "utf-8")  # and no other cell
    printed = book.fail()
    assert "book/index.md: A cell timed out" in printed
    assert "time.sleep(60)" in printed
