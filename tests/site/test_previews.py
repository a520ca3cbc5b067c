"""Previews of the pages and parts that links lead to."""

import json
import re
from posixpath import dirname, join, normpath

import pytest
from bs4 import BeautifulSoup
from chapter.theme.previews import BEGIN, END
from playwright.sync_api import expect
from shared import checkers
from shared.site import PAGES, SITE, article

pytestmark = pytest.mark.usefixtures("built")
# Links that previews.js leaves alone.
WITHOUT_PREVIEW = (
    ".headerlink, .equation-link, .viewcode-back, .toctree-wrapper a"
)
# How the addresses of parts begin: of each kind, some link is there.
KINDS = {"equation", "fig", "term", "sym", "ex", "trace", "id", ""}
BOX, PAGE = "#preview", "book/bptt"
TERM, SYMBOL = "article a[href*='#term-']", "article a[href*='#sym-']"


def previews(name):
    """Return the previews of a page by the ids of its parts."""
    script = (SITE / f"{name}.js").read_text("utf-8")
    shown = json.loads(script.removeprefix(BEGIN).removesuffix(END))
    return {part: BeautifulSoup(h, "html.parser") for part, h in shown.items()}


def targets(name):
    """Return the pages that the links of a page lead to, and the parts."""
    for link in article(name).select(f"a[href]:not({WITHOUT_PREVIEW})"):
        address, _, part = link["href"].partition("#")
        here = join(dirname(name), address) if address else f"{name}.html"
        target = normpath(here).removesuffix(".html")
        if target in PAGES:
            yield target, "" if "=" in part else part


def test_every_link_within_the_site_has_a_preview():
    wanted = {target for name in PAGES for target in targets(name)}
    shown = {name: previews(name) for name in PAGES}
    empty = [
        (name, part)
        for name, part in wanted
        if not shown[name][part].get_text(strip=True)
    ]
    assert empty == []
    assert {re.match(r"[a-z]*", part)[0] for _, part in wanted} >= KINDS


def test_previews_have_no_ids_or_links_and_their_images_exist():
    for name in PAGES:
        for part in previews(name).values():
            assert not part.select("[id], a, .headerlink, annotation, script")
            for image in part.select("img"):
                assert image["alt"] and (SITE / image["src"]).is_file()


def scroll_to(tab, selector):
    """Scroll a link to the middle of the window, and return it."""
    link = tab.locator(selector).locator("visible=true").first
    link.evaluate(
        "a => a.scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    return link


@pytest.mark.usefixtures("tools")
def test_pointer_and_keyboard_open_and_close_previews(open_tab):
    tab = open_tab(PAGE, site=SITE.as_uri())
    box, link = tab.locator(BOX), scroll_to(tab, TERM)
    link.hover()
    expect(link).to_have_attribute("aria-describedby", "preview")
    box.hover()  # which keeps it open
    tab.wait_for_timeout(500)
    assert box.is_visible()
    tab.mouse.move(5, 5)
    expect(box).to_be_hidden()
    link = scroll_to(tab, SYMBOL)
    link.press("Shift")  # focus by the keyboard
    expect(box).to_be_visible()
    assert checkers.axe_violations(tab) == []
    tab.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(link).to_be_focused()


def test_a_first_tap_shows_a_preview_and_a_second_follows_the_link(open_tab):
    tab = open_tab(PAGE, 390, site=SITE.as_uri(), has_touch=True)
    box = tab.locator(BOX)
    link = scroll_to(tab, "article a.reference[href*='#fig-']")
    link.tap()
    expect(box.locator("img")).to_be_visible()
    place = box.bounding_box()
    assert place["x"] >= 0 and place["x"] + place["width"] <= 390
    tab.touchscreen.tap(386, 700)  # beside the text
    expect(box).to_be_hidden()
    link.tap()
    expect(box).to_be_visible()
    link.tap()
    tab.wait_for_url("**/*#fig-*")
    expect(box).to_be_hidden()
