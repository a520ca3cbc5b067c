"""The built site in a real browser: light, dark, laptop, and phone."""

import functools
import http.server
import os
import shutil
import threading

import pytest
from book_site import PAGES, ROOT, SITE, build
from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    """Build the site and serve it on loopback."""
    result = build(ROOT)
    assert result.returncode == 0, result.stdout[-4000:]
    handler = functools.partial(QuietHandler, directory=SITE)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        message = "Chromium is needed to look at the pages: install it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages(browser, address, width, scheme):
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    tab = context.new_page()
    outside, errors = [], []
    tab.on("request", lambda r: outside.append(r.url))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for name in PAGES:
        tab.goto(f"{address}/book/{name}.html")
        tab.wait_for_load_state("networkidle")
        assert tab.get_attribute("html", "data-theme") == scheme
        widths = tab.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert widths[0] <= widths[1], f"{name} scrolls sideways"
        for image in tab.query_selector_all("article img"):
            image.scroll_into_view_if_needed()
            tab.wait_for_function("image => image.complete", arg=image)
            assert image.evaluate("image => image.naturalWidth") > 0
    inside = (address, "data:", "blob:")
    assert [url for url in outside if not url.startswith(inside)] == []
    assert errors == []
    context.close()


def test_formulas_are_set_in_their_fonts(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/book/model.html")
    tab.wait_for_load_state("networkidle")
    fonts = tab.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded')"
        ".map(f => f.family)"
    )
    assert {"KaTeX_Main", "KaTeX_Math"} <= {f.strip('"') for f in fonts}
    box = tab.locator("#equation-eq-hidden .katex-html").bounding_box()
    assert box["width"] > 100 and box["height"] > 15
    tab.close()


def test_code_can_be_copied(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/book/model.html")
    assert tab.locator("button.copybtn").count() > 5
    tab.close()


def test_folded_code_opens(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/book/model.html")
    folded = tab.locator("details.hide").first
    code = folded.locator("pre").first
    assert not code.is_visible()
    folded.locator("summary").click()
    assert code.is_visible()
    tab.close()


def test_search_finds_a_page(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/search.html?q=perplexity")
    results = tab.locator("#search-results li a")
    results.first.wait_for()
    links = results.evaluate_all("links => links.map(a => a.href)")
    assert any("training.html" in link for link in links)
    tab.close()
