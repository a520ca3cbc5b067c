"""The network in the page: to write with, to watch, and to train."""

import base64
import json
import re
import warnings

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import PAGES, ROOT, SITE, article
from shared.tabs import go, watched

from charrnn import predict_rnn, recipes
from charrnn.browser import bundle, kernel
from charrnn.browser.playground import encode, rounded

pytestmark = pytest.mark.usefixtures("built")
PAGE = "book/play.html"
STORIES = ROOT / "tests" / "site" / "stories.mjs"
BARS = ".bars li:not([hidden]) button"


@pytest.fixture(scope="module")
def networks():
    """Give the networks of the page, with the vocabulary of both."""
    novel = recipes.load_or_train(recipes.NOVEL)
    memoriser = recipes.load_or_train(recipes.SEQUENTIAL)
    return {"0": novel.model, "1": memoriser.model}, novel.vocab


@pytest.fixture(scope="module")
def served():
    with checkers.served(SITE) as address:
        yield address


@pytest.fixture
def new_tab(browser, request, served):
    """Open tabs on the page; nothing else is asked for, nothing complains."""
    scheme, width = getattr(request, "param", ("light", 1280))
    with watched(browser, served, width, scheme) as watch:
        watch.context.grant_permissions(["clipboard-read", "clipboard-write"])

        def new_tab(fragment=""):
            tab = watch.context.new_page()
            go(tab, f"{served}/{PAGE}{fragment}")
            return tab

        yield new_tab
    assert watch.outside == [] and watch.errors == []


def playground(tab):
    """Return the playground of a tab, when it has read the first text."""
    place = tab.locator(".in-browser[data-kind=playground]")
    place.scroll_into_view_if_needed()
    settle(place)
    expect(place.locator(BARS)).to_have_count(10)
    return place


def show_all(place):
    place.get_by_role("button", name="Show all").click()
    expect(place.locator(BARS)).to_have_count(27)


def settle(place):
    """Wait until all has been read that is to be read."""
    expect(place).to_have_attribute("aria-busy", "false")


def lab(tab):
    place = tab.locator(".in-browser[data-kind=lab]")
    place.scroll_into_view_if_needed()
    expect(place.locator(".chart")).to_have_count(2)
    return place


def type_text(place, text):
    place.get_by_label("Your text").fill(text)
    settle(place)


def choose(place, label, value):
    place.get_by_label(label, exact=True).select_option(value)
    settle(place)


def slide(place, label, value):
    place.get_by_label(label, exact=True).fill(str(value))


def read(place):
    """Return the text as it was read."""
    return "".join(place.locator(".character").all_text_contents())


def written(place):
    return place.locator(".written").text_content()


def write(place, characters):
    """Let the network write some characters, as fast as it can."""
    choose(place, "Speed", "Infinity")
    place.get_by_role("button", name="Write").click()
    expect(place.get_by_role("button", name="Write")).to_be_visible()
    return written(place)[:characters]


# What the page loads


def test_what_the_page_loads_comes_late_and_is_light(browser, served):
    with watched(browser, served) as watch:
        tab = watch.context.new_page()
        loaded = {}

        def note(response):
            sizes = response.request.sizes()
            loaded[response.url] = sizes["responseBodySize"]

        tab.on("response", note)
        go(tab, f"{served}/{PAGE}")
        before = set(loaded)
        assert not any("/late/lab" in url for url in before)
        playground(tab)
        tab.wait_for_load_state("networkidle")
    assert sum("/late/weights-" in url for url in loaded) == 1
    assert not any("/late/lab" in url for url in loaded)
    assert sum(loaded.values()) <= 400_000, loaded


def test_the_weights_are_those_of_this_build(networks):
    models, _ = networks
    places = article("book/play").select(".weights")
    assert len(places) == len(models)
    for place, model in zip(places, models.values(), strict=True):
        name = place["data-src"].rpartition("/")[2]
        script = (SITE / "_static" / "late" / name).read_text("utf-8")
        (text,) = re.findall(
            r'^document.currentScript.data = "(.*)";$', script
        )
        assert base64.b64decode(text) == base64.b64decode(encode(model.params))


def test_only_pages_with_something_to_load_late_have_a_loader():
    for page in PAGES:
        html = (SITE / f"{page}.html").read_text("utf-8")
        assert ("IntersectionObserver" in html) == ('class="late"' in html)
    assert article("book/play").select(".late")
    assert not article("book/training").select(".late")


# Writing


@pytest.mark.parametrize("network", ["0", "1"])
def test_a_greedy_text_is_that_of_python(new_tab, networks, network):
    models, vocab = networks
    place = playground(new_tab())
    choose(place, "Network", network)
    slide(place, "temperature", 0)
    for text in ("the time traveller", "Filby, became pensive.", "a"):
        type_text(place, text)
        found = write(place, 200)
        model = rounded(models[network])
        assert read(place) + found == predict_rnn(text, 200, model, vocab)


def test_it_works_from_a_disk(browser):
    with watched(browser, SITE.as_uri()) as watch:
        tab = watch.context.new_page()
        go(tab, f"{SITE.as_uri()}/{PAGE}")
        place = playground(tab)
        for network in ("0", "1"):
            choose(place, "Network", network)
            assert len(write(place, 2000)) == 2000
        other = lab(tab)
        other.get_by_role("button", name="One epoch").click()
        expect(other.locator(".numbers")).to_contain_text("Epochs 1")
    assert watch.outside == [] and watch.errors == []


def test_a_text_repeats_by_its_seed(new_tab):
    place = playground(new_tab())
    slide(place, "temperature", 1.5)
    first = write(place, 300)
    place.get_by_role("button", name="Reset").click()
    settle(place)
    assert write(place, 300) == first
    place.get_by_label("Seed").fill("1")
    settle(place)
    assert write(place, 300) != first


def test_a_link_holds_the_settings_and_so_the_text(new_tab):
    tab = new_tab()
    place = playground(tab)
    type_text(place, "I saw the Sphinx & more")
    slide(place, "temperature", 1.2)
    slide(place, "top-k", 5)
    place.get_by_label("Seed").fill("42")
    settle(place)
    text = write(place, 300)
    place.get_by_role("button", name="Copy a link").click()
    expect(place.locator(".status")).to_have_text(
        "A link is on the clipboard."
    )
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(tab.url) and "#playground=" in link
    again = playground(new_tab("#" + link.partition("#")[2]))
    expect(again.get_by_label("Your text")).to_have_value(
        "I saw the Sphinx & more"
    )
    assert write(again, 300) == text


def test_the_text_can_be_copied(new_tab):
    tab = new_tab()
    place = playground(tab)
    text = write(place, 2000)
    place.get_by_role("button", name="Copy the text").click()
    expect(place.locator(".status")).to_contain_text("on the clipboard")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == "the time traveller" + text


def test_a_reader_may_choose_another_character(new_tab):
    place = playground(new_tab())
    show_all(place)
    place.locator(BARS, has_text="q").click()
    expect(place.locator(".written")).to_have_text("q")
    expect(place.locator(BARS).first.locator(".letter")).to_have_text("u")
    place.get_by_role("button", name="One character").click()
    expect(place.locator(".written")).to_have_text(re.compile("^q.$"))


def test_the_bars_show_the_model_and_what_a_strategy_removed(new_tab):
    place = playground(new_tab())
    slide(place, "temperature", 1)
    show_all(place)
    bars = place.locator(BARS)
    p = bars.evaluate_all(
        "all => all.map(b => +b.style.getPropertyValue('--p'))"
    )
    assert p == sorted(p, reverse=True) and sum(p) == pytest.approx(
        1, abs=2e-3
    )
    assert place.locator(".is-out").count() == 0
    slide(place, "top-k", 3)
    expect(place.locator(".is-out")).to_have_count(24)
    q = bars.evaluate_all(
        "all => all.map(b => +b.style.getPropertyValue('--q'))"
    )
    assert q[3:] == [0] * 24 and sum(q) == pytest.approx(1, abs=2e-3)
    slide(place, "top-k", 0)
    slide(place, "min-p", 1)
    expect(place.locator(".is-out")).to_have_count(26)


def test_the_state_changes_with_each_character(new_tab):
    place = playground(new_tab())
    type_text(place, "q")
    canvas = place.locator("canvas")
    before = canvas.evaluate("c => c.toDataURL()")
    place.get_by_role("button", name="One character").click()
    expect(place.locator(".written")).to_have_text("u")
    assert canvas.evaluate("c => c.toDataURL()") != before
    assert canvas.evaluate("c => c.width * c.height") == 256


def test_experiments_set_up_what_they_say(new_tab):
    place = playground(new_tab())
    choose(place, "Speed", "Infinity")
    for button in place.locator(".stories button").all():
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(place.locator(".says")).to_contain_text("?")
        expect(place.locator(".status")).to_contain_text("2000 characters")
    assert float(place.get_by_label("temperature").input_value()) > 1


# Odd input


ODD = {
    "HELLO, Traveller!": None,
    "Café œuvre": None,
    "in 1895 he": "“1”, “5”, “8”, “9”",
    "a 🙂 smile": "“🙂”",
    "  spaced\n\tout  ": None,
    "the time " * 1111 + "x": None,
}


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:12].strip())
def test_odd_input_is_read_as_in_python(new_tab, networks, text):
    _, vocab = networks
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        clean = vocab.clean_prefix(text)
    place = playground(new_tab())
    type_text(place, text)
    status = place.locator(".status")
    expect(status).to_contain_text("Read as" if text != clean else "bits")
    assert clean.endswith(read(place)) and len(read(place)) > 4
    assert bool(said) == (ODD[text] is not None)
    if said:
        expect(status).to_contain_text(f"read as <unk>: {ODD[text]}.")


@pytest.mark.parametrize("text", ["", "  ", "...!"])
def test_nothing_to_begin_with_is_said_and_nothing_is_written(new_tab, text):
    place = playground(new_tab())
    type_text(place, text)
    expect(place.locator(".status")).to_contain_text("type a letter")
    expect(place.get_by_role("button", name="Write")).to_be_disabled()
    type_text(place, "a")
    assert len(write(place, 10)) == 10


# Everyone


VIEWS = [("light", 320), ("dark", 320), ("light", 1280)]


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("new_tab", VIEWS, indirect=True)
def test_both_are_accessible_while_they_work(new_tab):
    tab = new_tab()
    place = playground(tab)
    slide(place, "top-k", 3)
    write(place, 100)
    other = lab(tab)
    other.get_by_role("button", name="One epoch").click()
    expect(other.locator(".numbers")).to_contain_text("Epochs 1")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert tab.evaluate(wide) <= 0
    assert checkers.axe_violations(tab) == []


def test_the_keyboard_is_enough(new_tab):
    tab = new_tab()
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
    place.locator(BARS).nth(1).focus()
    letter = place.locator(BARS).nth(1).locator(".letter").text_content()
    before = written(place)
    tab.keyboard.press("Enter")
    expect(place.locator(".written")).to_have_text(
        before + letter.replace("␣", " ")
    )


COUNT = """place => {
  window.told = [];
  new MutationObserver(() => window.told.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def test_a_screen_reader_is_told_at_pauses(new_tab):
    tab = new_tab()
    place = playground(tab)
    expect(place.locator(".told")).to_contain_text("bits a character")
    place.locator(".told").evaluate(COUNT)
    choose(place, "Speed", "50")
    place.get_by_role("button", name="Write").click()
    expect(place.locator(".written")).to_have_text(re.compile(".{20}"))
    assert tab.evaluate("window.told") == []
    place.get_by_role("button", name="Stop").click()
    expect(place.locator(".told")).to_contain_text("Written: ")
    assert tab.evaluate("window.told") == [f"Written: {written(place)}"]


def test_without_javascript_there_is_a_sentence_and_a_picture(browser):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{SITE.as_uri()}/{PAGE}")
        said = tab.locator(".in-browser .fallback")
        expect(said).to_have_count(2)
        for sentence in said.all():
            expect(sentence).to_be_visible()
        expect(tab.locator("article figure img")).to_have_count(1)


BARE = "delete window.Worker; delete window.WebAssembly;"


def test_what_the_browser_lacks_is_replaced(new_tab, browser, served):
    """Neither workers nor WebAssembly: the same text, only more slowly."""
    text = write(playground(new_tab()), 60)
    with watched(browser, served) as watch:
        tab = watch.context.new_page()
        tab.add_init_script(BARE)
        go(tab, f"{served}/{PAGE}")
        place = playground(tab)
        assert tab.evaluate("typeof Worker + typeof WebAssembly") == (
            "undefined" * 2
        )
        for _ in range(60):
            place.get_by_role("button", name="One character").click()
        expect(place.locator(".written")).to_have_text(text)
    assert watch.errors == []


POLICIES = {
    "nothing": "",
    "workers": "worker-src 'none'",
    "WebAssembly": "script-src 'unsafe-inline' blob:",
}


@pytest.fixture(scope="module")
def output(built):
    """Give the output of a cell, as a notebook has it."""
    file = SITE / "_sources" / "book" / "play.ipynb"
    (cell,) = [
        cell
        for cell in json.loads(file.read_text("utf-8"))["cells"]
        if "playground(" in "".join(cell["source"]) and cell.get("outputs")
    ]
    return "".join(cell["outputs"][0]["data"]["text/html"])


@pytest.mark.parametrize("refused", POLICIES)
def test_an_output_runs_where_it_stands(browser, tmp_path, output, refused):
    """It needs nothing but itself, and does with what a page allows."""
    policy = "http-equiv=Content-Security-Policy"
    head = f'<meta {policy} content="{POLICIES[refused]}"><meta charset=utf-8>'
    file = tmp_path / "output.html"
    file.write_text(f"<!DOCTYPE html>{head}{output}", "utf-8")
    with browser.new_page() as tab:
        tab.goto(file.as_uri())
        place = playground(tab)
        slide(place, "temperature", 0)
        place.get_by_role("button", name="One character").click()
        expect(place.locator(".written")).to_have_text(" ")
        expect(place.get_by_text("Copy a link")).to_be_hidden()


def test_a_file_that_is_missing_is_named_and_fetched_again(new_tab):
    tab = new_tab()
    place = playground(tab)
    weights = "**/weights-*.js"
    tab.route(weights, lambda route: route.fulfill(status=200, body=""))
    choose_network(place, "1")
    expect(place.locator(".status")).to_contain_text("weights-")
    expect(place.locator(".status")).to_contain_text("cannot be read")
    expect(place.get_by_role("button", name="Write")).to_be_disabled()
    tab.unroute(weights)
    place.get_by_role("button", name="Reset").click()
    settle(place)
    assert len(write(place, 10)) == 10


def choose_network(place, value):
    place.get_by_label("Network", exact=True).select_option(value)


def test_nothing_is_written_by_a_network_that_is_left(new_tab):
    tab = new_tab()
    place = playground(tab)
    held = []
    tab.route("**/weights-*.js", lambda route: held.append(route))
    choose_network(place, "1")
    for name in ("Write", "One character", "Copy the text"):
        expect(place.get_by_role("button", name=name)).to_be_disabled()
    tab.wait_for_timeout(100)
    (route,) = held
    route.continue_()
    settle(place)
    expect(place.locator(".written")).to_have_text("")


def test_who_stops_and_goes_on_does_not_write_faster(new_tab):
    tab = new_tab()
    place = playground(tab)
    choose(place, "Speed", "2")
    for _ in range(5):
        place.get_by_role("button", name="Write").click()
        place.get_by_role("button", name="Stop").click()
    place.get_by_role("button", name="Write").click()
    tab.wait_for_timeout(3000)
    place.get_by_role("button", name="Stop").click()
    assert len(written(place)) <= 16  # six loops would write some 36


def test_a_link_with_nonsense_changes_nothing(new_tab):
    place = playground(new_tab("#playground=&temperature=x&network=9&seed=y"))
    assert place.get_by_label("temperature").input_value() == "0.5"
    assert place.get_by_label("Network").input_value() == "0"
    assert len(write(place, 10)) == 10


# Training


def epochs(place):
    found = re.search(
        r"Epochs (\d+)", place.locator(".numbers").text_content()
    )
    return int(found[1])


def test_a_training_can_be_paused_and_compared_with_another(new_tab):
    place = lab(new_tab())
    place.get_by_role("button", name="Train", exact=True).click()
    expect(place.locator(".sample")).not_to_have_text("Nothing yet.")
    place.get_by_role("button", name="Pause").click()
    expect(
        place.get_by_role("button", name="Train", exact=True)
    ).to_be_visible()
    count = epochs(place)
    place.get_by_role("button", name="One epoch").click()
    expect(place.locator(".numbers")).to_contain_text(f"Epochs {count + 1}")
    points = place.locator(".chart").first.locator("polyline.now")
    curve = points.get_attribute("points")
    assert len(curve.split()) == count + 1
    place.get_by_role("button", name="Reset").click()
    expect(place.locator(".numbers")).to_contain_text("Epochs 0")
    before = place.locator(".chart").first.locator("polyline.before")
    assert before.get_attribute("points") == curve


def test_a_seed_repeats_a_training(new_tab):
    place = lab(new_tab())

    def train():
        place.get_by_role("button", name="Reset").click()
        for count in range(1, 4):
            place.get_by_role("button", name="One epoch").click()
            expect(place.locator(".numbers")).to_contain_text(
                f"Epochs {count}"
            )
        line = place.locator(".chart").first.locator("polyline.now")
        return line.get_attribute("points")

    first = train()
    assert train() == first
    place.get_by_label("Seed").fill("1")
    assert train() != first


def test_what_the_reader_changes_reaches_a_training(new_tab):
    place = lab(new_tab())
    place.get_by_role("button", name="One epoch").click()
    expect(place.locator(".numbers")).to_contain_text("Epochs 1")
    slide(place, "Threshold θ", -1.3)  # as an exponent of ten
    place.get_by_role("button", name="One epoch").click()
    expect(place.locator(".numbers")).to_contain_text("clipped 100 %")
    place.get_by_label("No clipping").check()
    place.get_by_role("button", name="One epoch").click()
    expect(place.locator(".numbers")).to_contain_text("clipped –")


def test_a_training_that_diverges_says_so(new_tab):
    place = lab(new_tab())
    place.get_by_label("No clipping").check()
    slide(place, "Size of the first weights", 0.69)
    slide(place, "Learning rate", 0.69)
    place.get_by_role("button", name="Train", exact=True).click()
    perplexity = re.compile("Perplexity (too large|not a number|.*10)")
    expect(place.locator(".numbers")).to_contain_text(
        perplexity, timeout=60_000
    )


def test_each_story_runs_by_a_click(new_tab):
    place = lab(new_tab())
    for button in place.locator(".stories button").all():
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(place.get_by_role("button", name="Pause")).to_be_visible()
        expect(place.locator(".sample")).not_to_have_text("Nothing yet.")
    assert place.get_by_label("Size of the first weights").input_value()


COUNTS = {
    "The usual training": 290,
    "Without clipping": 20,
    "Carried against the order": 200,
    "Weights too small": 20,
    "Weights too large": 60,
}


@pytest.fixture
def tell(browser):
    """Give what tells a story, an epoch after the other."""
    train_iter, vocab = recipes.load_data(recipes.SEQUENTIAL)
    symbols = train_iter.corpus.tolist()
    with browser.new_page() as tab:
        script = bundle(STORIES, KERNEL=kernel())
        tab.add_script_tag(content=script)
        yield lambda title, seed, count: tab.evaluate(
            "arguments => tell(...arguments)",
            [title, symbols, len(vocab), seed, count],
        )


@pytest.mark.proof
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_text_is_learnt_by_heart(tell, seed):
    curve = tell("By heart", seed, 260)
    assert curve[-1] < 1.3 < 1.5 < curve[199]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(s, marks=pytest.mark.proof) for s in (1, 2))]
)
def test_the_stories_end_as_they_are_told(tell, seed):
    curves = {title: tell(title, seed, n) for title, n in COUNTS.items()}
    usual = curves["The usual training"]
    assert usual[199] < usual[0] / 5
    assert usual[-1] < 0.75 * usual[249]  # after the fall of the rate
    assert min(curves["Without clipping"][1:]) > 10 * 28  # or guess
    assert curves["Carried against the order"][199] > 1.15 * usual[199]
    small = curves["Weights too small"]
    assert small[19] > 1.5 * usual[19]
    assert small[2] / small[9] < 1.3  # a plateau
    assert min(curves["Weights too large"]) > 12 > usual[59]
