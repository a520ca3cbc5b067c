"""Figures that move, in the built site."""

import re

import pytest
import torch
from playwright.sync_api import expect
from shared import checkers
from shared.site import SITE, pages_with

from bookkit import by_hand
from charrnn import rnn

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
        grip = drawing.locator(".handle").or_(svg).last
        grip.drag_to(svg, target_position={"x": 60, "y": 80})
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


def small(open_tab, page):
    """Return the small network of a page, when it can be moved."""
    figure = open_tab(page).locator(MOVING)
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".drawing")).to_be_visible()
    return figure


def test_the_small_network_reads_on(open_tab):
    figure = small(open_tab, "book/model")
    figure.get_by_role("button", name="e", exact=True).click()
    both = torch.eye(3)[[1, 2], None]  # h and e, (T, n, V)
    _, (H,) = rnn(both, (by_hand.H_BEFORE,), by_hand.PARAMS)
    state = ", ".join(f"{value:.2f}" for value in H[0]).replace("-", "−")
    expect(figure.locator(".fact")).to_contain_text(f"({state})")


def test_steps_downhill_end_at_the_right_letter(open_tab):
    figure = small(open_tab, "book/loss")
    step = figure.get_by_role("button", name="One step downhill")
    losses = []
    while "the right letter!" not in (text := figure.text_content()):
        losses.append(float(re.search(r"steps?: loss ([\d.]+)\.", text)[1]))
        assert len(losses) < 50
        step.click()
    assert len(losses) > 1 and losses == sorted(losses, reverse=True)


def test_backpropagation_begins_at_its_first_stage(open_tab):
    figure = small(open_tab, "book/bptt")
    slider = figure.locator("input[type=range]")
    expect(slider).to_have_value("0")
    expect(slider).to_have_attribute("aria-valuetext", "1 of 12")
    slider.press("End")
    expect(figure.locator(".drawing")).to_contain_text("loss 0.")
