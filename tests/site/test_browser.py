"""The built site in a real browser: light, dark, laptop, phone."""

import shutil

import pytest
from playwright.sync_api import expect
from shared import checkers, play
from shared.site import GONE, LESSONS, PAGES, SITE, article, page_files
from shared.tabs import WIDER, go
from shared.tools import need

pytestmark = pytest.mark.usefixtures("built")
# A lesson, the reference, and a page of Sphinx.
KINDS = ["book/decoding", "book/api", "search"]
VIEWS = [("light", 1280), ("dark", 390)]
PRINTED = """() => addEventListener("beforeprint", () => {
  window.printed = document.documentElement.dataset.theme;
})"""
# How many pixels each table is wider than its box, with all folds open.
OVERFLOW = """() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true });
  return [...document.querySelectorAll("article table")].map((table) => {
    const box = table.parentElement.getBoundingClientRect();
    const { left, right } = table.getBoundingClientRect();
    return Math.max(box.left - left, right - box.right);
  });
}"""
# For each displayed formula in sight: is it wider than its box, and its tab
# index?
FORMULAS = """() => [...document.querySelectorAll(".formula")]
  .filter((box) => box.checkVisibility())
  .map((box) => [box.scrollWidth > box.clientWidth, box.tabIndex])"""
# For each formula in a line that ends in an italic letter and has a word
# behind it: the letter, and how far its ink is from the word, in em.
GAPS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "1000px Formulas";  // a small extent would be rounded
  const fontSize = (box) => parseFloat(getComputedStyle(box).fontSize);
  function italic(letter) {
    const [first, start] = letter < "a" ? ["A", 0x1d434] : ["a", 0x1d44e];
    const place = letter.charCodeAt() - first.charCodeAt();
    return letter === "h" ? "ℎ" : String.fromCodePoint(start + place);
  }
  const gaps = [];
  for (const formula of document.querySelectorAll("span.math")) {
    const { nextSibling: behind, lastChild: math } = formula;
    const last = [...formula.querySelectorAll("mi, mn, mo")].at(-1);
    const letter = last?.textContent;
    if (!/^[A-Za-z]$/.test(letter) || math.localName !== "math" ||
        !last.checkVisibility() || !/^\\s\\w/.test(behind?.data)) continue;
    const word = document.createRange();
    word.setStart(behind, 1);
    word.setEnd(behind, 2);
    const { left } = last.getBoundingClientRect();
    const ink = pen.measureText(italic(letter)).actualBoundingBoxRight / 1000;
    const start = word.getBoundingClientRect().left;
    const gap = (start - left - ink * fontSize(last)) / fontSize(formula);
    if (start > left) gaps.push([letter, gap]);
  }
  return gaps;
}"""


@pytest.mark.usefixtures("tools")
def test_all_pages_fit_a_phone_and_are_accessible(open_tab, served):
    tab = open_tab(PAGES[0], width=320)
    for name in {*page_files()} - {f"{gone}.html" for gone in GONE}:
        go(tab, f"{served}/{name}")
        assert tab.evaluate(WIDER) <= 0, name
        if name.removesuffix(".html") in PAGES:
            assert checkers.axe_violations(tab) == [], name
            assert max(tab.evaluate(OVERFLOW), default=0) < 1, name
            cells = tab.locator("table.results .secondary").all()
            assert not any(cell.is_visible() for cell in cells), name


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("scheme", "width"), VIEWS)
@pytest.mark.parametrize("page", KINDS)
def test_a_page_is_accessible_in_both_themes(open_tab, page, scheme, width):
    tab = open_tab(page, width, scheme)
    assert tab.get_attribute("html", "data-theme") == scheme
    assert checkers.axe_violations(tab) == []


@pytest.mark.usefixtures("tools")
def test_the_html_is_valid():
    if shutil.which("java") is None:
        need("java", "for the checker of the HTML")
    listings = ["_modules/index", "_modules/charrnn/model"]
    names = [*KINDS, play.PAGE, play.TRAIN, *listings]
    files = [SITE / f"{name}.html" for name in names]
    assert checkers.html_errors(files) == []


def test_the_keyboard_reaches_only_what_scrolls(open_tab):
    tab = open_tab("book/beyond", 320)
    seen = tab.evaluate(FORMULAS)
    assert {tuple(found) for found in seen} == {(True, 0), (False, -1)}
    fold = tab.locator("details:has(> .cell .output)").first
    fold.locator("summary").press("Enter")
    printed = fold.locator(".output pre").first
    assert printed.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(printed).to_have_attribute("tabindex", "0")


def test_a_formula_keeps_its_space_from_the_next_word(open_tab, served):
    tab = open_tab(LESSONS[0])
    gaps = []
    for name in LESSONS:
        go(tab, f"{served}/{name}.html")
        gaps += tab.evaluate(GAPS)
    assert {"T", "V", "h", "n"} <= {letter for letter, _ in gaps}
    assert [found for found in gaps if found[1] < 0.14] == []


def test_the_address_of_a_page_that_is_gone_leads_to_another(open_tab, served):
    tab = open_tab(PAGES[0])
    for gone, other in GONE.items():
        tab.goto(f"{served}/{gone}.html#recap", wait_until="commit")
        tab.wait_for_url(f"{served}/book/{other}#recap")


def test_a_search_from_a_disk_finds_a_section(open_tab):
    section = article(LESSONS[0]).select_one("section > section")
    title = section.h2.find(string=True, recursive=False)
    tab = open_tab(PAGES[0], site=SITE.as_uri())
    tab.keyboard.press("Control+k")
    tab.keyboard.type(title)
    tab.keyboard.press("Enter")
    address = f"{LESSONS[0]}.html#{section['id']}"
    tab.locator(f"#search-results a[href='{address}']").first.click()
    tab.wait_for_url(f"**/{address}")


def test_the_contents_on_a_phone_close_when_a_section_is_chosen(open_tab):
    phone = open_tab(LESSONS[0], 390)
    buttons = phone.locator(".bd-header-article button:visible").all()
    boxes = [button.bounding_box() for button in buttons]
    assert boxes
    assert all(min(box["width"], box["height"]) >= 44 for box in boxes)
    section = article(LESSONS[0]).select("section > section")[1]["id"]
    phone.locator("button.secondary-toggle").click()
    dialog = phone.locator("#pst-secondary-sidebar-modal")
    dialog.locator(f"a[href='#{section}']").click()
    expect(dialog).not_to_be_visible()
    expect(phone.locator(f"#{section} > h2")).to_be_in_viewport()


def test_a_page_is_printed_in_light_colours_and_without_menus(open_tab):
    tab = open_tab(LESSONS[0], scheme="dark")
    tab.evaluate(PRINTED)
    tab.pdf()
    assert tab.evaluate("printed") == "light"
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    tab.emulate_media(media="print")
    expect(tab.locator("article")).to_be_visible()
    expect(tab.locator("#pst-primary-sidebar")).to_be_hidden()
    expect(tab.locator(".dropdown-download-buttons")).to_be_hidden()
