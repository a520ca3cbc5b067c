"""The playground, in the built page, in a notebook, and for everyone."""

import base64
import re

import pytest
from playwright.sync_api import expect
from shared import play
from shared.checkers import axe_violations
from shared.site import notebook
from shared.tabs import go

from widgets.playground import encode

pytestmark = pytest.mark.usefixtures("built")


@pytest.fixture
def place(open_tab):
    return play.playground(open_tab(play.PAGE))


# Text


def test_the_box_keeps_what_was_typed_but_an_end_that_is_not_read(place):
    play.type_text(place, "Filby, became pensive.")
    text = f"Filby, became pensive{play.write(place, 2000)}"
    assert play.text_box(place).input_value() == text
    play.press(place, "Start over")
    expect(play.text_box(place)).to_have_value("Filby, became pensive.")


def test_the_mirror_shows_each_character_where_the_box_has_it(open_tab):
    place = play.playground(open_tab(play.PAGE, 390))
    text = f"Œuvre — a word,  and\n\nnaïve {'noend' * 20} at all\n"
    for typed in (text, text * 3, ""):
        play.text_box(place).fill(typed)
        play.settle(place)
        heights = place.locator(".mirror").evaluate(
            "mirror => [mirror.scrollHeight, mirror.nextSibling.scrollHeight]"
        )
        assert heights[0] == heights[1]
        assert place.locator(".mirror").text_content() == typed


def test_surprise_is_shown_under_all_characters_and_told(place):
    play.type_text(place, "my smartœn")
    marks = place.locator(".mirror .character")
    expect(marks).to_have_count(9)  # all but the first
    expect(place.locator(".mirror .beyond")).not_to_have_count(0)
    play.write(place, 300)
    expect(marks).to_have_count(400)
    play.type_text(place, "the tiqe")
    play.text_box(place).press("End")
    play.text_box(place).press("ArrowLeft")
    play.expect_status(place, "“q”\u2069 after \u2068“the ti”")


def test_the_newest_text_is_seen_unless_the_reader_looks_back(place):
    paper = place.locator(".paper")
    is_at_end = "p => p.scrollTop + p.clientHeight > p.scrollHeight - 2"
    play.write(place, 2000)
    assert paper.evaluate(is_at_end)
    paper.evaluate("paper => paper.scrollTop = 40")
    play.press(place, "One character")
    play.expect_status(place, "2001 characters")
    assert paper.evaluate("paper => paper.scrollTop") == 40


def test_no_letter_and_too_many_cannot_be_continued(place):
    for text, need in (
        ("...!", "type a letter"),
        ("", "type a letter"),
        ("the time machine " * 1200, "at most 20,000"),
    ):
        play.type_text(place, text)
        play.press(place, play.WRITE)
        play.expect_status(place, need)
    play.type_text(place, "a")
    assert len(play.write(place, 10)) == 10


# The next character


def test_the_likeliest_characters_lead_and_any_can_be_chosen(place):
    bars = place.locator(play.BARS)
    texts = bars.locator(".percentage").all_text_contents()
    shares = [float(text.removesuffix(" %")) for text in texts]
    assert len(shares) == 6 and shares == sorted(shares, reverse=True)
    place.get_by_text("All characters").click()
    letters = place.locator("details .list .letter").all_text_contents()
    assert letters == list("␣abcdefghijklmnopqrstuvwxyz")
    play.bar(place, "q").click()
    expect(place.locator(".mirror .written")).to_have_text("q")
    expect(bars.first).to_contain_text("u")
    play.slide(place, "Top-k", 3)
    expect(place.locator("details .excluded")).to_have_count(24)


def test_an_experiment_leaves_the_choices_of_the_reader(place):
    play.slide(place, "Temperature", 1.2)
    experiment = place.locator(".stories button").first
    experiment.click()
    temperature = place.get_by_label("Temperature")
    network = place.get_by_label("Network", exact=True)
    expect(temperature).to_have_value("0")
    expect(network).to_have_value("the opening, by heart")
    expect(place.locator(".mirror .written")).not_to_be_empty()
    play.type_text(place, "hello my friend")
    expect(experiment).to_have_attribute("aria-pressed", "false")
    expect(temperature).to_have_value("1.2")
    expect(network).to_have_value("the novel")


def test_bars_are_filled_also_in_colours_of_the_system(open_tab):
    place = play.playground(open_tab(play.PAGE, forced_colors="active"))
    play.type_text(place, "i opened my smart")
    for bars, name in ((".sight", "--q"), (".paper", "--share")):
        filled = place.locator(bars).screenshot()
        empty = (
            f"all => all.forEach((it) => it.style.setProperty('{name}', 0))"
        )
        place.locator(f"{bars} [style*='{name}:']").evaluate_all(empty)
        assert place.locator(bars).screenshot() != filled


@pytest.mark.parametrize(
    ("width", "height", "effect", "least"),
    [(390, 844, ".sight .list", 28), (1280, 800, ".status", 24)],
)
def test_what_one_touches_and_what_it_does_are_on_one_screen(
    open_tab, width, height, effect, least
):
    tab = open_tab(play.PAGE, width, has_touch=width == 390)
    tab.set_viewport_size({"width": width, "height": height})
    place = play.playground(tab)
    bars = place.locator(".sight .list").first
    bars.evaluate("bars => bars.scrollIntoView(false)")
    seen = [".paper", "[aria-label=Temperature]", play.BARS, effect]
    assert play.height(place, *seen) <= height - play.HEADER
    assert play.height(place, play.BARS) >= least


# Settings and links


def test_a_link_holds_the_settings_and_reproduces_the_text(open_tab):
    place = play.playground(open_tab(play.PAGE, permissions=play.CLIPBOARD))
    play.type_text(place, "I saw the Sphinx & more")
    play.slide(place, "Temperature", 1.2)
    play.slide(place, "Top-k", 5)
    text = play.write(place, 300)
    again = place.page.context.new_page()
    go(again, play.copy_link(place, "The link"))
    assert play.write(play.playground(again), 300) == text
    again.close()  # or the first is slow, in the background


def test_old_links_keep_all_characters_and_odd_ones_do_no_harm(open_tab):
    tab = open_tab(f"{play.PAGE}#playground=&top-k=0&x=")
    place = play.playground(tab)
    top_k = place.get_by_label("Top-k", exact=True)
    expect(top_k).to_have_attribute("aria-valuetext", "all")
    odd = (
        "constructor=1&__proto__=2&seed=1e300&top-p=x&speed=-1&temperature=-1"
        "&text=a%0D%0Ab%E0"
    )
    tab.evaluate("odd => location.hash = odd", f"#playground=&{odd}")
    play.settle(place)
    expect(play.text_box(place)).to_have_value(re.compile("^a\nb"))
    expect(place.get_by_label("Top-p")).to_have_value("1")
    expect(place.get_by_label("Temperature")).to_have_value("0.5")


# Networks


LOADED = "performance.getEntriesByType('resource').map(({ name }) => name)"


def test_networks_are_loaded_once_and_need_no_connection_then(place):
    tab = place.page
    tab.wait_for_load_state("networkidle")
    weights = [url for url in tab.evaluate(LOADED) if "/lazy/weights-" in url]
    assert len(weights) == len(set(weights)) == 2
    tab.context.set_offline(True)
    play.choose(place, "Network", "the opening, by heart")
    assert len(play.write(place, 10)) == 10


def test_a_network_of_ones_own_is_opened_and_writes(
    open_tab, tmp_path, model, vocab
):
    place = play.playground(open_tab(play.PAGE, permissions=play.CLIPBOARD))
    opened = place.get_by_label("Open a network")
    network = place.get_by_label("Network", exact=True)
    file = tmp_path / "my cat.safetensors"
    file.write_bytes(base64.b64decode(encode(model, vocab)))
    for name in ("my cat", "my cat 2"):
        opened.set_input_files([])
        opened.set_input_files(file)
        expect(network.locator("option:checked")).to_have_text(name)
        play.settle(place)
    assert "network=" not in play.copy_link(place, "not in the link. The link")
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_text("wrong", "utf-8")
    opened.set_input_files(wrong)
    play.expect_status(place, "no .safetensors file")
    assert {*play.write(place, 2000)} <= {*vocab.idx_to_token}


# Everyone


RUN_AGAIN = """html => {
  const next = document.createRange().createContextualFragment(html);
  document.querySelector(".network-widget").replaceWith(next);
}"""


def output_of(page, call):
    """Return the HTML of the widget that a cell of a page shows."""
    (output,) = [
        output
        for cell in notebook(page)["cells"]
        if call in "".join(cell["source"])
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    return "".join(output["data"]["text/html"])


@pytest.fixture
def notebook_tab(browser, tmp_path):
    """Open the output of a cell by itself; expect no errors."""
    errors = []
    with browser.new_page() as tab:

        def show(html):
            file = tmp_path / "output.html"
            html = f"<!DOCTYPE html><meta charset=utf-8>{html}"
            file.write_text(html, "utf-8")
            tab.goto(file.as_uri())
            return tab

        tab.on("pageerror", lambda error: errors.append(error))
        yield show
    assert errors == []


def test_the_output_of_a_notebook_writes_by_itself(notebook_tab):
    place = play.playground(notebook_tab(output_of(play.PAGE, "playground(")))
    expect(play.button(place, "Copy a link")).to_be_hidden()
    play.press(place, play.WRITE)
    written = place.locator(".mirror .written")
    expect(written).to_have_text(re.compile("..."))


@pytest.mark.parametrize(
    ("page", "call"),
    [
        (play.PAGE, "playground("),
        (play.TRAIN, "trainer("),
        ("book/clipping", "sketch("),
        ("book/ladder", "game("),
        ("book/state", "strip("),
    ],
)
def test_a_widget_ends_and_begins_when_its_cell_is_run_again(
    notebook_tab, page, call
):
    html = output_of(page, call)
    tab = notebook_tab(html)
    for _ in range(2):
        expect(tab.locator(".network-widget.started")).to_be_visible()
        tab.evaluate(RUN_AGAIN, html)
    assert tab.evaluate("startedWidgets.size") == 1


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_strip_of_memory_is_typed_into_and_read_by_keys(open_tab, scheme):
    tab = open_tab("book/state", 390, scheme)
    place = tab.locator(".network-widget.strip")
    place.scroll_into_view_if_needed()
    place.get_by_role("textbox").fill("Œil, de  ")
    expect(place.locator(".column")).to_have_count(6)  # œ is one
    for key in ["End", *["ArrowLeft"] * 3]:
        tab.keyboard.press(key)
    expect(place.locator(".gone")).to_have_count(5)
    told = place.locator(".announcement")
    expect(told).to_contain_text("Cut before \u2068“e”\u2069: ")
    tab.keyboard.press("Home")
    expect(told).to_contain_text("0.00 bits lost from zeros")
    place.locator(".column").nth(2).hover(force=True)
    expect(place.locator(".gone")).to_have_count(2)
    assert axe_violations(tab, ".strip") == []


CALM = """place => {
  window.dimmed = 0;
  new MutationObserver(() => window.dimmed++)
    .observe(place, { attributeFilter: ["inert"], subtree: true });
}"""


def test_the_keyboard_is_enough(place):
    tab = place.page
    place.evaluate(CALM)
    play.text_box(place).focus()
    tab.keyboard.press("End")
    tab.keyboard.type(" said")
    play.settle(place)
    assert tab.evaluate("window.dimmed") == 0
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(play.button(place, "Stop")).to_be_focused()
    expect(place.locator(".mirror .written")).to_have_text(re.compile("..."))
    tab.keyboard.press("Enter")
    expect(play.button(place, play.WRITE)).to_be_focused()
    before = play.written(place)
    for key in ["Tab"] * 4 + ["Enter"]:  # opens all characters
        tab.keyboard.press(key)
    for key in ["Tab", "End", "Home", "ArrowDown", "q", "Enter"]:
        tab.keyboard.press(key)
    expect(place.locator(".mirror .written")).to_have_text(f"{before}q")
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    expect(play.bar(place, "q")).to_be_focused()


COUNT = """place => {
  window.announced = [];
  new MutationObserver(() => window.announced.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def test_a_screen_reader_announces_at_pauses(place):
    announcement = place.locator(".announcement")
    expect(announcement).to_contain_text("On average")
    announcement.evaluate(COUNT)
    play.choose(place, "Speed", "50 a second")
    play.press(place, play.WRITE)
    expect(place.locator(".mirror .written")).to_have_text(re.compile(".{20}"))
    assert place.page.evaluate("announced") == []
    play.press(place, "Stop")
    expect(announcement).to_contain_text("Written: ")
    told = f"Written: {play.written(place)}"
    assert place.page.evaluate("announced") == [told]
