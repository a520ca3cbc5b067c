"""Where a reader is and was, how long it takes, and how code looks there."""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import LESSONS, PAGES, SITE, article, page
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
PHONE = 390
LESSON, OTHER = "book/training", "book/model"
BOX = "element => element.getBoundingClientRect().toJSON()"
STYLE = "(element, name) => getComputedStyle(element)[name]"


@pytest.fixture(scope="module")
def address(built):
    with checkers.served(SITE) as address:
        yield address


@pytest.fixture
def opened(browser, address):
    """Return how to open a page in a tab of its own, without an error."""

    @contextmanager
    def opened(name, width=1280, script="", **options):
        with watched(browser, address, width, **options) as watch:
            watch.context.add_init_script(script)
            tab = watch.context.new_page()
            go(tab, f"{address}/{name}.html")
            yield tab
        assert watch.outside == [] and watch.errors == []

    return opened


def test_the_link_that_skips_comes_first_is_seen_and_leads_to_the_text(opened):
    with opened(LESSON) as tab:
        tab.keyboard.press("Tab")
        link = tab.get_by_role("link", name="Skip to main content")
        expect(link).to_be_focused()
        tab.wait_for_function("document.activeElement"
                              ".getBoundingClientRect().top >= 0")  # fmt: skip
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        expect(tab.locator("article :focus")).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_before_and_after_are_named_above_the_title(name):
    above = page(name).select("nav.lead-on:has(+ article) a")
    below = page(name).select(".prev-next-area a")
    assert above and len(above) == len(below)
    for link, other in zip(above, below, strict=True):
        word, title = other.select("p")
        assert link["href"] == other["href"]
        said = f"{word.text.capitalize()}: {title.text}"
        assert link.text.strip() == said


@pytest.mark.parametrize("name", LESSONS)
def test_the_contents_say_how_long_each_section_takes(name):
    entries = page(name).select("#pst-page-toc-nav a")
    found = {
        entry["href"]: int(minutes.text.removesuffix(" min"))
        for entry in entries
        if (minutes := entry.select_one(".minutes"))
    }
    line = article(name).select_one(".times").text
    (whole,) = re.findall(r"^About (\d+) minutes", line)
    assert abs(sum(found.values()) - int(whole)) <= 1 + len(entries) / 2
    assert len(found) >= 2 and "#exercises" not in found


def test_a_button_is_as_large_as_a_finger_and_says_the_mode(opened):
    with opened(LESSON, PHONE) as tab:
        for button in tab.locator(".bd-header-article button:visible").all():
            box = button.evaluate(BOX)
            assert box["width"] >= 44 and box["height"] >= 44
        for mode in ("as the system", "dark", "light", "as the system"):
            name = f"Colour mode: {mode}"
            button = tab.get_by_role("button", name=name, exact=True)
            expect(button).to_be_visible()
            button.press("Enter")
            expect(tab.locator(".theme-switch-button")).to_be_focused()


def test_contents_close_when_a_section_or_a_page_is_chosen(opened):
    with opened(LESSON, PHONE) as tab:
        right = tab.locator("button.secondary-toggle")
        right.click()
        dialog = tab.locator("#pst-secondary-sidebar-modal")
        dialog.locator("a[href='#perplexity']").click()
        expect(dialog).not_to_be_visible()
        heading = tab.locator("#perplexity > h2")
        expect(heading).to_be_focused()
        top = "document.activeElement.getBoundingClientRect().top"
        tab.wait_for_function(f"{top} > 0 && {top} < 200")
        right.press("Enter")
        expect(dialog).to_be_visible()
        tab.keyboard.press("Escape")
        expect(right).to_be_focused()
        tab.locator("button.primary-toggle").click()
        dialog = tab.locator("#pst-primary-sidebar-modal")
        dialog.locator(".bd-links a[href='#']").click()
        expect(dialog).not_to_be_visible()
        tab.wait_for_function("scrollY == 0")


def seen(tab, contents):
    """Return what is marked as visited, in words, of some contents."""
    marked = tab.locator(f"{contents} a.seen").all()
    return [re.sub(r"\s+", " ", link.text_content()) for link in marked]


def test_what_was_visited_is_marked_and_remembered(opened, address):
    with opened(LESSON) as tab:
        contents = tab.locator("#pst-page-toc-nav")
        contents.locator("a[href='#one-epoch']").click()
        expect(contents.locator("a.seen[href='#one-epoch']")).to_be_visible()
        assert "6.1. " not in " ".join(seen(tab, "#pst-page-toc-nav"))
        go(tab, f"{address}/{LESSON}.html")
        (first, *_) = seen(tab, "#pst-page-toc-nav")
        assert re.fullmatch(r"6\.7\. One epoch \d min \(visited\)", first)
        assert seen(tab, ".bd-links") == []  # not the page itself
        go(tab, f"{address}/{OTHER}.html")
        assert seen(tab, ".bd-links") == ["6. Training (visited)"]
        go(tab, f"{address}/")
        go(tab, f"{address}/{OTHER}.html")
        assert len(seen(tab, ".bd-links")) == 2


REFUSE = """
for (const name of ["getItem", "setItem"]) {
  const method = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...others) {
    if (key.startsWith("seen:")) {
      throw new DOMException("refused", "SecurityError");
    }
    return method.call(this, key, ...others);
  };
}"""


def test_without_storage_marks_last_as_long_as_the_page(opened, address):
    with opened(OTHER, script=REFUSE) as tab:
        first = tab.locator("#pst-page-toc-nav a.seen").first
        tab.locator("section section").first.scroll_into_view_if_needed()
        expect(first).to_be_visible()
        go(tab, f"{address}/{OTHER}.html")
        assert seen(tab, "#pst-page-toc-nav") == []


LINE = """() => {
  const header = document.querySelector(".bd-header-article");
  const { display, transform } = getComputedStyle(header, "::after");
  return [display, transform.split(/[(,]/)[1], header.style.cssText];
}"""
OLDER = """CSS.supports = () => false;"""
TO_END = "scrollTo({top: document.body.scrollHeight, behavior: 'instant'})"


def test_a_line_shows_how_far_one_has_read(opened):
    with opened(LESSON) as tab:
        assert tab.evaluate(LINE)[:2] == ["block", "0"]
        tab.evaluate(TO_END)
        tab.wait_for_function(f"({LINE})()[1] > 0.99")
        assert tab.evaluate(LINE)[2] == ""
        tab.emulate_media(reduced_motion="reduce")
        assert tab.evaluate(LINE)[0] == "none"
    with opened(LESSON, script=OLDER) as tab:
        tab.evaluate(TO_END)
        tab.wait_for_function(f"/--read: (1|0.99)/.test(({LINE})()[2])")


# The look of code

EX = """element => {
  const ruler = document.createElement("span");
  ruler.style.cssText = "display: inline-block; height: 100ex";
  element.append(ruler);
  const { height } = ruler.getBoundingClientRect();
  ruler.remove();
  return height / 100;
}"""
ROOM = """element => {
  const ruler = document.createElement("span");
  ruler.textContent = "0".repeat(79);
  element.append(ruler);
  const { width } = ruler.getBoundingClientRect();
  ruler.remove();
  const { paddingLeft, paddingRight } = getComputedStyle(element);
  const padding = parseFloat(paddingLeft) + parseFloat(paddingRight);
  return element.clientWidth - padding - width;
}"""


def test_code_has_the_size_of_the_text_and_79_columns_fit(opened):
    with opened(LESSON) as tab:
        text = tab.locator("article p:not(.times):has(> code)").first
        inline, block = text.locator("code").first, tab.locator("pre").first
        height = text.evaluate(EX)
        assert inline.evaluate(EX) == pytest.approx(height, rel=0.02)
        assert block.evaluate(EX) > 0.85 * height
        assert 0 <= block.evaluate(ROOM) < 8  # less than a column
    with opened(LESSON, PHONE) as tab:
        size = tab.locator("pre").first.evaluate(STYLE, "fontSize")
        assert float(size.removesuffix("px")) >= 12.5


@pytest.mark.parametrize("name", LESSONS)
def test_folds_of_checks_differ_from_other_folds(name):
    folds = article(name).select("details.hide")
    labels = {f.select_one(".collapsed").text: f["class"] for f in folds}
    assert labels
    for label, classes in labels.items():
        assert ("checks" in classes) is label.startswith("Show the check")


def test_checks_have_a_mark_of_their_own_and_captions_no_pill(opened):
    mark = "e => getComputedStyle(e.querySelector('span'), '::before').content"
    with opened(LESSON) as tab:
        for kind, content in ((".checks", ""), (":not(.checks)", "▸ ")):
            fold = tab.locator(f"details.hide{kind} > summary").first
            assert fold.evaluate(mark) == f'"{content}"'
        caption = tab.locator(".tag_remove-input .cell_output > p code")
        color = caption.first.evaluate(STYLE, "backgroundColor")
        assert color == "rgba(0, 0, 0, 0)"


# On a phone

INSIDE = """links => links.every((link) => {
  const box = link.closest("dt").getBoundingClientRect();
  const { left, right } = link.getBoundingClientRect();
  const before = link.parentElement.previousElementSibling;
  const end = [...before.getClientRects()].at(-1);
  const { top } = link.getBoundingClientRect();
  const apart = left >= end.right || top >= end.bottom - 2;
  return box.left <= left && right <= box.right && apart;
})"""


def test_tables_of_symbols_and_links_to_sources_have_room_on_a_phone(opened):
    with opened("book/notation", PHONE) as tab:
        boxes = tab.locator(".pst-scrollable-table-container")
        assert boxes.count() >= 2
        for box in boxes.all():
            assert box.evaluate("e => e.scrollWidth <= e.clientWidth")
    with opened("book/api", PHONE) as tab:
        links = tab.locator(".viewcode-link")
        assert links.count() > 50 and links.evaluate_all(INSIDE)


def test_words_are_divided_on_a_phone_but_no_title_is(opened):
    name = Path("book/one_hot")
    assert article(str(name)).select_one("h1 .together").text == "One-Hot"
    entry = page(LESSON).select_one(f".bd-links a[href='{name.name}.html']")
    assert entry.select_one(".together").text == "One-Hot"
    for width, hyphens in ((PHONE, "auto"), (1280, "manual")):
        with opened(str(name), width) as tab:
            text = tab.locator("article p").first
            assert text.evaluate(STYLE, "hyphens") == hyphens
            title = tab.locator("article h1")
            assert title.evaluate(STYLE, "hyphens") == "manual"
            word = tab.locator("article h1 .together")
            assert word.evaluate("e => e.getClientRects().length") == 1
