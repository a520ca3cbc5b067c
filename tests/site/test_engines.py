"""The site in Firefox and in WebKit, as Playwright brings them."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect
from shared.play import TRAIN, press, told, trainer
from shared.site import GONE, LESSONS, PAGES, page_files, pages_with
from shared.tabs import WIDER, go
from shared.tools import need

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("built")]
MOVING = "figure:has(> .moving)"


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def browser(request, playwright):
    """Start an engine where the other tests have Chromium."""
    engine = getattr(playwright, request.param)
    if not Path(engine.executable_path).exists():
        need(f"Playwright's {request.param}", "to look at the pages in it")
    browser = engine.launch()
    yield browser
    browser.close()


@pytest.fixture
def open_page(open_tab):
    """Open pages on a phone; an engine may warn of what others do not."""
    return partial(open_tab, width=390, kinds=["error"])


def test_pages_open_and_do_not_scroll_sideways(open_page, served):
    tab = open_page(PAGES[0])
    for name in {*page_files()} - {f"{gone}.html" for gone in GONE}:
        go(tab, f"{served}/{name}")
        assert tab.evaluate(WIDER) <= 0, name


def test_the_front_page_writes(open_page):
    tab = open_page("index")
    press(tab, "Let it write")
    expect(tab.locator(".written")).to_have_text(re.compile("^.{80}$"))


def test_a_story_trains(open_page):
    place = trainer(open_page(TRAIN))
    press(place, "Without clipping")
    place.locator(".options button").first.click()
    told(place, 60000)


def test_a_question_answers(open_page):
    tab = open_page(LESSONS[0])
    option = tab.locator(".question:not([hidden]) details").first
    option.locator("summary").click()
    expect(option.locator("> :not(summary)").first).to_be_visible()


def test_figures_move(open_page):
    for page in pages_with(MOVING):
        figure = open_page(page).locator(MOVING)
        figure.hover()  # which waits until the page is at rest
        drawing = figure.locator(".drawing")
        slider = figure.locator("input[type=range]").first
        slider.press("Home")
        before = drawing.inner_html()
        slider.press("End")
        assert drawing.inner_html() != before, page
