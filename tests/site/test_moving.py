"""Figures that move: they work, for everyone, and the page stays in place."""

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import PAGES, SITE, article
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
MOVING = "figure:has(> .moving)"
PICTURES = {
    "book/bptt": "backpropagation",
    "book/clipping": "clipping",
    "book/corpus": "minibatches",
    "book/decoding": "strategies",
    "book/vanishing": "jacobians",
}
# Come to a figure: what is above gets its size on the way.
COME = """async (selector) => {
  for (let i = 0; i < 10; i++) {
    document.querySelector(selector).scrollIntoView({ block: "center" });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
every_page = pytest.mark.parametrize("page", PICTURES)


@pytest.fixture
def figure(browser, page, request):
    """Open a page, and come to its figure that moves."""
    scheme, width = getattr(request, "param", ("light", 1280))
    with (
        checkers.served(SITE) as address,
        watched(browser, address, width, scheme) as watch,
    ):
        tab = watch.context.new_page()
        go(tab, f"{address}/{page}.html")
        figure = tab.locator(MOVING)
        tab.evaluate(COME, MOVING)
        expect(figure.locator(".moving-picture svg").first).to_be_visible()
        yield figure
    assert watch.outside == [] and watch.errors == []


def test_each_picture_stands_on_its_page_alone():
    found = {
        page: [script["data-name"] for script in scripts]
        for page in PAGES
        if (scripts := article(page).select(f"{MOVING} > .moving"))
    }
    assert found == {page: [name] for page, name in PICTURES.items()}


@every_page
def test_the_static_picture_gives_way_and_is_there_on_paper(figure):
    picture = figure.locator("img")
    expect(picture).to_be_hidden()
    figure.page.emulate_media(media="print")
    expect(picture).to_be_visible()
    expect(figure.locator(".moving-picture")).to_be_hidden()


@pytest.mark.parametrize(
    "figure", [("dark", 320), ("light", 1280)], indirect=True
)
@pytest.mark.usefixtures("tools")
@every_page
def test_it_moves_by_its_controls_and_nothing_else_does(figure):
    tab = figure.page
    drawing = figure.locator(".moving-picture")
    before, height = drawing.inner_html(), figure.bounding_box()["height"]
    for control in drawing.locator("button, input").all():
        control.focus()
        key = "ArrowRight" if control.get_attribute("type") == "range" else ""
        tab.keyboard.press(key or "Enter")
        assert figure.bounding_box()["height"] == pytest.approx(height, abs=1)
    slider = drawing.locator("input[type=range]").first
    slider.focus()
    tab.keyboard.press("End")
    assert drawing.inner_html() != before
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert tab.evaluate(wide) <= 0
    assert checkers.axe_violations(tab) == []


@every_page
def test_without_javascript_the_static_picture_stays(browser, page):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{SITE.as_uri()}/{page}.html")
        figure = tab.locator(MOVING)
        expect(figure.locator("img")).to_be_visible()
        expect(figure.locator(".moving-picture")).to_have_count(0)
