"""The contents of a page on a phone."""

import pytest
from playwright.sync_api import expect
from shared.site import LESSONS, SITE, article

pytestmark = pytest.mark.usefixtures("built")
PAGE = LESSONS[0]


@pytest.fixture
def phone(open_tab):
    """Open a page on the screen of a phone."""
    return open_tab(PAGE, 390, site=SITE.as_uri())


def test_buttons_are_large_enough_for_a_finger(phone):
    buttons = phone.locator(".bd-header-article button:visible").all()
    assert buttons
    for button in buttons:
        box = button.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44


def test_the_contents_close_when_a_section_is_chosen(phone):
    section = article(PAGE).select("section > section")[1]["id"]
    phone.locator("button.secondary-toggle").click()
    dialog = phone.locator("#pst-secondary-sidebar-modal")
    dialog.locator(f"a[href='#{section}']").click()
    expect(dialog).not_to_be_visible()
    expect(phone.locator(f"#{section} > h2")).to_be_in_viewport()
