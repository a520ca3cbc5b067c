"""Notation, glossary, and the links between equations, code and tests."""

import re
from pathlib import Path

import pytest
from bs4 import Tag
from shared.site import (
    CHAPTER,
    LESSONS,
    PAGES,
    ROOT,
    article,
    numbered_equations,
    page,
    page_files,
)

pytestmark = pytest.mark.usefixtures("built")
NOTATION, EQUATIONS = "book/notation", "book/equations"


def test_symbols_and_terms_are_linked_where_they_are_first_used():
    links = {
        name: [
            link["href"].partition("#")[2]
            for link in article(name).select("a[href*='notation.html#']")
        ]
        for name in [PAGES[0], *CHAPTER]
    }
    for row in article(NOTATION).select("#tab-symbols tbody tr"):
        symbol = row.select_one("[id^=sym-]")["id"]
        first = next(name for name, found in links.items() if symbol in found)
        link = row.select_one("td:last-child a")["href"]
        assert Path(link.partition("#")[0]).stem == Path(first).name, symbol
    entries = article(NOTATION).select("dl.glossary dt")
    assert {entry["id"] for entry in entries} <= set(sum(links.values(), []))
    terms = [entry.contents[0].strip().lower() for entry in entries]
    for name in LESSONS:
        for bold in article(name).select("strong"):
            if bold.get_text().lower() in terms:
                assert bold.select("a[href*='#term-']"), (name, bold)


# Links between equations, code and tests


def entries() -> dict[str, Tag]:
    """Return the entries on the page of equations by label."""
    return {
        place["id"].removeprefix("trace-"): place.css.closest("section")
        for place in article(EQUATIONS).select("[id^=trace-eq-]")
    }


def equation_numbers() -> dict[str, str]:
    """Return the numbers of equations, as their pages show them."""
    return {
        label: article(name).select_one(f"#equation-{label} .eqno").contents[0]
        for name in CHAPTER
        for label in numbered_equations(name)
    }


def test_an_entry_has_the_code_the_test_and_a_link_to_the_equation():
    numbers = equation_numbers()
    for label, entry in entries().items():
        code = entry.select(":scope > div.highlight-default")
        tests = entry.select("details div.highlight-default")
        for listings in (code, tests):  # emphasise a line that names it
            lines = [line for x in listings for line in x.select("span.hll")]
            assert any(numbers[label] in line.get_text() for line in lines)
        assert entry.select(f"p a[href$='#equation-{label}']")


def test_an_equation_is_the_same_on_its_page_and_in_its_entry():
    for name in CHAPTER:
        for label in set(numbered_equations(name)) & set(entries()):
            block = article(name).select_one(f"#equation-{label}")
            latex = block.select_one("math")["alttext"]
            shown = entries()[label].select("div.math math")
            assert latex in [formula["alttext"] for formula in shown]
            assert block.select(f"a[href$='equations.html#trace-{label}']")


def test_comments_in_listings_link_to_the_equations_they_name():
    numbers = equation_numbers()
    for name in (file.removesuffix(".html") for file in page_files()):
        for comment in page(name).select("span.c1"):
            assert "eq-" not in comment.get_text(), name
            links = comment.select("a")
            found = re.findall(r"\(\d+\.\d+\)", comment.get_text())
            assert [f"({link.get_text()})" for link in links] == found, name
            for link in links:
                _, _, place = link["href"].partition("#")
                label = re.sub("^(equation|trace)-", "", place)
                assert f"({link.get_text()})" == numbers[label], name


def test_the_entries_are_the_equations_that_the_code_names():
    used = set()
    for file in [*ROOT.glob("charrnn/*.py"), *ROOT.glob("bookkit/*.py")]:
        used |= set(re.findall(r"# \((eq-[a-z-]+)\)", file.read_text("utf-8")))
    assert used == set(entries())
