"""Figures that move, in the built site."""

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import PAGES, SITE, figures, pages_with
from shared.tabs import come

pytestmark = pytest.mark.usefixtures("built")
MOVING = "figure:has(> .moving)"


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_a_figure_moves_by_its_controls_and_the_page_stays_in_place(
    open_tab, scheme, width
):
    pages = pages_with(MOVING)
    assert pages
    for page in pages:
        tab = open_tab(page, width, scheme, SITE.as_uri())
        come(tab, MOVING)
        figure = tab.locator(MOVING)
        drawing = figure.locator(".drawing")
        expect(drawing.locator("svg")).to_be_visible()
        expect(figure.locator("img")).to_be_hidden()
        before, height = drawing.inner_html(), figure.bounding_box()
        figure.locator("input[type=range]").first.press("Home")
        assert drawing.inner_html() != before, page
        after = figure.bounding_box()
        assert after["height"] == pytest.approx(height["height"], abs=1)
        assert checkers.axe_violations(tab, MOVING) == []
        tab.emulate_media(media="print")
        expect(figure.locator("img")).to_be_visible()
        expect(drawing).to_be_hidden()


def test_a_moving_figure_begins_where_its_still_ends(open_tab):
    def find(name):
        tab = open_tab(next(page for page in PAGES if name in figures(page)))
        come(tab, f"#{name}")
        return tab.locator(f"#{name}")

    for name in ["fig-backward", "fig-jacobians", "fig-minibatches"]:
        forward = find(name).get_by_role("button", name="Forward")
        expect(forward).to_be_disabled()

    chain = find("fig-jacobians")
    for network in chain.locator("[aria-pressed]").all_inner_texts():
        for place in (".drawing", ".facts"):
            expect(chain.locator(place)).to_contain_text(network)
