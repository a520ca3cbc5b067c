"""A mistake fails this build and the next, and is named last, until mended."""

from pathlib import Path

import pytest
from shared.book import cell, make_book

# Each on a page of its own. A build names all that it finds in the sources;
# when there is nothing, it looks at the pages as they are written.
IN_SOURCES = {
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
    "a mistake in a formula": ("$$ \\frac{1 $$", "KaTeX parse error"),
}
ON_PAGES = {
    "a picture in HTML that is missing": (
        '<img src="nowhere.png" alt="A picture">',
        "no such image",
    ),
    "a picture in HTML without alt text": (
        '<img src="../_static/page.png">',
        "no alt text",
    ),
}
ALL = IN_SOURCES | ON_PAGES


def page_of(mistake):
    return "book/" + mistake.replace(" ", "_")


def plant(book, mistakes):
    """Let these pages have their mistakes, and the others none."""
    for mistake, (text, _) in ALL.items():
        if mistake not in mistakes:
            text = "Nothing is wrong."
        if "code-cell" in text:
            book.write(text, page_of(mistake))
        else:
            page = book.root / f"{page_of(mistake)}.md"
            page.write_text(f"# A Page\n\n{text}\n", "utf-8")


def causes(book):
    """Build in vain; return what the build says at its very end."""
    head, _, end = book.fail().rpartition("\n\n")
    first, *lines = end.splitlines()
    assert first == "The build failed:", head
    return lines


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Build a book with all mistakes of a kind, twice; then mend them."""
    book = make_book(tmp_path_factory.mktemp("mistakes"))
    book.list_pages(*map(page_of, ALL))
    stated = {}
    for kind in (IN_SOURCES, ON_PAGES):
        plant(book, kind)
        named = [causes(book), causes(book)]
        stated |= dict.fromkeys(kind, named)
    plant(book, {})
    book.build()
    return stated


@pytest.mark.parametrize("mistake", ALL)
def test_a_mistake_fails_this_build_and_the_next(faulty, mistake):
    _, message = ALL[mistake]
    page = page_of(mistake)
    for named in faulty[mistake]:
        assert any(page in x and message in x for x in named), named


def test_no_cause_is_named_twice_and_no_other(faulty):
    for mistake in ("a missing page", "a picture in HTML that is missing"):
        for named in faulty[mistake]:
            assert len(named) == len(set(named))
            kind = IN_SOURCES if mistake in IN_SOURCES else ON_PAGES
            pages = {Path(page_of(mistake)).name for mistake in kind}
            assert all(any(page in x for page in pages) for x in named)


def files(book):
    found = (path for path in book.site.rglob("*") if path.is_file())
    return {path.relative_to(book.site) for path in found}


def test_a_failing_cell_is_shown_and_named_last_until_mended(book):
    clean = files(book)
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
        assert files(book) == clean


def test_a_cell_that_takes_too_long_is_shown(book):
    book.edit("_config.yml", "timeout: 3600", "timeout: 2")
    book.write(cell("import time\ntime.sleep(60)"))
    printed = book.fail()
    assert "book/index.md: A cell timed out" in printed
    assert "time.sleep(60)" in printed


def test_an_assertion_that_is_false_fails_the_build(book):
    book.write(cell("assert 1 == 2"))
    assert "code cell 2: AssertionError" in book.fail()
