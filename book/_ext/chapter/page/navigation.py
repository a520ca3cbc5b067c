"""Ways through a page, and from page to page, beside those of the theme."""

import re
from copy import copy

from bs4 import Tag

from chapter.page.markup import one

MODES = {"light": "light", "dark": "dark", "auto": "as the system"}
# What may be wider than its box; scrolling.js looks whether it is.
SCROLLERS = (
    ".bd-article :is(.formula, pre, .cell_output > .output,"
    " .pst-scrollable-table-container)"
)
# Words that are short on both sides of a hyphen, as in One-Hot.
COMPOUND = re.compile(r"(\b\w{1,5}-\w{1,5}\b)")
TITLES = "h1, h2, h3, .bd-links a, .toc-entry a, .prev-next-title, .lead-title"


def element(name: str, style: str, *contents: str | Tag) -> Tag:
    """Return an element of a class, with what it contains."""
    result = Tag(name=name, attrs={"class": style})
    result.extend(contents)
    return result


def unseen(text: str) -> Tag:
    """Return a text for screen readers alone."""
    return element("span", "visually-hidden", text)


def name_mode(button: Tag) -> None:
    """Let the button for the colours be named by the mode they are in.

    The style shows the icon of the mode, and the name beside it.
    """
    del button["aria-label"], button["data-bs-title"]
    for icon in button.select(".theme-switch"):
        name = f"Colour mode: {MODES[str(icon['data-mode'])]}"
        shown = element("span", "theme-switch")
        shown["data-mode"], shown["title"] = icon["data-mode"], name
        del icon["data-mode"], icon["title"]
        looks = icon.get_attribute_list("class")
        icon["class"] = " ".join(c for c in looks if c != "theme-switch")
        icon.wrap(shown).append(unseen(name))


def open_menu(group: Tag) -> None:
    """Let a button open its menu without a script.

    The browser says then whether the menu is open.
    """
    button, menu = one(group, "button"), one(group, ".dropdown-menu")
    del button["data-bs-toggle"], button["aria-expanded"]
    menu["id"] = f"menu-{button['aria-label']}".lower().replace(" ", "-")
    menu["popover"] = ""
    button["popovertarget"] = menu["id"]


def skip_buttons(link: Tag) -> None:
    """Let the link that skips the menus skip the buttons above a page too.

    The page of the search has no article.
    """
    if article := link.find_next("article"):
        article["id"] = "article"
        link["href"] = "#article"


def lead_on_above(footer: Tag) -> None:
    """Lead to the pages before and after from above the title too."""
    ways = element("nav", "lead-on d-print-none")
    ways["aria-label"] = "Previous and next page"
    for link in footer.select("a"):
        word, title = link.select("p")
        way = element("a", f"lead-{word.text}", copy(one(link, "i")))
        way["href"] = link["href"]
        name = element("span", "lead-title", title.text)
        name.insert(0, unseen(f"{word.text.capitalize()}: "))
        way.append(name)
        ways.append(way)
    article = footer.find_previous("article")
    if article and ways.contents:
        article.insert_before(ways)


def keep_compounds(page: Tag) -> None:
    """Keep short words with a hyphen on one line in titles."""
    for title in page.select(TITLES):
        for text in title.find_all(string=COMPOUND):
            before, word, after = COMPOUND.split(text, maxsplit=1)
            text.replace_with(before, element("span", "together", word), after)


def note_minutes(page: Tag, minutes: dict[str, int]) -> None:
    """Say in the contents of a page how long its sections take to read."""
    for link in page.select("#pst-page-toc-nav a"):
        if count := minutes.get(str(link["href"]).removeprefix("#")):
            link.extend([" ", element("span", "minutes", f"{count} min")])
