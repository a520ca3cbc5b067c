"""Figures that move, in the built site."""

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import SITE, pages_with

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
        tab.locator(MOVING).first.scroll_into_view_if_needed()
        figure = tab.locator(MOVING)
        drawing = figure.locator(".drawing")
        svg = drawing.locator("> svg")
        expect(svg).to_be_visible()
        expect(figure.locator("a:has(img)")).to_be_hidden()
        height = figure.bounding_box()
        slider = figure.locator("input[type=range]").first
        slider.press("Home")
        before = drawing.inner_html()
        slider.press("End")
        assert drawing.inner_html() != before, page
        before = drawing.inner_html()
        svg.drag_to(svg, source_position={"x": 60, "y": 80})  # to its middle
        assert drawing.inner_html() != before, page
        after = figure.bounding_box()
        assert after["height"] == pytest.approx(height["height"], abs=1)
        assert checkers.axe_violations(tab, MOVING) == []
        tab.emulate_media(media="print")
        expect(figure.locator("img")).to_be_visible()
        expect(drawing).to_be_hidden()


def test_notebooks_show_what_moves_as_stills():
    for page in pages_with(MOVING):
        notebook = SITE / "_sources" / f"{page}.ipynb"
        assert r"class=\"moving\"" not in notebook.read_text("utf-8")


def test_backpropagation_begins_at_its_first_stage(open_tab):
    tab = open_tab("book/bptt")
    tab.locator(MOVING).first.scroll_into_view_if_needed()
    slider = tab.locator(f"{MOVING} input[type=range]")
    expect(slider).to_have_value("0")
    expect(slider).to_have_attribute("aria-valuetext", "1 of 16")
