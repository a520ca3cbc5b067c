"""The playground, in the built page."""

import base64

import pytest
from playwright.sync_api import expect
from shared.play import (
    BARS,
    CLIPBOARD,
    PAGE,
    bar,
    choose,
    copy_link,
    expect_status,
    playground,
    press,
    settle,
    slide,
    text_box,
    type_text,
    write,
)
from shared.tabs import go

from widgets.playground import encode

pytestmark = pytest.mark.usefixtures("built")
HEADER = 56  # pixels, of the bar at the top of a page


@pytest.fixture
def place(open_tab):
    return playground(open_tab(PAGE))


def in_view(tab, *places):
    """Return whether the places are in the window at once, as they are."""
    boxes = [place.bounding_box() for place in places]
    tops = [box["y"] for box in boxes]
    ends = [box["y"] + box["height"] for box in boxes]
    return min(tops) >= HEADER and max(ends) < tab.viewport_size["height"] + 1


# Text


def test_the_box_keeps_what_was_typed_but_an_end_that_is_not_read(place):
    type_text(place, "Filby, became pensive.")
    text = f"Filby, became pensive{write(place, 2000)}"
    assert text_box(place).input_value() == text
    press(place, "Start over")
    expect(text_box(place)).to_have_value("Filby, became pensive.")


def test_the_mirror_shows_each_character_where_the_box_has_it(open_tab):
    place = playground(open_tab(PAGE, 390))
    text = f"Œuvre — a word,  and\n\nnaïve {'noend' * 20} at all\n"
    for typed in (text, text * 3, ""):
        text_box(place).fill(typed)
        settle(place)
        heights = place.locator(".mirror").evaluate(
            "mirror => [mirror.scrollHeight, mirror.nextSibling.scrollHeight]"
        )
        assert heights[0] == heights[1]
        assert place.locator(".mirror").text_content() == typed


def test_surprise_is_shown_under_all_characters_and_told(place):
    type_text(place, "my smartœn")
    marks = place.locator(".mirror .character")
    expect(marks).to_have_count(9)  # all but the first
    expect(place.locator(".mirror .beyond")).not_to_have_count(0)
    write(place, 300)
    expect(marks).to_have_count(400)
    type_text(place, "the tiqe")
    text_box(place).press("End")
    text_box(place).press("ArrowLeft")
    expect_status(place, "“q”\u2069 after \u2068“the ti”")


def test_the_newest_text_is_seen_unless_the_reader_looks_back(place):
    paper = place.locator(".paper")
    is_at_end = "p => p.scrollTop + p.clientHeight > p.scrollHeight - 2"
    write(place, 2000)
    assert paper.evaluate(is_at_end)
    paper.evaluate("paper => paper.scrollTop = 40")
    press(place, "One character")
    expect_status(place, "2001 characters")
    assert paper.evaluate("paper => paper.scrollTop") == 40


def test_a_text_without_letters_cannot_be_continued(place):
    for text in ("...!", ""):
        type_text(place, text)
        press(place, "Write")
        expect_status(place, "type a letter")
    type_text(place, "a")
    assert len(write(place, 10)) == 10


def test_a_long_text_is_read_in_parts_and_can_be_stopped(place):
    text_box(place).fill("the time machine " * 18000)
    expect_status(place, "Reading: ")
    press(place, "Stop")
    expect_status(place, "Stopped after ")
    press(place, "Write")
    expect_status(place, "Reading: ")
    type_text(place, "the time")
    expect(place.locator(".mirror .character")).to_have_count(7)


# The next character


def test_bars_keep_their_places_and_one_can_be_chosen(place):
    bars, canvas = place.locator(BARS), place.locator("canvas")
    letters = " ".join(bars.locator(".letter").all_text_contents())
    assert letters == "␣ a b c d e f g h i j k l m n o p q r s t u v w x y z"
    before = canvas.evaluate("c => c.toDataURL()")
    bar(place, "q").click()
    expect(place.locator(".mirror .written")).to_have_text("q")
    expect(bar(place, "u")).to_contain_text("%")
    assert canvas.evaluate("c => c.toDataURL()") != before
    slide(place, "top-k", 3)
    expect(bars.locator(".excluded")).to_have_count(24)
    assert letters == " ".join(bars.locator(".letter").all_text_contents())


def test_bars_are_filled_also_in_colours_of_the_system(open_tab):
    place = playground(open_tab(PAGE, forced_colors="active"))
    type_text(place, "i opened my smart")
    for bars, name in ((".list", "--q"), (".paper", "--share")):
        filled = place.locator(bars).screenshot()
        place.locator(f"{bars} [style*='{name}:']").evaluate_all(
            f"all => all.forEach(({{ style }}) => "
            f"style.setProperty('{name}', 0))"
        )
        assert place.locator(bars).screenshot() != filled


@pytest.mark.parametrize("width", [390, 1280])
def test_what_one_touches_and_what_it_does_are_on_one_screen(open_tab, width):
    is_phone = width == 390
    tab = open_tab(PAGE, width, has_touch=is_phone)
    tab.set_viewport_size({"width": width, "height": 844 if is_phone else 800})
    place = playground(tab)
    bars, canvas = place.locator(BARS), place.locator("canvas")
    paper, heat = place.locator(".paper"), place.get_by_label("temperature")
    if is_phone:
        bars.nth(13).evaluate("bar => bar.scrollIntoView({ block: 'end' })")
        assert in_view(tab, paper, heat, bars.first, bars.nth(13))
    else:
        place.locator(".interactive").evaluate("all => all.scrollIntoView()")
        sliders = place.locator(".slider")
        assert in_view(tab, paper, heat, bars.first, canvas, sliders.last)
    assert bars.first.bounding_box()["height"] >= (28 if is_phone else 24)


# Settings and links


def test_a_link_holds_the_settings_and_reproduces_the_text(open_tab):
    place = playground(open_tab(PAGE, permissions=CLIPBOARD))
    type_text(place, "I saw the Sphinx & more")
    slide(place, "temperature", 1.2)
    slide(place, "top-k", 5)
    place.get_by_label("Seed").fill("42")
    settle(place)
    text = write(place, 300)
    again = place.page.context.new_page()
    go(again, copy_link(place, "The link"))
    assert write(playground(again), 300) == text
    # What was changed while the network wrote is not in a link.
    for change in (
        lambda: slide(place, "temperature", 0.3),
        lambda: bar(place, "q").click(),
    ):
        change()
        copy_link(place, "comes out differently. The link")
        press(place, "Start over")
        settle(place)
        press(place, "Write")
        expect(place.locator(".mirror .written")).not_to_be_empty()
        press(place, "Stop")


def test_old_links_keep_all_characters_and_odd_ones_do_no_harm(open_tab):
    tab = open_tab(f"{PAGE}#playground=&top-k=0&x=")
    place = playground(tab)
    top_k = place.get_by_label("top-k", exact=True)
    expect(top_k).to_have_attribute("aria-valuetext", "all")
    for odd in (
        "constructor=1&__proto__=2",
        "seed=1e300&top-p=x",
        "text=a%0D%0Ab%E0",
    ):
        tab.evaluate("odd => location.hash = odd", f"#playground=&{odd}")
        settle(place)
    expect(place.get_by_label("Seed")).to_have_value(str(2**53 - 1))
    expect(place.get_by_label("top-p")).to_have_value("1")


def test_each_experiment_writes_a_text(place):
    choose(place, "Speed", "Infinity")
    for experiment in place.locator(".stories button").all():
        experiment.click()
        expect(experiment).to_have_attribute("aria-pressed", "true")
        expect_status(place, "2000 characters")


# Networks


def test_networks_are_loaded_once_and_need_no_connection_then(open_tab):
    loaded = []

    def listen(tab):
        tab.on("response", lambda response: loaded.append(response.url))

    tab = open_tab(PAGE, prepare=listen)
    place = playground(tab)
    tab.wait_for_load_state("networkidle")
    weights = [url for url in loaded if "/lazy/weights-" in url]
    assert len(weights) == len(set(weights)) == 2
    tab.context.set_offline(True)
    choose(place, "Network", "1")
    assert len(write(place, 10)) == 10


def test_a_network_of_ones_own_is_opened_and_writes(
    open_tab, tmp_path, model, vocab
):
    place = playground(open_tab(PAGE, permissions=CLIPBOARD))
    opened = place.get_by_label("Open a network")
    network = place.get_by_label("Network", exact=True)
    file = tmp_path / "my cat.safetensors"
    file.write_bytes(base64.b64decode(encode(model, vocab)))
    for name in ("my cat", "my cat 2"):
        opened.set_input_files([])
        opened.set_input_files(file)
        expect(network.locator("option:checked")).to_have_text(name)
        settle(place)
    assert "network=" not in copy_link(place, "not in the link. The link")
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_text("wrong", "utf-8")
    opened.set_input_files(wrong)
    expect_status(place, "no .safetensors file")
    assert {*write(place, 2000)} <= {*vocab.idx_to_token}
