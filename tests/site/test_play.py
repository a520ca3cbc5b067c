"""The playground and the trainer, in the built page."""

import json
import re

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import SITE
from shared.tabs import go

from bookkit import recipes
from charrnn import predict_rnn
from widgets.playground import rounded

pytestmark = pytest.mark.usefixtures("built")
PAGE = "book/play"
BARS = ".bars li:not([hidden]) button"


def playground(tab):
    """Return the playground of a tab, when it has read the first text."""
    place = tab.locator(".network-widget.playground")
    place.scroll_into_view_if_needed()
    settle(place)
    expect(place.locator(BARS)).to_have_count(10)
    return place


def settle(place):
    """Wait until the network has read the text."""
    expect(place.locator("[aria-busy=false]")).to_be_attached()


def trainer(tab):
    place = tab.locator(".network-widget.trainer")
    place.scroll_into_view_if_needed()
    expect(place.locator(".chart")).to_have_count(2)
    return place


def press(place, name):
    place.get_by_role("button", name=name, exact=True).click()


def type_text(place, text):
    place.get_by_label("Your text").fill(text)
    settle(place)


def choose(place, label, value):
    place.get_by_label(label, exact=True).select_option(value)
    settle(place)


def slide(place, label, value):
    place.get_by_label(label, exact=True).fill(str(value))


def written(place):
    return place.locator(".written").text_content()


def write(place, characters):
    """Let the network write some characters, as fast as it can."""
    choose(place, "Speed", "Infinity")
    press(place, "Write")
    expect(place.get_by_role("button", name="Write")).to_be_visible()
    return written(place)[:characters]


def trained(place, epochs):
    expect(place.locator(".numbers")).to_contain_text(f"Epochs {epochs}")


def test_the_weights_of_a_network_are_loaded_when_needed_and_once(open_tab):
    tab, loaded = open_tab(PAGE), []
    tab.on("response", lambda response: loaded.append(response.url))
    tab.reload()
    playground(tab)
    tab.wait_for_load_state("networkidle")
    assert sum("/lazy/weights-" in url for url in loaded) == 1
    assert not any("/lazy/trainer" in url for url in loaded)


@pytest.mark.parametrize(
    ("network", "recipe"), [("0", recipes.NOVEL), ("1", recipes.SEQUENTIAL)]
)
def test_a_greedy_text_equals_that_of_python(open_tab, network, recipe):
    model, _, vocab = recipes.load_or_train(recipe)
    place = playground(open_tab(PAGE))
    choose(place, "Network", network)
    slide(place, "temperature", 0)
    text = "Filby, became pensive."
    type_text(place, text)
    read = "".join(place.locator(".character").all_text_contents())
    expected = predict_rnn(text, 200, rounded(model), vocab)
    assert read + write(place, 200) == expected


def test_the_widgets_work_from_a_disk(open_tab):
    tab = open_tab(PAGE, site=SITE.as_uri())
    place = playground(tab)
    choose(place, "Network", "1")
    assert len(write(place, 2000)) == 2000
    other = trainer(tab)
    press(other, "One epoch")
    trained(other, 1)


def test_a_link_holds_the_settings_and_reproduces_the_text(open_tab):
    tab = open_tab(PAGE)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    place = playground(tab)
    type_text(place, "I saw the Sphinx & more")
    slide(place, "temperature", 1.2)
    slide(place, "top-k", 5)
    place.get_by_label("Seed").fill("42")
    settle(place)
    text = write(place, 300)
    press(place, "Copy a link")
    expect(place.locator(".status")).to_contain_text("on the clipboard")
    again = tab.context.new_page()
    go(again, tab.evaluate("navigator.clipboard.readText()"))
    assert write(playground(again), 300) == text


def test_a_reader_may_choose_another_character(open_tab):
    place = playground(open_tab(PAGE))
    canvas = place.locator("canvas")
    before = canvas.evaluate("c => c.toDataURL()")
    press(place, "Show all")
    expect(place.locator(BARS)).to_have_count(27)
    place.locator(BARS, has_text="q").click()
    expect(place.locator(".written")).to_have_text("q")
    expect(place.locator(BARS).first.locator(".letter")).to_have_text("u")
    assert canvas.evaluate("c => c.toDataURL()") != before
    slide(place, "top-k", 3)
    expect(place.locator(".excluded")).to_have_count(24)


def test_a_text_without_letters_cannot_be_continued(open_tab):
    place = playground(open_tab(PAGE))
    type_text(place, "...!")
    expect(place.locator(".status")).to_contain_text("type a letter")
    expect(place.get_by_role("button", name="Write")).to_be_disabled()
    type_text(place, "a")
    assert len(write(place, 10)) == 10


def test_each_experiment_writes_a_text(open_tab):
    place = playground(open_tab(PAGE))
    choose(place, "Speed", "Infinity")
    for button in place.locator(".stories button").all():
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(place.locator(".status")).to_contain_text("2000 characters")


def test_a_missing_file_is_reported_and_fetched_again(open_tab):
    tab = open_tab(PAGE)
    place = playground(tab)
    weights = "**/weights-*.js"
    tab.route(weights, lambda route: route.fulfill(status=200, body=""))
    place.get_by_label("Network", exact=True).select_option("1")
    expect(place.locator(".status")).to_contain_text("cannot be read")
    expect(place.get_by_role("button", name="Write")).to_be_disabled()
    tab.unroute(weights)
    press(place, "Reset")
    settle(place)
    assert len(write(place, 10)) == 10


def test_the_output_of_a_notebook_runs_by_itself(browser, tmp_path):
    source = SITE / "_sources" / "book" / "play.ipynb"
    (output,) = [
        output
        for cell in json.loads(source.read_text("utf-8"))["cells"]
        if "playground(" in "".join(cell["source"])
        for output in cell.get("outputs", [])
    ]
    html = "".join(output["data"]["text/html"])
    file = tmp_path / "output.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8>{html}", "utf-8")
    with browser.new_page() as tab:
        tab.goto(file.as_uri())
        place = playground(tab)
        press(place, "One character")
        expect(place.locator(".written")).to_have_text(re.compile("^.$"))


# Everyone


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_the_widgets_are_accessible_while_they_work(open_tab, scheme, width):
    tab = open_tab(PAGE, width, scheme)
    place = playground(tab)
    slide(place, "top-k", 3)
    write(place, 100)
    other = trainer(tab)
    press(other, "One epoch")
    trained(other, 1)
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert tab.evaluate(wide) <= 0
    assert checkers.axe_violations(tab) == []


def test_the_keyboard_is_enough(open_tab):
    tab = open_tab(PAGE)
    place = playground(tab)
    place.get_by_label("Your text").focus()
    tab.keyboard.press("End")
    tab.keyboard.type(" said")
    settle(place)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(place.get_by_role("button", name="Stop")).to_be_focused()
    expect(place.locator(".written")).to_have_text(re.compile("..."))
    tab.keyboard.press("Enter")
    expect(place.get_by_role("button", name="Write")).to_be_focused()
    before = written(place)
    place.locator(BARS).nth(1).focus()
    tab.keyboard.press("Enter")
    expect(place.locator(".written")).to_have_text(re.compile(f"{before}.$"))


COUNT = """place => {
  window.announced = [];
  new MutationObserver(() => window.announced.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def test_a_screen_reader_announces_at_pauses(open_tab):
    tab = open_tab(PAGE)
    place = playground(tab)
    expect(place.locator(".announcement")).to_contain_text("bits a character")
    place.locator(".announcement").evaluate(COUNT)
    choose(place, "Speed", "50")
    press(place, "Write")
    expect(place.locator(".written")).to_have_text(re.compile(".{20}"))
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


# Training


def test_a_training_can_be_paused_and_compared(open_tab):
    place = trainer(open_tab(PAGE))
    press(place, "Train")
    two = re.compile(r"Epochs ([2-9]|\d\d)")  # which make a curve
    expect(place.locator(".numbers")).to_contain_text(two)
    press(place, "Pause")
    expect(
        place.get_by_role("button", name="Train", exact=True)
    ).to_be_visible()
    chart = place.locator(".chart").first
    curve = chart.locator("polyline.current").get_attribute("points")
    assert curve
    press(place, "Reset")
    trained(place, 0)
    before = chart.locator("polyline.previous")
    assert before.get_attribute("points") == curve


def test_changed_settings_reach_a_running_training(open_tab):
    place = trainer(open_tab(PAGE))
    slide(place, "Threshold θ", -1.3)  # as an exponent of ten
    press(place, "One epoch")
    expect(place.locator(".numbers")).to_contain_text("clipped 100 %")
    place.get_by_label("No clipping").check()
    press(place, "One epoch")
    expect(place.locator(".numbers")).to_contain_text("clipped –")
