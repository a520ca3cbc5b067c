"""Questions are answered in the browser, each with a reason."""

import re

import pytest
from playwright.sync_api import expect
from shared import checkers
from shared.site import LESSONS, PAGES, SITE, article
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
AGAIN = "book/again"
ASKING = [page for page in PAGES if article(page).select(".question")]
SHOWN = ".question:not([hidden])"
# Let variants be answered too, as they are on the page of all questions.
SHOW_ALL = """document.querySelectorAll(".question")
  .forEach((question) => { question.hidden = false })"""
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("no", "SecurityError") },
})"""


@pytest.fixture
def tab(browser, request):
    """Open a tab that reads from a disk; expect no request and no error."""
    scheme, width = getattr(request, "param", ("light", 1280))
    with watched(browser, SITE.as_uri(), width, scheme) as watch:
        yield watch.context.new_page()
    assert watch.outside == [] and watch.errors == []


def open_page(tab, name):
    go(tab, f"{SITE.as_uri()}/{name}.html")


def choose(question):
    """Answer by each option, and return the reasons."""
    for option in question.locator("details").all():
        option.locator("summary").press("Enter")
        reason = option.locator("> :not(summary)").first
        expect(reason).to_be_visible()
        yield option.get_attribute("class"), reason.inner_text()


def enter(question):
    """Answer by each number that is expected, and return the reasons."""
    for option in question.locator("details").all():
        field = question.get_by_label("Your answer")
        field.fill(option.get_attribute("data-value"))
        field.press("Enter")
        reason = question.get_by_role("status").inner_text()
        yield option.get_attribute("class"), reason
    field.fill("-77")
    field.press("Enter")
    expect(question.get_by_role("status")).not_to_have_text(reason)
    field.fill("many")
    field.press("Enter")
    expect(question.get_by_role("status")).to_contain_text("Type a number")


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("tab", [("dark", 390)], indirect=True)
@pytest.mark.parametrize("name", ASKING)
def test_each_answer_to_a_question_has_a_reason(tab, name):
    open_page(tab, name)
    tab.evaluate(SHOW_ALL)
    for question in tab.locator(".question").all():
        typed = question.locator("form").count()
        reasons = [*(enter if typed else choose)(question)]
        rights = [reason for kind, reason in reasons if kind == "right"]
        assert len(rights) == 1 and re.match(r".*[Rr]ight\.\s", rights[0])
        for kind, reason in reasons:
            assert (kind == "wrong") == reason.startswith("No."), reason
            assert len(reason.split()) > 4, reason
    assert checkers.axe_violations(tab) == []


def test_a_lesson_asks_two_to_five_questions():
    for name in LESSONS:
        assert 2 <= len(article(name).select(SHOWN)) <= 5, name


def test_without_scripts_the_answers_unfold(browser):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{SITE.as_uri()}/{ASKING[0]}.html")
        for option in tab.locator(f"{SHOWN} details").all():
            option.locator("summary").click()
            expect(option.locator("> p").first).to_be_visible()


def answer_wrongly(tab):
    """Answer the question on the page of all questions; return its name."""
    question = tab.locator("#again .question")
    name = question.get_attribute("data-of")
    if question.locator("form").count():
        question.get_by_label("Your answer").fill("-77")
        question.get_by_label("Your answer").press("Enter")
    else:
        question.locator("details.wrong summary").first.click()
    return name


def answer_rightly(tab):
    question = tab.locator("#again .question")
    if question.locator("form").count():
        right = question.locator("details.right").get_attribute("data-value")
        question.get_by_label("Your answer").fill(right)
        question.get_by_label("Your answer").press("Enter")
    else:
        question.locator("details.right summary").click()


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("stored", [True, False])
def test_what_was_wrong_comes_again_before_the_end(tab, stored):
    if not stored:
        tab.add_init_script(NO_STORAGE)
    open_page(tab, AGAIN)
    tab.locator("#again input").last.uncheck()
    tab.get_by_role("button", name="Ask me").click()
    expect(tab.locator("#again")).to_contain_text("1 of 20")
    wrong = answer_wrongly(tab)
    came = []
    while tab.get_by_role("button", name="Next").count():
        tab.get_by_role("button", name="Next").click()
        if not tab.locator("#again .question").count():
            break
        came.append(tab.locator("#again .question").get_attribute("data-of"))
        answer_rightly(tab)
    assert len(came) == 20 and came.count(wrong) == 1
    expect(tab.locator("#again")).to_contain_text("right at once in 19 of 20")
    assert checkers.axe_violations(tab) == []


def test_an_answer_is_remembered_by_the_page(tab):
    open_page(tab, ASKING[0])
    tab.locator(f"{SHOWN} details.right summary").first.click()
    open_page(tab, ASKING[0])
    expect(tab.locator(f"{SHOWN}[data-before=true]")).to_have_count(1)


# A curve to draw

SKETCHES = [page for page in PAGES if article(page).select(".sketch")]


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("tab", [("dark", 390)], indirect=True)
@pytest.mark.parametrize("name", SKETCHES)
def test_a_curve_is_drawn_before_that_of_the_chapter_is_shown(tab, name):
    open_page(tab, name)
    place = tab.locator(".network-widget.sketch")
    place.scroll_into_view_if_needed()
    covered = tab.locator(".covered img")
    expect(covered).to_be_hidden()
    last, value = place.locator("input").all()
    last.press("End")
    value.press("ArrowUp")
    expect(place.locator("polyline").last).not_to_have_attribute("points", "")
    expect(place.locator(".current")).to_have_attribute("points", "")
    place.get_by_role("button").press("Enter")
    expect(place.locator(".current")).not_to_have_attribute("points", "")
    expect(place).to_contain_text("Your curve, dotted, ends at")
    expect(covered).to_have_count(0)
    assert checkers.axe_violations(tab) == []
