"""What a link shows before it is followed, and what is jumped to."""

import json
import re
from contextlib import contextmanager
from posixpath import dirname, join, normpath

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from shared import checkers
from shared.site import CHAPTER, PAGES, ROOT, SITE, article, front_matter, page
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
BEGINS, ENDS = "document.currentScript.previews = ", ";\n"
OURS = ("previews.js", "previews.css")
# What previews.js leaves alone.
NONE = ".headerlink, .trace, .viewcode-back, [download], .toctree-wrapper a"
KINDS = ["equation", "fig", "term", "sym", "ex", "trace", "id", ""]


def previews(name):
    """Return what a page lets links to it show, by the parts of the page."""
    text = (SITE / f"{name}.js").read_text("utf-8")
    assert text.startswith(BEGINS) and text.endswith(ENDS)
    shown = json.loads(text.removeprefix(BEGINS).removesuffix(ENDS))
    return {part: BeautifulSoup(h, "html.parser") for part, h in shown.items()}


def targets(name):
    """Return what the links of a page lead to: pages, and parts of these."""
    apart = article(name).select(f":is({NONE})")
    for link in article(name).select("a[href]"):
        address, _, part = link["href"].partition("#")
        if "://" in address or any(link is other for other in apart):
            continue
        here = join(dirname(name), address) if address else f"{name}.html"
        target, extension = normpath(here).rsplit(".", 1)
        if extension == "html" and target in PAGES:
            yield target, part


def test_every_link_to_a_page_or_to_a_part_of_one_has_something_to_show():
    listings = [f.relative_to(SITE) for f in SITE.glob("_modules/**/*.html")]
    names = [*PAGES, *(file.with_suffix("").as_posix() for file in listings)]
    wanted = {target for name in names for target in targets(name)}
    shown = {name: previews(name) for name in PAGES}
    empty = [
        (name, part)
        for name, part in wanted
        if not shown[name][part].get_text(strip=True)
    ]
    assert empty == []
    kinds = {re.match(r"[a-z]*", part)[0] for _, part in wanted}
    assert set(KINDS) <= kinds


def test_a_preview_has_nothing_twice_and_its_pictures_are_there():
    for name in PAGES:
        for part in previews(name).values():
            assert not part.select("[id], a, .headerlink, annotation, script")
            for image in part.select("img"):
                assert image["alt"] and (SITE / image["src"]).is_file()
                assert "_images/" in image["src"]


def text(part):
    """Return what a preview says, formulas aside."""
    for formula in part.select(".math > :not(.eqno)"):
        formula.replace_with("…")
    return " ".join(part.get_text(" ").split())


def test_each_kind_shows_what_a_reader_would_look_for():
    notation, bptt = previews("book/notation"), previews("book/bptt")
    assert text(bptt["equation-eq-total"]) == "… (8.1)"
    assert text(notation["sym-total"]) == (
        "… , in the code dZ total derivative: all paths from … to … count"
    )
    assert text(notation["term-surprise"]).startswith("surprise … bits, if")
    figure = bptt["fig-backward"]
    assert figure.img and text(figure).endswith("The way back of a gradient")
    assert text(bptt["ex-two-units"]).startswith(
        "Exercise 8.1 . One step on paper (warm-up, 10 minutes) A network has"
    )
    two = text(bptt["two-kinds-of-derivative"])
    assert two.startswith("Two kinds of derivative One difficulty deserves")
    about = front_matter("book/bptt")["myst"]["html_meta"]["description"]
    assert text(bptt[""]) == f"Backpropagation Through Time {about.strip()}"
    code = text(previews("book/equations")["trace-eq-hidden"])
    assert re.match("The network … … The state .* The first test", code)
    rnn = text(previews("book/api")["charrnn.model.rnn"])
    assert rnn.startswith("rnn ( inputs , state , params )")
    sources = previews("book/bibliography").values()
    assert any("Long short-term memory" in text(part) for part in sources)


def test_a_page_loads_no_preview_and_little_to_show_them_with():
    files = [ROOT / "book" / "_static" / name for name in OURS]
    assert sum(len(file.read_bytes()) for file in files) < 10_000
    for name in CHAPTER:
        scripts = [s["src"] for s in page(name).select("script[src]")]
        assert sum("_static/previews.js" in script for script in scripts) == 1
        assert all("_static/" in script for script in scripts)


BOX = "#preview"
PAGE = "book/bptt"
LINKS = {  # of a page, one for each kind
    "term": "a[href*='#term-']",
    "symbol": "a[href*='#sym-']",
    "source": "a[href*='bibliography.html#']",
    "equation": "a.reference[href^='#equation-']",
    "figure": "a.reference[href*='#fig-']",
    "exercise": "a.reference[href*='#ex-']",
    "page": "a.reference[href$='vanishing.html']",
    "comment": "pre a[href*='#trace-']",
}
# How far a preview keeps from the line of its link, and from the edges.
ROOM = """([link, box]) => {
  const shown = box.getBoundingClientRect();
  const lines = [...link.getClientRects()];
  const top = Math.min(...lines.map((line) => line.top));
  const bottom = Math.max(...lines.map((line) => line.bottom));
  const root = document.documentElement;
  return [
    Math.max(top - shown.bottom, shown.top - bottom), shown.left, shown.top,
    root.clientWidth - shown.right, root.clientHeight - shown.bottom,
  ];
}"""


@contextmanager
def opened(browser, address, width, scheme, **options):
    """Open a page as the reader of a laptop or of a phone has it."""
    with watched(browser, address, width, scheme, **options) as watch:
        tab = watch.context.new_page()
        go(tab, f"{address}/{PAGE}.html")
        yield tab
    assert watch.outside == [] and watch.errors == []


def bring(tab, kind):
    """Bring a link of a kind into the middle of the window."""
    link = tab.locator(f"article {LINKS[kind]}").locator("visible=true").first
    link.evaluate(
        "a => a.scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    return link


def assert_clear(tab, link):
    """Assert that a preview is open, beside the line, within the window."""
    box = tab.locator(BOX)
    expect(box).to_be_visible()
    handles = [link.element_handle(), box.element_handle()]
    assert min(tab.evaluate(ROOM, handles)) >= 7


def test_the_pointer_and_the_keyboard_open_and_close_previews(
    browser, built, tools
):
    with (
        checkers.served(SITE) as address,
        opened(browser, address, 1280, "light") as tab,
    ):
        box = tab.locator(BOX)
        for kind in LINKS:
            link = bring(tab, kind)
            link.hover()
            expect(link).to_have_attribute("aria-describedby", "preview")
            assert_clear(tab, link)
            tab.mouse.move(5, 5)
            expect(box).to_be_hidden()

        link = bring(tab, "term")
        link.hover()
        expect(box).to_contain_text("every way in which one variable acts")
        box.hover()  # it stays while the pointer is on it
        tab.wait_for_timeout(500)
        assert box.is_visible()
        tab.keyboard.press("Escape")
        expect(box).to_be_hidden()

        link = bring(tab, "symbol")
        before = tab.locator("article a[href]:not(.headerlink)").evaluate_all(
            "(all, link) => all[all.indexOf(link) - 1].focus()",
            link.element_handle(),
        )
        assert before is None
        tab.keyboard.press("Tab")
        expect(link).to_be_focused()
        assert_clear(tab, link)
        expect(link).to_have_accessible_description(re.compile("all paths"))
        expect(link).to_have_accessible_name(re.compile("in the notation"))
        assert checkers.axe_violations(tab) == []
        tab.keyboard.press("Escape")
        expect(box).to_be_hidden()
        expect(link).to_be_focused()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/notation.html#sym-*")


def test_a_first_tap_shows_and_a_second_follows_from_a_disk_too(
    browser, built, tools
):
    address = SITE.as_uri()
    with opened(browser, address, 390, "dark", has_touch=True) as tab:
        box = tab.locator(BOX)
        for kind in LINKS:
            link = bring(tab, kind)
            link.tap()
            assert_clear(tab, link)
            assert box.evaluate("b => b.scrollWidth <= b.clientWidth")
        expect(box).to_contain_text("The first test")
        assert checkers.axe_violations(tab) == []
        tab.touchscreen.tap(386, 700)  # beside the text
        expect(box).to_be_hidden()
        link = bring(tab, "figure")
        link.tap()
        expect(box.locator("img")).to_be_visible()
        assert box.locator("img").evaluate("i => i.decode().then(() => true)")
        assert tab.url.endswith("bptt.html")
        link.tap()
        tab.wait_for_url("**/*#fig-*")
        expect(box).to_be_hidden()


MARK = """part => {
  const { animation, animationFillMode } = getComputedStyle(part);
  const header = document.querySelector(".bd-header-article");
  const clear = part.getBoundingClientRect().top -
    header.getBoundingClientRect().bottom;
  return [animation.includes("3s") && animation.includes("jumped-to"),
    animationFillMode, clear];
}"""
JUMPS = {
    "book/bptt.html#equation-eq-total": ":target",
    "book/bptt.html#two-kinds-of-derivative": ":target > h2",
    "book/equations.html#trace-eq-perplexity": ":target ~ h2",
    "book/notation.html#sym-total": "tr:has(:target)",
    "book/notation.html#term-surprise": ":target",
}


@pytest.mark.parametrize(("width", "motion"), [(1280, None), (390, "reduce")])
def test_what_is_jumped_to_is_clear_and_marked_for_a_moment(
    browser, built, width, motion
):
    address = SITE.as_uri()
    options = {"reduced_motion": motion} if motion else {}
    with watched(browser, address, width, **options) as watch:
        for jump, part in JUMPS.items():
            tab = watch.context.new_page()
            go(tab, f"{address}/{jump}")
            marked = tab.locator(f"article {part}").first
            is_marked, stays, clear = marked.evaluate(MARK)
            assert is_marked and stays == "none" and clear > 8
            tab.close()


STYLE = """link => {
  const { color, textDecorationLine } = getComputedStyle(link);
  const around = getComputedStyle(link.closest("p, li"));
  return [color === around.color, textDecorationLine,
    Number(getComputedStyle(link).fontWeight) > Number(around.fontWeight)];
}"""


def test_a_term_is_bold_at_its_definition_and_a_quiet_link_elsewhere(
    browser, built
):
    with opened(browser, SITE.as_uri(), 1280, "dark") as tab:
        term = "article {} a[href*='#term-']"
        defined = tab.locator(term.format("strong")).first
        assert defined.evaluate(STYLE) == [True, "none", True]
        go(tab, f"{SITE.as_uri()}/book/training.html")
        used = tab.locator(term.format(":not(strong) >")).first
        assert used.evaluate(STYLE) == [True, "underline", False]
        used.hover()
        assert used.evaluate(STYLE)[:2] == [False, "underline"]
