"""Every number a reader meets comes from a cell, or is marked as given."""

import ast
import copy
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from shared.site import PAGES, article, sections, source

from charrnn.display import Table

# The others hold what the package says of itself.
WRITTEN = [page for page in PAGES if "automodule" not in source(page)]
COUNT = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
VALUES = dict(zip(COUNT.split("|"), range(2, 13), strict=True)) | {
    word: value
    for value, words in {
        2: "half halves halved twice double doubled doubles doubling",
        3: "third thirds thrice",
        4: "quarter quarters",
        5: "fifth fifths",
        10: "tenth tenths",
        20: "twenty",
        30: "thirty",
        40: "forty",
        50: "fifty",
        100: "hundred hundreds hundredth hundredths",
        1000: "thousand thousands thousandth thousandths",
        1e6: "million millions",
        1e9: "billion billions",
    }.items()
    for word in words.split()
}
NUMBER = re.compile(
    rf"(?<![a-z\d])\d(?:[\d.,]*\d)?\s?%?|\b(?:{'|'.join(VALUES)}|\w+fold)\b",
    re.I,
)
# Results may hide in formulas and code within the prose too. Within a longer
# one, small whole numbers are indices, exponents, shapes.
IN_FORMULA = re.compile(r"\d*\.\d+|(?<![a-z\d])\d{2,}|\\%|^-?\d$")
# What is measured comes in these. A few of anything else are in sight: the
# text itself sets out two strategies, three ways.
MEASURED = """
bits bytes characters degrees digits epochs fifths hours hundredths minutes
nats orders quarters seconds steps tenths thirds thousandths times tokens units
"""
IN_SIGHT = re.compile(
    rf"""
    \b(?:{COUNT})\ (?=
        (?:[\w-]{{4,}}\ )? (?!(?:{"|".join(MEASURED.split())})\b) [a-z]{{3,}}s
    \b)
    # named before, whatever they are, or counted from an end
    | \b(?:the|all|last|next|first|other|these)\ (?:{COUNT})\b
    | \b(?:first|second|other)\ half\b  # which of them, not how much
    """,
    re.I | re.X,
)
NOT_PROSE = """
.given, .cell_input, .cell_output pre, .cell_output table, div.highlight,
.cell_output table + p,
div.math, .headerlink, .section-number, .caption-number, .pasted-text, script,
summary > .collapsed, summary > .expanded, div.citation,
.times, .exercise > .admonition-title, table.exercises
"""


def prose(page: Tag) -> str:
    """Return what an author wrote on a page, captions and alt texts too.

    What is left out reads as ``¶``, a formula or a piece of code as ``·``
    with the numbers in it.
    """
    page = copy.copy(page)
    alt_texts = [image["alt"] for image in page.select("img[alt]")]
    for part in page.select(NOT_PROSE):
        part.replace_with("¶")
    for formula in page.select("span.math"):
        latex = formula.select_one("math")["alttext"]
        formula.replace_with(shorten(latex))
    for code in page.select(":not(pre) > code"):
        code.replace_with(shorten(code.get_text()))
    for link in page.select("a.reference"):
        if re.search(r"\d", link.get_text()):  # to an equation or a source
            link.replace_with("¶")
    return " ".join(" ¶ ".join([page.get_text(), *alt_texts]).split())


def shorten(source: str) -> str:
    """Return a formula or code as a dot, with the numbers in it."""
    return "·" + "·".join(IN_FORMULA.findall(source))


def values(text: str) -> Iterator[float]:
    """Return the values of the numbers in a text, of 90 % also 0.9."""
    for number in NUMBER.findall(text):
        word, digits = number.lower(), re.sub(r"[,%\s]", "", number)
        if word in VALUES:
            yield VALUES[word]
            yield 1 / VALUES[word]  # a fifth, by a division by 5
        elif re.fullmatch(r"\d+(\.\d+)?", digits):
            yield float(digits)
            if number.endswith("%"):
                yield float(digits) / 100


def computed(part: Tag) -> set[float]:
    """Return what the cells in a part of a page print, assert, or find."""
    cells = part.select(".cell_output .output :is(pre, th, td)")
    printed = values("\n".join(cell.get_text() for cell in cells))
    telling = {x for x in printed if x > 12 or x % 1}  # others are no news
    code = part.select(".cell_input pre")
    return telling.union(*(asserted(cell.get_text()) for cell in code))


def asserted(code: str) -> Iterator[float]:
    """Return the numbers in the assertions and findings of a cell."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assert() | ast.Call(ast.Name("finding")):
                for part in constants(node):
                    if isinstance(part, str):
                        yield from values(part)
                    elif isinstance(part, int | float):
                        yield abs(part)


def constants(node: ast.AST) -> Iterator[str | float | None]:
    """Return the constants in an expression that are no indices."""
    if isinstance(node, ast.Constant):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from constants(child)


def unaccounted(text: str, known: set[float] = frozenset()) -> list[str]:
    """Return the numbers of a text that nothing accounts for, in context."""
    text = IN_SIGHT.sub("", text)
    return [
        text[max(0, found.start() - 40) : found.end() + 40]
        for found in NUMBER.finditer(text)
        if not set(values(found[0])) & known
    ]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", WRITTEN)
def test_every_number_in_the_prose_is_computed_or_given(name):
    for part in sections(article(name)):
        assert unaccounted(prose(part), computed(part)) == []
    for mark in article(name).select(".given"):
        formulas = [formula["alttext"] for formula in mark.select("math")]
        said = " ".join([prose(mark), mark.get_text(), *formulas])
        assert NUMBER.search(said) or re.search(r"\bone\b", said, re.I), mark


def article_of(html: str) -> Tag:
    """Return an article, in which ``$1$`` is a formula and `1` is code."""
    formula = r'<span class="math"><math alttext="\1"></math></span>'
    html = re.sub(r"\$(.+?)\$", formula, html)
    html = re.sub("`(.+?)`", r"<code>\1</code>", html)
    page = BeautifulSoup(f"<article>{html}</article>", "html.parser")
    return page.article


@pytest.mark.parametrize(
    "claim",
    [
        "The perplexity is 1.03 at the end.",
        "It falls to $1.03$.",
        "It falls to $4$.",
        "It falls to `1.03`.",
        "It is right 90 % of the time.",
        "Each epoch is twice as fast.",
        "The n-gram needs half the bits.",
        "It falls by three orders of magnitude.",
        "Seven units have found a job.",
        "Hundreds of epochs later it diverges.",
        '<img alt="A curve falls from 28 to about 1.">',
        "<figcaption>It reaches 1.03</figcaption>",
    ],
)
def test_a_typed_figure_is_found(claim):
    assert unaccounted(prose(article_of(claim)), {28.0, 1.3}) != []


def test_a_number_is_computed_only_by_a_cell_that_is_near():
    far, near = sections(article_of(
        """<section><p>It falls to 1.03.</p>
        <section><div class="cell_output"><div class="output"><pre>1.03</pre>
        </div></div><p>It falls to 1.03.</p></section></section>"""
    ))  # fmt: skip
    assert unaccounted(prose(far), computed(far)) != []
    assert unaccounted(prose(near), computed(near)) == []


def test_the_numbers_of_a_table_are_computed_those_of_its_note_are_not():
    results = Table({"epoch": "d", "loss": ".2f"}, [(20, 1.03)], note="As 77.")
    page = article_of(
        f"""<div class="cell_output"><div class="output text_html">
        {results._repr_html_()}</div></div>"""
    )
    assert unaccounted(prose(page)) == []
    assert computed(page) == {20, 1.03}


@pytest.mark.parametrize(
    "html",
    [
        '<div class="cell_output"><pre>perplexity 1.03</pre></div>',
        '<span class="pasted-text">1.03</span>',
        '<p><span class="given">32</span> rows</p>',
        '<div class="math">n = 12</div>',
        "There are two strategies, and three ways to go on.",
        "The state is $h_{t-1}^2$.",
    ],
)
def test_what_cells_print_and_formulas_define_is_no_typed_figure(html):
    assert unaccounted(prose(article_of(html))) == []
