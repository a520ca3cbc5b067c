"""The widgets of the pages to write and to train on, as tests use them."""

import re

from playwright.sync_api import expect

PAGE, TRAIN = "book/write", "book/train"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
WRITE = "Let it write"
HEADER = 56  # pixels, of the bar at the top of a page
BARS = ".sight > .list button"
OPEN = "folds => folds.forEach((fold) => { fold.open = true })"


def playground(tab):
    """Return the playground of a tab, unfolded, when it has read its text."""
    place = tab.locator(".network-widget.playground").last
    place.scroll_into_view_if_needed()
    settle(place)
    place.locator("details.more").evaluate_all(OPEN)
    return place


def settle(place):
    """Wait until the network has read the text."""
    expect(place.locator("[aria-busy=false]")).to_be_attached()


def button(place, name):
    return place.get_by_role("button", name=name, exact=True)


def press(place, name):
    button(place, name).click()


def text_box(place):
    return place.get_by_label("Your text", exact=True)


def type_text(place, text):
    text_box(place).fill(text)
    settle(place)


def bar(place, letter):
    name = re.compile(f"^{letter}( |$)")
    return place.locator("details .list").get_by_role("button", name=name)


def choose(place, label, value):
    place.get_by_label(label, exact=True).select_option(value)
    settle(place)


def slide(place, label, value):
    place.get_by_label(label, exact=True).fill(str(value))


def written(place):
    return place.locator(".mirror .written").text_content()


def write(place, characters):
    """Let the network write some characters, as fast as it can."""
    choose(place, "Speed", "as fast as it can")
    press(place, WRITE)
    expect(button(place, WRITE)).to_be_visible()
    return written(place)[:characters]


def expect_status(place, text):
    status = place.locator(":is(.writing, .go) .status")
    expect(status).to_contain_text(text)


def copy_link(place, message):
    """Let a widget copy a link, and say what it is to say; return the link."""
    press(place, "Copy a link")
    expect_status(place, f"{message} is on the clipboard.")
    return place.page.evaluate("navigator.clipboard.readText()")


def trainer(tab):
    """Return the trainer of a tab, unfolded, when it is shown."""
    place = tab.locator(".network-widget.trainer")
    place.scroll_into_view_if_needed()
    expect(place.locator(".chart")).to_be_visible()
    place.locator("details.more").evaluate_all(OPEN)
    return place


def told(place):
    """Wait for the answer of a story, and return it."""
    answer = place.locator(".description")
    pattern = re.compile("^(As you said, in|In) our runs: ")
    expect(answer).to_have_text(pattern)
    return answer.text_content()


def height(place, *selectors):
    """Return the height of the part of a widget that has all of these."""
    found = [place.locator(selector).first for selector in selectors]
    boxes = [element.bounding_box() for element in found]
    ends = [box["y"] + box["height"] for box in boxes]
    return max(ends) - min(box["y"] for box in boxes)
