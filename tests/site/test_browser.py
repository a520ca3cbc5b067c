"""The built site in a real browser: light, dark, laptop, phone."""

import shutil

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import (
    GONE,
    LESSONS,
    PAGES,
    SITE,
    article,
    page_files,
    pages_with,
)
from shared.tabs import WIDER, go
from shared.tools import need

pytestmark = pytest.mark.usefixtures("built")
# A lesson, the reference, and a page of Sphinx.
KINDS = ["book/decoding", "book/api", "search"]
VIEWS = [("light", 1280), ("dark", 390)]
# How many pixels each table is wider than its box, with all folds open.
OVERFLOW = """() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true });
  return [...document.querySelectorAll("table.results")].map((table) => {
    const box = table.parentElement.getBoundingClientRect();
    const { left, right } = table.getBoundingClientRect();
    return Math.max(box.left - left, right - box.right);
  });
}"""
# For each formula, once it is in view: is it wider than its box, and what is
# its tab index?
FORMULAS = """async () => {
  const seen = [];
  for (const box of document.querySelectorAll(".formula")) {
    box.scrollIntoView();
    await new Promise((resolve) => requestAnimationFrame(
      () => requestAnimationFrame(resolve)));
    seen.push([box.scrollWidth > box.clientWidth, box.tabIndex]);
  }
  return seen;
}"""


@pytest.mark.usefixtures("tools")
def test_all_pages_fit_a_phone_and_are_accessible(open_tab, served):
    tab = open_tab(PAGES[0], width=320)
    for name in {*page_files()} - {f"{gone}.html" for gone in GONE}:
        go(tab, f"{served}/{name}")
        assert tab.evaluate(WIDER) <= 0, name
        if name.removesuffix(".html") in PAGES:
            assert checkers.axe_violations(tab) == [], name
            assert max(tab.evaluate(OVERFLOW), default=0) < 1, name
            cells = tab.locator("table.results .secondary").all()
            assert not any(cell.is_visible() for cell in cells), name


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), VIEWS)
@pytest.mark.parametrize("page", KINDS)
def test_a_page_is_accessible_in_both_themes(open_tab, page, scheme, width):
    tab = open_tab(page, width, scheme)
    assert tab.get_attribute("html", "data-theme") == scheme
    assert checkers.axe_violations(tab) == []


@pytest.mark.usefixtures("tools")
def test_the_html_is_valid():
    if shutil.which("java") is None:
        need("java", "for the checker of the HTML")
    listings = ["_modules/index", "_modules/charrnn/model"]
    names = [*KINDS, "book/play", *GONE, *listings]
    files = [SITE / f"{name}.html" for name in names]
    assert checkers.html_errors(files) == []


def test_the_keyboard_reaches_only_what_scrolls(open_tab):
    tab = open_tab("book/beyond", 390)
    seen = tab.evaluate(FORMULAS)
    assert {tuple(found) for found in seen} == {(True, 0), (False, -1)}
    fold = tab.locator("details:has(> .cell .output)").first
    fold.locator("summary").press("Enter")
    printed = fold.locator(".output pre").first
    assert printed.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(printed).to_have_attribute("tabindex", "0")


def test_figures_and_wide_formulas_can_be_enlarged(open_tab):
    tab = open_tab("book/beyond", 390)
    opener = tab.locator("figure .enlarge").first
    opener.press("Enter")
    large = tab.locator("dialog.enlarged img")
    assert "narrow" not in large.get_attribute("src")
    before = large.bounding_box()["width"]
    tab.get_by_role("button", name="Larger").press("Enter")
    assert large.bounding_box()["width"] > 1.2 * before
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog.enlarged")).to_have_count(0)
    expect(opener).to_be_focused()
    tab.evaluate(FORMULAS)  # which reads the page
    tab.locator("article div.math .wide").first.click()
    expect(tab.locator("dialog.enlarged math")).to_have_count(1)
    tab.locator("dialog.enlarged").get_by_label("Close").click()
    expect(tab.locator("dialog.enlarged")).to_have_count(0)


def test_pages_print_in_light_colours(open_tab):
    tab = open_tab("book/model", scheme="dark")
    theme = "document.documentElement.dataset.theme"
    for event, expected in (("beforeprint", "light"), ("afterprint", "dark")):
        tab.evaluate(f"dispatchEvent(new Event('{event}')) && null")
        assert tab.evaluate(theme) == expected


def test_a_search_from_a_disk_finds_a_section(open_tab):
    section = article(LESSONS[0]).select_one("section > section")
    title = section.h2.find(string=True, recursive=False)
    tab = open_tab(PAGES[0], site=SITE.as_uri())
    tab.keyboard.press("Control+k")
    tab.keyboard.type(title)
    tab.keyboard.press("Enter")
    address = f"{LESSONS[0]}.html#{section['id']}"
    tab.locator(f"#search-results a[href='{address}']").first.click()
    tab.wait_for_url(f"**/{address}")


def test_a_heading_sorts_a_table_by_keyboard(open_tab):
    tab = open_tab(pages_with("table.sortable")[0], 360, site=SITE.as_uri())
    table = tab.locator("table.sortable").first
    table.evaluate(
        "table => table.closest('details')?.toggleAttribute('open', true)"
    )
    heading = table.locator("thead th:not(.secondary)").nth(1)
    place = heading.evaluate("heading => heading.cellIndex") + 1
    cells = table.locator(f"tbody tr > :nth-child({place})")
    texts = cells.all_text_contents()
    ranks = cells.evaluate_all(
        "cells => cells.map(cell => Number(cell.dataset.sort))"
    )
    in_order = [text for _, text in sorted(zip(ranks, texts, strict=True))]
    assert texts != in_order
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(cells).to_have_text(in_order)  # the rows follow a moment later
