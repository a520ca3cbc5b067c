"""The keyboard in what moves: it gets in, and out."""

import pytest
from playwright.sync_api import Locator, Page, expect
from shared.site import SITE, pages_with

pytestmark = pytest.mark.usefixtures("built")
WIDGETS = ".network-widget, figure:has(> .moving)"
STOPS = "button, input, select, textarea, summary, [tabindex='0']"


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_tab_leaves_every_widget_in_both_directions(open_tab, key):
    for page in pages_with(WIDGETS):
        tab = open_tab(page, site=SITE.as_uri())
        for widget in tab.locator(WIDGETS).all():
            assert leaves(tab, widget, key), f"the focus stays in {page}"
        tab.close()


def leaves(tab: Page, widget: Locator, key: str) -> bool:
    """Return whether a key, pressed often enough, leads out of a widget."""
    widget.scroll_into_view_if_needed()
    train = widget.get_by_role("button", name="Train", exact=True)
    stops = widget.locator(STOPS).filter(visible=True)
    expect(stops.nth(1)).to_be_visible()
    if train.count():
        train.click()  # in the slim trainer this brings the rest, too
        third = widget.locator(".film > div").nth(2)
        expect(third).to_be_visible()
    (stops.first if key == "Tab" else stops.last).focus()
    for _ in range(stops.count() + 1):
        tab.keyboard.press(key)
        if not widget.evaluate("it => it.matches(':focus-within')"):
            return True
    return False
