"""Tables of results can be sorted."""

import pytest
from playwright.sync_api import expect
from shared.site import SITE, pages_with

pytestmark = pytest.mark.usefixtures("built")


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
