"""The playground in a notebook, by keyboard, seen, and read aloud."""

import json
import re

import pytest
from playwright.sync_api import expect
from shared.play import (
    KEEP,
    PAGE,
    button,
    choose,
    expect_status,
    playground,
    press,
    settle,
    text_box,
    written,
)
from shared.site import SITE

pytestmark = pytest.mark.usefixtures("built")


def notebook_output():
    """Return the playground as a notebook shows it."""
    source = SITE / "_sources" / "book" / "play.ipynb"
    (output,) = [
        output
        for cell in json.loads(source.read_text("utf-8"))["cells"]
        if "playground(" in "".join(cell["source"])
        for output in cell.get("outputs", [])
    ]
    return "".join(output["data"]["text/html"])


RUN_AGAIN = """html => {
  const old = document.querySelector(".network-widget");
  const range = document.createRange();
  const next = range.createContextualFragment(html);
  old.replaceWith(next);
}"""


def test_the_output_of_a_notebook_runs_by_itself(browser, tmp_path):
    html = notebook_output()
    file = tmp_path / "output.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8>{html}", "utf-8")
    with browser.new_page() as tab:
        tab.add_init_script(KEEP)
        tab.goto(file.as_uri())
        place = playground(tab)
        expect(button(place, "Copy a link")).to_be_hidden()
        press(place, "Write")
        expect(
            place.locator(".mirror .written .character").nth(2)
        ).to_be_attached()
        # The cell is run again: what it had shown ends.
        tab.evaluate(RUN_AGAIN, html)
        press(playground(tab), "One character")
        expect_status(place, "1 character written")
        assert tab.evaluate("workers.length") == 1


CALM = """place => {
  window.dimmed = 0;
  new MutationObserver(() => window.dimmed++)
    .observe(place, { attributeFilter: ["inert"], subtree: true });
}"""


def test_the_keyboard_is_enough(open_tab):
    tab = open_tab(PAGE)
    place = playground(tab)
    place.evaluate(CALM)
    text_box(place).focus()
    tab.keyboard.press("End")
    tab.keyboard.type(" said")
    settle(place)
    assert tab.evaluate("window.dimmed") == 0
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(button(place, "Stop")).to_be_focused()
    expect(place.locator(".mirror .written")).to_have_text(re.compile("..."))
    tab.keyboard.press("Enter")
    expect(button(place, "Write")).to_be_focused()
    before = written(place)
    for key in ["Tab"] * 4 + ["ArrowDown"] * 2 + ["Enter"]:
        tab.keyboard.press(key)
    expect(place.locator(".mirror .written")).to_have_text(f"{before}b")


COUNT = """place => {
  window.announced = [];
  new MutationObserver(() => window.announced.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def test_a_screen_reader_announces_at_pauses(open_tab):
    tab = open_tab(PAGE)
    place = playground(tab)
    expect(place.locator(".announcement")).to_contain_text("On average")
    place.locator(".announcement").evaluate(COUNT)
    choose(place, "Speed", "50")
    press(place, "Write")
    expect(place.locator(".mirror .written")).to_have_text(re.compile(".{20}"))
    assert tab.evaluate("window.announced") == []
    press(place, "Stop")
    expect(place.locator(".announcement")).to_contain_text("Written: ")
    assert tab.evaluate("window.announced") == [f"Written: {written(place)}"]


def test_without_javascript_there_are_fallbacks(browser):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{SITE.as_uri()}/{PAGE}.html")
        fallbacks = tab.locator(".network-widget .fallback")
        expect(fallbacks).to_have_count(2)
        for sentence in fallbacks.all():
            expect(sentence).to_be_visible()
