"""Tables of results on the built site: what a phone shows, how they sort."""

import pytest
from shared.site import NOTEBOOKS, SITE, article
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
# By how much each table reaches out of its box, with all folds open.
OVERFLOW = """() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true });
  return [...document.querySelectorAll("table.results")].map((table) => {
    const box = table.parentElement.getBoundingClientRect();
    const { left, right } = table.getBoundingClientRect();
    return Math.max(box.left - left, right - box.right);
  });
}"""


def pages_with(selector):
    """Return the pages that have an element."""
    return [page for page in NOTEBOOKS if article(page).select(selector)]


@pytest.fixture
def open_page(browser):
    """Open pages as they lie on the disk."""
    with watched(browser, SITE.as_uri(), 360) as watch:
        tab = watch.context.new_page()

        def open_page(page):
            go(tab, f"{SITE.as_uri()}/{page}.html")
            return tab

        yield open_page
    assert watch.outside == [] and watch.errors == []


def test_tables_fit_the_narrowest_phone(open_page):
    pages = pages_with("table.results")
    assert len(pages) > 5
    for page in pages:
        tab = open_page(page)
        over = tab.evaluate(OVERFLOW)
        assert over and max(over) < 1, page
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_secondary_is_shown_where_there_is_room(open_page):
    tab = open_page(pages_with("table.results .secondary")[0])
    cells = tab.locator("table.results .secondary")
    tab.evaluate(OVERFLOW)
    assert not any(cell.is_visible() for cell in cells.all())
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert all(cell.is_visible() for cell in cells.all())


def ranks(table, column):
    """Return what the rows of a table are sorted by."""
    cells = table.locator(f"tbody tr > :nth-child({column + 1})")
    by = "cells => cells.map(c => c.dataset.sort ?? c.textContent)"
    return cells.evaluate_all(by)


def test_a_heading_sorts_by_the_keyboard_and_by_a_click(open_page):
    tab = open_page(pages_with("table.sortable")[0])
    tab.evaluate(OVERFLOW)  # opens the folds
    table = tab.locator("table.sortable").first
    headings = table.locator("thead th:not(.secondary)")
    name, number = headings.first, headings.nth(1)
    column = number.evaluate("heading => heading.cellIndex")
    before = list(map(float, ranks(table, column)))
    assert before != sorted(before)
    number.get_by_role("button").press("Enter")
    tab.wait_for_function("document.querySelector('[aria-sort]')")
    for direction, backwards in [("ascending", False), ("descending", True)]:
        assert number.get_attribute("aria-sort") == direction
        in_order = sorted(before, reverse=backwards)
        tab.wait_for_timeout(50)  # the rows follow a moment later
        assert list(map(float, ranks(table, column))) == in_order
        number.get_by_role("button").press("Space")
    name.get_by_role("button").click()
    assert name.get_attribute("aria-sort") == "ascending"
    assert number.get_attribute("aria-sort") is None
