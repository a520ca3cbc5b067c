"""Figures that move, in the built site."""

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import SITE, pages_with

pytestmark = pytest.mark.usefixtures("built")
MOVING = "figure:has(> .moving)"
# Scroll to a figure. What is above it gets its size on the way.
COME = """async (selector) => {
  for (let i = 0; i < 10; i++) {
    document.querySelector(selector).scrollIntoView({ block: "center" });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_a_figure_moves_by_its_controls_and_the_page_stays_in_place(
    open_tab, scheme, width
):
    pages = pages_with(MOVING)
    assert pages
    for page in pages:
        tab = open_tab(page, width, scheme, SITE.as_uri())
        tab.evaluate(COME, MOVING)
        figure = tab.locator(MOVING)
        drawing = figure.locator(".moving-figure")
        expect(drawing.locator("svg").first).to_be_visible()
        expect(figure.locator("img")).to_be_hidden()
        before, height = drawing.inner_html(), figure.bounding_box()
        drawing.locator("input[type=range]").first.press("End")
        assert drawing.inner_html() != before, page
        after = figure.bounding_box()
        assert after["height"] == pytest.approx(height["height"], abs=1)
        assert checkers.axe_violations(tab) == []
        tab.emulate_media(media="print")
        expect(figure.locator("img")).to_be_visible()
        expect(drawing).to_be_hidden()
