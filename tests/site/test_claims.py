"""Numbers that a reader meets come from a cell, or are marked as given.

They are decimals, percentages, and numbers of three digits or more.
"""

import ast
import copy
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from shared.site import PAGES, article, sections, source

# The others hold what the package says of itself.
WRITTEN = [page for page in PAGES if "automodule" not in source(page)]
NUMBER = re.compile(
    r"(?<![\w.])(?:\d+(?:,\d{3})*\.\d+(?:\s?%)?|\d+(?:,\d{3})*\s?%"
    r"|\d{3,}|\d+(?:,\d{3})+)(?![\w])"
)
NOT_PROSE = """
.given, .cell_input, .cell_output pre, .cell_output table,
.cell_output table + p, div.highlight, div.math, .headerlink, .section-number,
.caption-number, .pasted-text, script, div.citation, .times,
.exercise > .admonition-title, table.exercises
"""


def prose(page: Tag) -> str:
    """Return what an author wrote on a page, captions and alt texts too."""
    page = copy.copy(page)
    alt_texts = [image["alt"] for image in page.select("img[alt]")]
    for part in page.select(NOT_PROSE):
        part.replace_with("¶")
    for formula in page.select("span.math"):
        formula.replace_with(plain(formula.select_one("math")["alttext"]))
    for link in page.select("a.reference"):
        if re.search(r"\d", link.get_text()):  # to an equation or a source
            link.replace_with("¶")
    return " ".join(" ¶ ".join([page.get_text(), *alt_texts]).split())


def plain(latex: str) -> str:
    """Return a formula with its numbers as they stand in a text."""
    return latex.replace("{,}", ",").replace(r"\%", "%")


def value(number: str) -> float:
    """Return the value of a number as it stands in a text."""
    return float(re.sub(r"[,%\s]", "", number))


def computed(part: Tag) -> set[float]:
    """Return what the cells in a part of a page print, assert, or find."""
    cells = part.select(".cell_output .output :is(pre, th, td)")
    printed = "\n".join(cell.get_text() for cell in cells)
    code = part.select(".cell_input pre")
    return {value(number) for number in NUMBER.findall(printed)}.union(
        *(asserted(cell.get_text()) for cell in code)
    )


def asserted(code: str) -> Iterator[float]:
    """Return the numbers in the assertions and findings of a cell.

    A share such as 0.9 stands for 90 % too.
    """
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assert() | ast.Call(ast.Name("finding")):
                for part in ast.walk(node):
                    match part:
                        case ast.Constant(int() | float() as number):
                            yield number
                            yield round(100 * number, 9)


def unaccounted(part: Tag) -> list[str]:
    """Return the numbers in a part that nothing accounts for, in context."""
    text, known = prose(part), computed(part)
    return [
        text[max(0, found.start() - 40) : found.end() + 40]
        for found in NUMBER.finditer(text)
        if value(found[0]) not in known
    ]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", WRITTEN)
def test_every_number_in_the_prose_is_computed_or_given(name):
    for part in sections(article(name)):
        assert unaccounted(part) == []
    for mark in article(name).select(".given"):
        formulas = [formula["alttext"] for formula in mark.select("math")]
        text = plain(" ".join([mark.get_text(), *formulas]))
        assert NUMBER.search(text), mark


CELL = (
    '<div class="cell_output"><div class="output"><pre>1.03</pre></div></div>'
)


@pytest.mark.parametrize(
    ("html", "number"),
    [
        ("<p>It falls to 1.03.</p>", 1),
        ('<p>By <span class="math"><math alttext="10\\%"/></span>.</p>', 1),
        ('<img alt="It ends at 1,000.">', 1),
        (f"<section>{CELL}</section><p>It falls to 1.03.</p>", 0),
        ('<p><span class="given">500</span> epochs of 32 rows</p>', 0),
    ],
)
def test_a_number_that_is_only_typed_is_found(html, number):
    page = BeautifulSoup(f"<article>{html}</article>", "html.parser")
    assert len(unaccounted(page.article)) == number
