"""Tables of results: their width on a phone, and their sorting."""

import pytest
from playwright.sync_api import expect
from shared.site import SITE, pages_with
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
# How many pixels each table is wider than its box, with all folds open.
OVERFLOW = """() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true });
  return [...document.querySelectorAll("table.results")].map((table) => {
    const box = table.parentElement.getBoundingClientRect();
    const { left, right } = table.getBoundingClientRect();
    return Math.max(box.left - left, right - box.right);
  });
}"""


@pytest.fixture
def open_page(browser):
    """Open pages from the disk, on the narrowest phone."""
    with watched(browser, SITE.as_uri(), 360) as watch:
        tab = watch.context.new_page()

        def open_page(page):
            go(tab, f"{SITE.as_uri()}/{page}.html")
            return tab

        yield open_page
    assert watch.outside == [] and watch.errors == []


def test_tables_fit_a_phone_without_their_secondary_columns(open_page):
    assert pages_with("table.results .secondary")
    for page in pages_with("table.results"):
        tab = open_page(page)
        assert max(tab.evaluate(OVERFLOW)) < 1, page
        cells = tab.locator("table.results .secondary").all()
        assert not any(cell.is_visible() for cell in cells)


def test_a_heading_sorts_a_table_by_keyboard(open_page):
    tab = open_page(pages_with("table.sortable")[0])
    tab.evaluate(OVERFLOW)  # opens the folds
    table = tab.locator("table.sortable").first
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
