"""Notation, glossary, and the way from equation to code to test."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import Tag
from shared.site import CHAPTER, PAGES, ROOT, article, numbered_equations
from test_site import all_pages

pytestmark = pytest.mark.usefixtures("built")
NOTATION, EQUATIONS = "book/notation", "book/equations"
every_page = pytest.mark.parametrize("name", CHAPTER)


def links_to_notation() -> dict[str, list[str]]:
    """Return, for each page in order, the fragments that it links to."""
    found = {}
    for name in [PAGES[0], *CHAPTER]:
        links = article(name).select("a[href*='notation.html#']")
        found[name] = [link["href"].partition("#")[2] for link in links]
    return found


def symbols() -> dict[str, Tag]:
    """Return the rows of the table of symbols, by the id of the symbol."""
    rows = article(NOTATION).select("#tab-symbols tbody tr")
    return {row.select_one("[id^=sym-]")["id"]: row for row in rows}


def test_every_symbol_is_linked_from_its_first_use():
    links = links_to_notation()
    assert len(symbols()) > 40
    for symbol, row in symbols().items():
        first = next(name for name, found in links.items() if symbol in found)
        link = row.select_one("td:last-child a")["href"]
        assert Path(urlsplit(link).path).stem == Path(first).name, symbol


GREEK = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho
sigma tau upsilon phi chi psi omega
"""


def letters(formulas: list[Tag]) -> set[str]:
    """Return the letters of formulas, each with its typeface."""
    found = set()
    for formula in formulas:
        latex = formula.get_text()
        names = r"\\(?:operatorname|text|begin|end|mathbb)\{[^}]*\}"
        latex = re.sub(names, " ", latex)
        styled = r"\\(?:mathbf|mathcal|mathrm|boldsymbol)\{[^}]*\}"
        found |= set(re.findall(styled, latex))
        latex = re.sub(styled, " ", latex)
        found |= set(re.findall(rf"\\({'|'.join(GREEK.split())})\b", latex))
        latex = re.sub(r"\\[A-Za-z]+", " ", latex)
        found |= set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", latex))
    return found


@every_page
def test_every_symbol_of_a_page_is_in_the_notation(name):
    known = set()
    for row in article(NOTATION).select("#tab-symbols tbody tr"):
        known |= letters(row.select("td:first-child annotation"))
    for row in article(NOTATION).select("#tab-local tbody tr"):
        *_, page = row.select("td")
        if page.get_text(strip=True) == "all" or page.select(
            f"[href*={Path(name).name}]"
        ):
            known |= letters(row.select("td:first-child annotation"))
    used = letters(article(name).select("annotation"))
    assert used - known == set()


def test_every_term_is_linked_from_a_page():
    linked = set(sum(links_to_notation().values(), []))
    terms = article(NOTATION).select("dl.glossary dt")
    assert len(terms) > 50
    for term in terms:
        assert term["id"] in linked
    names = [term.contents[0].strip().lower() for term in terms]
    assert names == sorted(names)


def test_a_term_in_bold_leads_to_the_glossary():
    terms = {
        term.contents[0].strip().lower()
        for term in article(NOTATION).select("dl.glossary dt")
    }
    for name in CHAPTER:
        for bold in article(name).select("strong"):
            if bold.get_text().lower() in terms:
                assert bold.select("a[href*='#term-']"), (name, bold)


# From equation to code to test


def entries() -> dict[str, Tag]:
    """Return the entries of the page of equations by label."""
    return {
        span["id"].removeprefix("trace-"): span.find_parent("section")
        for span in article(EQUATIONS).select("[id^=trace-eq-]")
    }


def test_ten_equations_that_matter_have_code_and_test():
    assert len(entries()) >= 10
    for label, entry in entries().items():
        code = entry.select(":scope > div.highlight-default")
        tests = entry.select("details div.highlight-default")
        assert code and tests
        for listings in (code, tests):  # at an emphasised line
            lines = [line for x in listings for line in x.select("span.hll")]
            assert any(f"({label})" in line.get_text() for line in lines)
        for test in tests:
            assert test.get_text().lstrip().startswith(("def", "@"))
        assert entry.select(f"p a[href$='#equation-{label}']")


def test_an_equation_is_the_same_on_both_pages():
    for name in CHAPTER:
        for label in set(numbered_equations(name)) & set(entries()):
            block = article(name).select_one(f"#equation-{label}")
            latex = block.select_one("annotation").get_text(strip=True)
            shown = entries()[label].select("div.math annotation")
            assert latex in [formula.get_text(strip=True) for formula in shown]
            assert block.select(f"a[href$='equations.html#trace-{label}']")


def test_comments_in_listings_lead_to_their_equations():
    linked, elsewhere = set(), set()
    for name, document in all_pages().items():
        for comment in document.select("span.c1"):
            text = comment.get_text()
            labels = re.findall(r"\((eq-[a-z-]+)\)", text)
            links = [link["href"] for link in comment.select("a")]
            assert len(links) == len(labels), (name, text)
            for label, link in zip(labels, links, strict=True):
                assert link.partition("#")[2].endswith(f"-{label}")
                hub = "equations.html#" in link or name == EQUATIONS
                (linked if hub else elsewhere).add(label)
    assert set(entries()) <= linked and not linked & elsewhere
    used = set()
    for file in (ROOT / "charrnn").glob("*.py"):
        used |= set(re.findall(r"# \((eq-[a-z-]+)\)", file.read_text("utf-8")))
    assert used == set(entries())
