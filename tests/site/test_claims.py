"""Every figure a reader meets comes from a cell, or is accounted for."""

import ast
import copy
import re

import pytest
from bs4 import BeautifulSoup, Tag
from claims import ALLOWED, COUNTED, Asserted
from shared.site import CHAPTER, article

PAGES = ["index", *CHAPTER, "summary", "rerun", "notation", "equations"]
COUNT = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
NUMBER = re.compile(
    rf"""
    [-−]? \d (?: [\d.,]* \d )? \s? %?
    | \b (?: {COUNT} | twenty | thirty | forty | fifty ) \b
    | \b (?: hundred | thousand | million | billion ) (?: s | th | ths )? \b
    | \b (?: hal(?:f|ves|ved) | thirds? | quarters? | fifths? | tenths? ) \b
    | \b (?: twice | thrice | doubl(?:e|ed|es|ing) | \w+fold ) \b
    """,
    re.I | re.X,
)
# Results may hide in formulas and code within the prose too. Within a longer
# one, small whole numbers are indices, exponents, shapes.
IN_FORMULA = re.compile(r"\d*\.\d+|\d{2,}|\\%|^-?\d$")
NOT_PROSE = """
.cell_input, .cell_output pre, .cell_output table, div.highlight, div.math,
.headerlink, .section-number, .caption-number, .pasted-text, script,
.exercise > .admonition-title, summary > .collapsed, summary > .expanded
"""


def prose(page: Tag) -> str:
    """Return what an author wrote on a page, captions and alt texts too."""
    page = copy.copy(page)
    alt_texts = [image["alt"] for image in page.select("img[alt]")]
    for formula in page.select("span.math"):
        latex = formula.select_one("annotation").get_text()
        formula.replace_with(shorten(latex))
    for code in page.select(":not(pre) > code"):
        code.replace_with(shorten(code.get_text()))
    for link in page.select("a.reference"):
        if re.search(r"\d", link.get_text()):  # to an equation or a source
            link.replace_with("¶")
    for part in page.select(NOT_PROSE):
        part.replace_with("¶")
    return " ".join(" ¶ ".join([page.get_text(), *alt_texts]).split())


def shorten(source: str) -> str:
    """Return a formula or code as a dot, with the figures in it."""
    return "·" + "·".join(IN_FORMULA.findall(source))


def unaccounted(text: str, allowed: dict[str, str]) -> list[str]:
    """Return the numbers of a text that nothing accounts for, in context."""
    for phrase in sorted(allowed, key=len, reverse=True):
        text = text.replace(phrase, "✓")
    nouns = "|".join(COUNTED.split())
    text = re.sub(rf"\b({COUNT}) ({nouns})\b", r"\2", text, flags=re.I)
    # "the two" were named before, whatever they are.
    text = re.sub(
        rf"\b(the|these|all|other) ({COUNT})\b", r"\1", text, flags=re.I
    )
    return [
        text[max(0, found.start() - 40) : found.end() + 40]
        for found in NUMBER.finditer(text)
    ]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", PAGES)
def test_no_figure_is_typed_into_the_prose(name):
    assert unaccounted(prose(article(name)), ALLOWED.get(name, {})) == []


def assertions(name: str) -> list[str]:
    """Return all assertions and findings of a page, without spaces."""
    found = []
    for cell in article(name).select(".cell_input pre"):
        code = cell.get_text()
        found += [
            squeeze(ast.get_source_segment(code, node))
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.Assert)
            or getattr(getattr(node, "func", None), "id", None) == "finding"
        ]
    return found


def squeeze(code: str) -> str:
    """Return code without spaces."""
    return "".join(code.split())


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_there_and_what_is_asserted_is_asserted(name):
    text, asserted = prose(article(name)), assertions(name)
    for phrase, reason in ALLOWED[name].items():
        assert phrase in text
        if isinstance(reason, Asserted):
            assert any(squeeze(reason) in code for code in asserted), phrase


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
    claim = re.sub(
        r"\$(.+?)\$",
        r'<span class="math"><annotation>\1</annotation></span>',
        re.sub("`(.+?)`", r"<code>\1</code>", claim),
    )
    page = BeautifulSoup(f"<article><p>{claim}</p></article>", "html.parser")
    assert unaccounted(prose(page), {}) != []


@pytest.mark.parametrize(
    "html",
    [
        '<div class="cell_output"><pre>perplexity 1.03</pre></div>',
        '<span class="pasted-text">1.03</span>',
        '<div class="math">n = 12</div>',
        "There are two strategies, and three ways to go on.",
        '<span class="math"><annotation>h_{t-1}^2</annotation></span>',
    ],
)
def test_what_cells_print_and_formulas_define_is_no_typed_figure(html):
    page = BeautifulSoup(f"<article>{html}</article>", "html.parser")
    assert unaccounted(prose(page), {}) == []
