"""Questions are answered in the browser, each with a reason."""

import json
import re
from copy import copy
from subprocess import check_output

import pytest
from chapter.export import gift
from chapter.markup import parse
from playwright.sync_api import expect
from shared import checkers
from shared.site import LESSONS, SITE, article, pages_with, source
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
AGAIN = "book/again"
TYPED = next(page for page in LESSONS if "otherwise=" in source(page))
SHOWN = ".question:not([hidden])"
# Let variants be answered too, as they are on the page of all questions.
SHOW_ALL = """
  document.querySelectorAll(".question").forEach((q) => { q.hidden = false });
  document.querySelectorAll("details.fold").forEach((d) => { d.open = true });
"""
# A browser that does not let the page remember; the theme copes by itself.
NO_STORAGE = """for (const name of ["getItem", "setItem"]) {
  const usual = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...others) {
    if (key === "charrnn-answers") throw new DOMException("no");
    return usual.call(this, key, ...others);
  };
}"""


@pytest.fixture
def tab(browser, request):
    """Open a tab that reads from a disk; expect no request and no error."""
    scheme, width = getattr(request, "param", ("light", 1280))
    with watched(browser, SITE.as_uri(), width, scheme) as watch:
        yield watch.context.new_page()
    assert watch.outside == [] and watch.errors == []


def open_page(tab, name):
    go(tab, f"{SITE.as_uri()}/{name}.html")


def choose(option):
    """Answer by an option, and return where its reason is shown."""
    question = option.locator("..")
    if value := option.get_attribute("data-value"):
        return enter(question, value)
    option.locator("summary").press("Enter")
    return option.locator("> :not(summary)").first


def enter(question, text):
    field = question.get_by_label("Your answer")
    field.fill(text)
    field.press("Enter")
    return question.get_by_role("status")


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("tab", [("dark", 390)], indirect=True)
@pytest.mark.parametrize("name", LESSONS)
def test_each_answer_to_a_question_has_a_reason(tab, name):
    open_page(tab, name)
    tab.evaluate(SHOW_ALL)
    for option in tab.locator(".question details").all():
        reason = choose(option)
        expect(reason).to_be_visible()
        is_right = option.get_attribute("class") == "right"
        begin = r".*[Rr]ight\.\s\w" if is_right else r"No\.\s\w"
        assert re.match(begin, reason.inner_text())
    for question in tab.locator(".question.typed").all():
        before = question.get_by_role("status").inner_text()
        expect(enter(question, "-77")).not_to_have_text(before)
        expect(enter(question, "many")).to_contain_text("Type a number")
        right = question.locator(".right").get_attribute("data-value")
        grouped = f"{float(right):,}".removesuffix(".0")
        expect(enter(question, grouped)).to_contain_text("is right.")
    assert checkers.axe_violations(tab) == []


def test_a_lesson_asks_up_to_three_questions():
    for name in LESSONS:
        assert 1 <= len(article(name).select(SHOWN)) <= 3, name


def test_without_scripts_the_answers_unfold(browser):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{SITE.as_uri()}/{TYPED}.html")
        for option in tab.locator(f"{SHOWN} details").all():
            option.locator("summary").click()
            expect(option.locator("> p").first).to_be_visible()


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("stored", [True, False])
def test_what_was_wrong_comes_again_before_the_end(tab, stored):
    if not stored:
        tab.add_init_script(NO_STORAGE)
    open_page(tab, AGAIN)
    tab.locator("#asking input").last.uncheck()
    tab.get_by_role("button", name="Ask me").click()
    expect(tab.locator("#asking")).to_contain_text("1 of 20")
    question = tab.locator("#asking .question")
    first, second = question.locator(".wrong").all()[:2]
    for _ in range(3):  # it opens, closes, and opens again
        choose(first)
        expect(question.locator(".right")).not_to_have_attribute("open", "")
    choose(second)
    expect(question.locator(".right")).to_have_attribute("open", "")
    expect(tab.get_by_text("The right answer:")).to_be_visible()
    came = []
    while question.count():
        came.append(question.get_attribute("data-of"))
        choose(question.locator(".right"))
        tab.get_by_role("button", name="Next").click()
    assert len(came) == 21 and came.count(came[0]) == 2
    expect(tab.locator("#asking")).to_contain_text("right at once in 19 of 20")
    tab.get_by_role("button", name="Ask me").click()
    choose(question.locator(".right"))
    tab.get_by_role("button", name="Stop").click()
    expect(tab.get_by_text("right at once in 1 of 1.")).to_be_focused()
    assert checkers.axe_violations(tab) == []


def test_an_answer_is_remembered_by_the_page(tab):
    open_page(tab, LESSONS[0])
    tab.locator(f"{SHOWN} details.right summary").first.click()
    tab.wait_for_function("localStorage.getItem('charrnn-answers')")
    open_page(tab, LESSONS[0])
    expect(tab.locator(f"{SHOWN}[data-before=true]")).to_have_count(1)


READ_GIFT = """const answer = ({ text, isCorrect, weight, feedback }) =>
  [text.number ?? text.text, isCorrect && weight !== 0, feedback.text];
const parts = ({ title, stem, choices }) => choices
  ? [stem.text, ...choices.flatMap(answer)]
  : title.split("/").slice(1);
const text = require("fs").readFileSync(0, "utf8");
JSON.stringify(require(process.argv[1]).parse(text).flatMap(parts));"""
SKIP = "legend, form, h1 *, fieldset :is(details, .otherwise), details summary"


def told(html):
    """Return the text of a part of a page, with formulas in LaTeX."""
    part = parse(str(html))
    for element in part.select(SKIP):
        element.decompose()
    for formula in part.select("math"):
        formula.replace_with(rf"\({formula['alttext']}\)")
    return part.get_text().strip()


def parts(element):
    yield element
    for fold in element.select("details") + element.select(".otherwise"):
        number = fold.get("data-value")
        yield f"{float(number):g}" if number else fold.summary or "*"
        yield from ("right" in fold["class"], fold)


@pytest.mark.usefixtures("tools")
def test_moodle_gets_each_question_with_its_reasons():
    text, expected = (SITE / gift.FILE).read_text("utf-8"), []
    for name in pages_with(".question"):
        number = 0
        for element in article(name).select(".question"):
            if not element.has_attr("hidden"):  # a variant
                number += 1
                expected += [article(name).h1, f"Question {number}"]
            expected += parts(element)
    reserved = r"//::~a=b#{c}\n\\ \( $$ -> %50%" "\n\nx"
    question = copy(element)  # the last one
    for part in question.select("p"):
        part.string = reserved
    expected += parts(question)
    text += f"\n\n{gift.entry(copy(question), reserved)}"
    command = ["node", "-p", READ_GIFT, checkers.tool("gift-pegjs")]
    found = json.loads(check_output(command, input=text, encoding="utf-8"))
    for part, wanted in zip(found, expected, strict=True):
        assert parse(str(part)).get_text().strip() == told(wanted)


# A curve to draw

SKETCHES = [page for page in LESSONS if "\nsketch(" in source(page)]


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("tab", [("dark", 390)], indirect=True)
@pytest.mark.parametrize("name", SKETCHES)
def test_a_curve_is_drawn_before_that_of_the_chapter_is_shown(tab, name):
    open_page(tab, name)
    place = tab.locator(".network-widget.sketch")
    tab.locator(".network-widget.sketch").first.scroll_into_view_if_needed()
    covered = tab.locator(".covered img")
    expect(covered).to_be_hidden()
    expect(place.locator("input")).to_have_count(2)
    last, value = place.locator("input").all()
    last.press("End")
    expect(place.locator("polyline").last).not_to_have_attribute("points", "")
    expect(place.locator(".current")).to_have_attribute("points", "")
    place.get_by_role("button").first.press("Enter")
    expect(place.locator(".current")).not_to_have_attribute("points", "")
    expect(place).to_contain_text("Your curve, dotted, ends at")
    expect(covered).to_have_count(0)
    assert checkers.axe_violations(tab) == []


@pytest.mark.parametrize("name", SKETCHES)
def test_a_link_uncovers_the_figure(tab, name):
    open_page(tab, name)
    tab.locator(".network-widget.sketch").first.scroll_into_view_if_needed()
    figure = tab.locator("figure.covered")
    link = f"a.reference[href='#{figure.get_attribute('id')}']"
    tab.locator(link).first.click()
    expect(figure).to_have_count(0)
    tab.reload()  # with the address of the figure
    tab.locator(".network-widget.sketch").first.scroll_into_view_if_needed()
    expect(tab.locator(".network-widget.sketch svg")).to_be_visible()
    expect(figure).to_have_count(0)
