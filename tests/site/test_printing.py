"""A page as a reader's browser prints it."""

from playwright.sync_api import expect
from shared.site import LESSONS

RECORD = """addEventListener("beforeprint", () => {
  window.printed = document.documentElement.dataset.theme;
});"""


def test_a_page_is_printed_in_light_colours_and_without_menus(built, open_tab):
    tab = open_tab(LESSONS[0], scheme="dark")
    tab.evaluate(RECORD)
    tab.pdf()
    assert tab.evaluate("printed") == "light"
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    tab.emulate_media(media="print")
    expect(tab.locator("article")).to_be_visible()
    expect(tab.locator("#pst-primary-sidebar")).to_be_hidden()
    expect(tab.locator(".dropdown-download-buttons")).to_be_hidden()
