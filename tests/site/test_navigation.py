"""How long a section takes, and the contents of a page on a phone."""

import re

import pytest
from playwright.sync_api import expect
from shared.site import LESSONS, SITE, article, page
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")


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


@pytest.fixture
def phone(browser):
    """Open a page as the reader of a phone has it."""
    with watched(browser, SITE.as_uri(), 390) as watch:
        tab = watch.context.new_page()
        go(tab, f"{SITE.as_uri()}/book/training.html")
        yield tab
    assert watch.outside == [] and watch.errors == []


def test_a_button_is_as_large_as_a_finger(phone):
    buttons = phone.locator(".bd-header-article button:visible").all()
    assert buttons
    for button in buttons:
        box = button.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44


def test_the_contents_close_when_a_section_is_chosen(phone):
    phone.locator("button.secondary-toggle").click()
    dialog = phone.locator("#pst-secondary-sidebar-modal")
    dialog.locator("a[href='#perplexity']").click()
    expect(dialog).not_to_be_visible()
    expect(phone.locator("#perplexity > h2")).to_be_in_viewport()


def test_the_contents_lead_to_another_page(phone):
    phone.locator("button.primary-toggle").click()
    phone.locator(".bd-links a[href$='model.html']").click()
    phone.wait_for_url("**/model.html")
