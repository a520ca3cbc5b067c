"""The trainer, in the built page, and what a reader takes home from it."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect
from shared import checkers, play
from shared.site import ROOT, SITE
from shared.tabs import WIDER, go, watched

pytestmark = pytest.mark.usefixtures("built")
OWN = "The cat sat on the mat, and the dog lay by the door. " * 60


@pytest.fixture
def place(open_tab):
    return play.trainer(open_tab(play.TRAIN))


def trained(place, epochs):
    expect(place.locator(".chart").first).to_contain_text(f"Epoch {epochs}:")


def expect_settings(place, text):
    """Expect what was changed, at first or later, in the run that is shown."""
    expect(place.locator(".stage")).to_contain_text(f"Settings: {text}.")


def run_story(place, title, option):
    play.press(place, title)
    place.locator(".options button").nth(option).click()


def use_text(place, text, keeps_all=False):
    """Give a text to the trainer; return what it says."""
    own = place.locator(".own")
    own.get_by_text("Your text").click()
    own.get_by_label("Keep capitals").set_checked(keeps_all)
    own.get_by_label("A text to train on").fill(text)
    play.press(own, "Train on this text")
    message = own.locator(".status")
    expect(message).to_have_text(re.compile(r"^$|\w\.$"))
    return message.text_content()


# Stories


SHIFTS = """() => new Promise((resolve) => {
  setTimeout(() => resolve(0), 100); // there are none
  new PerformanceObserver((list) =>
    resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0))
  ).observe({ type: "layout-shift", buffered: true });
})"""


@pytest.mark.parametrize("width", [390, 1280])
def test_a_story_moves_nothing_and_cause_is_seen_with_effect(open_tab, width):
    tab = open_tab(f"{play.TRAIN}#trainer=&story=unclipped", width)
    place = tab.locator(".trainer")
    expect(place.locator(".chart")).to_have_count(2)
    assert tab.evaluate(SHIFTS) < 0.1
    trained(place, 0)  # it asks first
    all_of_it = [".strip", ".chart", ".sample"]
    before = play.height(place, *all_of_it)
    place.locator(".options button").last.click()
    assert "Far above guessing" in play.told(place)
    assert play.height(place, *all_of_it) == before
    for touched in (".description", ".primary"):
        seen = play.height(place, touched, ".chart", ".sample")
        assert seen <= 844 - play.HEADER  # on a phone
    expect(place.locator(".note")).to_have_count(1)
    place.get_by_role("link", name="Read more").click()
    expect(tab).to_have_url(re.compile("/clipping.html$"))


LATE = """
const Native = Worker;
window.Worker = class extends Native {
  set onmessage(act) {
    super.onmessage = (event) => setTimeout(() => act(event), 400);
  }
};
"""


def open_late(open_tab, hash="", handler=None):
    """Open the page, which may be changed, with late messages of workers."""

    def prepare(tab):
        tab.add_init_script(LATE)
        if handler:
            tab.route("**/train.html", handler)

    return play.trainer(
        open_tab(f"{play.TRAIN}#trainer=&{hash}", prepare=prepare)
    )


def test_late_reports_of_a_training_do_not_reach_the_next(open_tab):
    place = open_late(open_tab)
    play.press(place, "Train")
    play.press(place, "Pause")
    place.page.wait_for_timeout(1500)
    trained(place, 0)  # what begins late is not trained
    play.press(place, "Train")
    chart = place.locator(".chart").first
    expect(chart).to_contain_text(re.compile("Epoch [1-9]"))
    play.press(place, "Pause")
    expect(play.button(place, "Take it home")).to_be_disabled()  # it trains on
    expect(play.button(place, "Take it home")).to_be_enabled()
    play.press(place, "Train")
    play.slide(place, "Learning rate", 0)
    run_story(place, "Without clipping", 2)
    play.press(place, "Pause")
    play.press(place, "Train")
    assert "As you said, in our runs: Far above guessing" in play.told(place)
    expect_settings(place, "no clipping")
    trained(place, 20)  # and not those of the other as well
    rate = place.get_by_label("Learning rate", exact=True)
    expect(rate).to_have_attribute("aria-valuetext", "1")
    place.locator(".options button").first.click()  # nothing is to be run
    assert "In our runs: Far above guessing" in play.told(place)
    run_story(place, "Can it be saved?", 2)
    expect_settings(place, "no clipping; ① θ = 1 from epoch 5 on")
    play.slide(place, "Learning rate", -1)
    play.expect_status(place, "no answer")
    expect(place.locator(".description")).to_contain_text("Where will the")


def shorten(route):
    """Give the page with three epochs for each story of 200."""
    html = route.fetch().text().replace('"end": 200', '"end": 3')
    route.fulfill(body=html, content_type="text/html")


def test_the_usual_training_before_a_story_can_be_paused(open_tab):
    place = open_late(open_tab, "story=shuffled", shorten)
    place.locator(".options button").last.click()
    play.press(place, "Pause")
    play.press(place, "One epoch")
    trained(place, "1 of 3")
    play.press(place, "Train")
    play.told(place)
    trained(place, 3)
    expect(place.locator(".chart").first).to_contain_text("usual")


# A text and a network of one's own


@pytest.mark.parametrize("keeps_all", [False, True], ids=["letters", "all"])
def test_a_network_of_ones_own_writes_the_same_in_python(
    place, tmp_path, keeps_all
):
    assert use_text(place, OWN.replace(", ", ",\n"), keeps_all) == ""
    expect(place.locator(".stage")).to_contain_text("characters of this text")
    expect(place.locator(".sample").first).to_contain_text(
        ",\nand the dog" if keeps_all else "mat and the dog"
    )
    play.press(place, "Pause")
    expect(play.button(place, "Train")).to_be_visible()
    expect(place.locator(".chart").first).to_contain_text("held out")
    play.press(place, "Take it home")
    expect(place.locator(".take-home")).to_contain_text("learns to recite")
    with place.page.expect_download() as download:
        play.press(place, "Save the file")
    download.value.save_as(tmp_path / download.value.suggested_filename)
    lines = place.locator(".take-home pre").text_content()
    (tmp_path / "lines.py").write_text(lines, "utf-8")
    python = subprocess.run(
        [sys.executable, "lines.py"], cwd=tmp_path, capture_output=True,
        encoding="utf-8", check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ).stdout.removesuffix("\n")  # fmt: skip
    with place.page.expect_popup() as popup:
        play.press(place, "Write with it")
    other = play.playground(popup.value)
    begun = python[:18].rstrip()
    expect(play.text_box(other)).to_have_value(begun)  # the network has come
    play.slide(other, "Temperature", 0)
    play.type_text(other, begun)
    assert begun + play.write(other, 200) == python


def test_what_was_trained_survives_a_reload_until_it_is_forgotten(place):
    tab = place.page
    assert use_text(place, OWN) == ""
    expect(place.locator(".film > div")).to_have_count(14)
    tab.reload()  # while it trains
    trained(play.trainer(tab), 0)  # a new run, until it is continued
    play.press(place, "Continue it")
    expect(place.locator(".film > div")).to_have_count(14)
    play.expect_status(place, "This is your network")
    play.slide(place, "Learning rate", -1)
    play.press(place, "One epoch")
    expect(place.locator(".stage")).to_contain_text("learning rate 0.1 from")
    go(tab, tab.url.replace("train", "write"))
    network = play.playground(tab).get_by_label("Network", exact=True)
    expect(network).to_contain_text("yours, your text")
    go(tab, tab.url.replace("write", "train"))
    play.press(play.trainer(tab), "Forget it")
    tab.reload()
    expect(play.trainer(tab).locator(".kept")).to_have_count(0)


def test_curve_and_film_point_at_each_other_and_a_mark_at_a_change(place):
    for count in range(1, 5):
        play.button(place, "One epoch").press("Enter")  # and keeps the focus
        trained(place, count)
        expect(play.button(place, "One epoch")).to_be_enabled()
    expect(play.button(place, "One epoch")).to_be_focused()
    place.locator(".film > div").nth(1).hover()
    trained(place, 2)
    expect(place.locator(".chart .pointed")).to_have_count(1)
    place.locator(".chart svg").first.focus()
    place.page.keyboard.press("ArrowRight")
    marked = place.locator("[aria-selected=true] .epoch")
    expect(marked).to_have_text("3")
    place.page.keyboard.press("Escape")
    expect(marked).to_have_count(0)
    place.locator(".chart svg").first.hover()  # its middle, of 100 epochs
    expect(marked).to_have_text("4")
    play.slide(place, "Threshold θ", 9)  # beyond its end: none
    play.press(place, "One epoch")
    expect_settings(place, "① no clipping from epoch 4 on")
    expect(place.locator(".chart").first).to_contain_text("①")
    play.press(place, "Start again")
    play.press(place, "One epoch")
    expect_settings(place, "no clipping")
    expect(place.locator(".other")).to_have_count(1)


def test_keys_move_a_slider_whose_value_is_rounded(place):
    for name in ("Threshold θ", "Learning rate", "Size of the first weights"):
        slider = place.get_by_label(name, exact=True)
        found = []
        for _ in range(9):
            slider.press("ArrowRight")
            found.append(slider.input_value())
        assert len({*found}) == 9, name


# The slim trainer


def test_a_press_trains_on_the_first_page(open_tab):
    tab, loaded = open_tab("book/whole", site=SITE.as_uri()), []
    tab.on("request", lambda request: loaded.append(request.url))
    tab.reload(wait_until="networkidle")
    assert not any("/lazy/" in url for url in loaded)
    place = tab.locator(".slim")
    play.press(place, "Train")
    expect(place.locator(".film")).to_contain_text("the the")
    play.press(place, "Pause")
    expect(place.locator(".kept")).to_be_visible()
    place.locator("summary").filter(visible=True).click()
    play.press(place, "A counting rhyme")
    expect(place.locator(".stage")).to_contain_text("ninety nine sheep")
    expect(place.locator(".sample")).to_contain_text("e")
    tab.reload()  # what is kept is offered before the reader presses Train
    place.scroll_into_view_if_needed()
    expect(play.button(place, "Continue it")).to_be_visible()


# Everyone


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_the_widgets_are_accessible_while_they_work(open_tab, scheme, width):
    tab = open_tab(play.TRAIN, width, scheme)
    place = play.trainer(tab)
    run_story(place, "Without clipping", 0)
    play.told(place)
    use_text(place, OWN)
    play.press(place, "Pause")
    play.press(place, "Take it home")
    assert tab.evaluate(WIDER) <= 0
    assert checkers.axe_violations(tab) == []
    other = play.playground(open_tab(play.PAGE, width, scheme))
    other.locator("details").evaluate_all(play.OPEN)
    play.slide(other, "Top-k", 3)
    play.write(other, 100)
    assert other.page.evaluate(WIDER) <= 0
    assert checkers.axe_violations(other.page) == []


def test_a_script_that_cannot_be_loaded_is_tried_again(browser, served):
    with watched(browser, served) as watch:
        tab = watch.context.new_page()
        tab.route("**/lazy/trainer-*.js", lambda route: route.abort())
        go(tab, f"{served}/{play.TRAIN}.html")
        fallback = tab.locator(".trainer .fallback")
        expect(fallback).to_contain_text("It is tried again")
        fallback.scroll_into_view_if_needed()
        tab.unroute("**/lazy/trainer-*.js")
        expect(tab.locator(".trainer .chart")).to_be_visible()
