"""Figures that move, in the built site."""

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import PAGES, SITE, article
from shared.tabs import go, watched

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
    browser, scheme, width
):
    pages = [page for page in PAGES if article(page).select(MOVING)]
    assert pages
    for page in pages:
        with watched(browser, SITE.as_uri(), width, scheme) as watch:
            tab = watch.context.new_page()
            go(tab, f"{SITE.as_uri()}/{page}.html")
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
        assert watch.outside == [] and watch.errors == []
