"""The form of the first page, in which a network goes on with a text."""

import re

import pytest
from playwright.sync_api import expect
from shared import play
from shared.site import SITE
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
ROWS = ".typewriter li"


def expect_written(tab, pattern):
    expect(tab.locator(".written")).to_have_text(re.compile(pattern))


def test_a_press_loads_the_network_which_goes_on(open_tab):
    tab = open_tab("index", site=SITE.as_uri())
    rows, loaded = tab.locator(ROWS).all_text_contents(), []
    tab.on("request", lambda request: loaded.append(request.url))
    tab.reload(wait_until="networkidle")
    assert not any("/lazy/" in url for url in loaded)
    play.press(tab, play.WRITE)
    expect_written(tab, "^.{80}$")
    tab.get_by_label("Your words").press("End")
    tab.keyboard.type("?")  # begins again, with the same text
    expect_written(tab, "^$")
    assert tab.locator(ROWS).all_text_contents() == rows
    play.press(tab, play.WRITE)
    expect_written(tab, "^.")
    tab.get_by_label("Your words").press("7")
    tab.wait_for_timeout(100)  # in which the network would write again
    expect_written(tab, "^$")
    expect(tab.locator(".status")).to_contain_text("“7”")


def test_the_keyboard_is_enough(open_tab):
    tab = open_tab("index")
    tab.get_by_label("Your words").focus()
    tab.keyboard.press("Enter")
    expect_written(tab, "...")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Stop")).to_be_focused()
    tab.keyboard.press("Enter")
    tab.get_by_label("Temperature").press("Home")
    first = tab.locator(ROWS).first
    expect(first.locator(".percentage")).to_have_text("100 %")


@pytest.mark.parametrize("name", ["typewriter", "weights"])
def test_a_missing_file_is_reported_and_fetched_again(browser, served, name):
    with watched(browser, served) as watch:
        tab, files = watch.context.new_page(), f"**/lazy/{name}-*.js"
        go(tab, f"{served}/index.html")
        tab.route(files, lambda route: route.abort())
        play.press(tab, play.WRITE)
        expect(tab.locator(".status")).to_contain_text("connection?")
        tab.unroute(files)
        play.press(tab, play.WRITE)
        expect_written(tab, "...")


@pytest.mark.parametrize(
    ("page", "widget", "seen"),
    [
        ("index", ".typewriter", "li"),
        ("book/whole", ".slim", "table"),
        (play.PAGE, ".playground", ".fallback"),
        (play.TRAIN, ".trainer", ".fallback"),
    ],
)
def test_without_scripts_a_picture_or_a_sentence_is_seen(
    browser, page, widget, seen
):
    site = SITE.as_uri()
    with watched(browser, site, java_script_enabled=False) as watch:
        tab = watch.context.new_page()
        tab.goto(f"{site}/{page}.html")
        expect(tab.locator(f"{widget} {seen}").last).to_be_visible()
        controls = tab.locator(f"{widget} :is(input, button, summary)")
        expect(controls.filter(visible=True)).to_have_count(0)
