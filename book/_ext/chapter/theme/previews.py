"""Previews: what a link leads to, to be shown before it is followed.

Beside each page lies a script with short copies of the parts that a link may
lead to, ``book/bptt.js`` for ``book/bptt.html``. The copies are those of the
page as it was rendered. A browser loads the script when the reader turns to
such a link, see ``_static/previews.js``, so the pages themselves hold none.

sphinx-tippy has each page load all of its previews and two libraries of
another host, knows neither exercises nor symbols, and on a phone the tap that
should show a preview follows the link.
"""

import json
import re
from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from chapter.theme.markup import one

# What is of use in the page alone, or read out twice.
LEFT_OUT = """
    .headerlink, .trace, .viewcode-link, .copybtn, script, annotation,
    .section-number
"""
IMAGES = re.compile(r"(?:\.\./)+(?=_images/)")  # as seen from the root


def title(element: Tag) -> Tag:
    """Return a copy of a heading, or of a term, that is strong alone."""
    heading = copy(element)
    heading.name, heading.attrs = "strong", {}
    return heading


def whole(element: Tag) -> list[Tag]:
    """Return a formula or a figure as it is."""
    return [element]


def caption(element: Tag) -> list[Tag]:
    """Return what a table says of itself."""
    return [title(text) for text in element.select(":scope > caption")]


def entry(element: Tag) -> list[Tag]:
    """Return what the bibliography says of a source."""
    return element.select(":scope > p")


def definition(element: Tag) -> list[Tag]:
    """Return a term, or how a function is called, and what is said first."""
    said = element.find_next_sibling("dd")
    first = said.select(":scope > p:first-child") if said else []
    return [title(element), *first]


def symbol(element: Tag) -> list[Tag]:
    """Return a symbol with its name in the code, and its meaning."""
    row = element.find_parent("tr")
    assert row is not None  # as it is in a cell
    _, name, meaning, _ = row.select("td")
    heading = copy(element)
    if name.get_text(strip=True):
        heading.extend([", in the code ", *copy(one(name, "p")).contents])
    return [heading, *meaning.select(":scope > p")]


def exercise(element: Tag) -> list[Tag]:
    """Return the title of an exercise, and how it begins."""
    heading = one(element, ".admonition-title")
    return [title(heading), *element.select(":scope > p:nth-of-type(2)")]


def section(element: Tag) -> list[Tag]:
    """Return a heading, and what follows up to the first paragraph."""
    around = element if element.name == "section" else element.parent
    assert around is not None  # a label stands in a section
    says = ":scope > :is(h1, h2, h3, h4, div.math, p:not(.times))"
    heading, *following = around.select(says)
    parts = [title(heading)]
    for part in following:
        parts.append(part)
        if part.name == "p":
            break
    return parts


# How to show what links lead to. Where several fit, the first counts.
KINDS: dict[str, Callable[[Tag], Iterable[Tag]]] = {
    "div.math": whole,
    "figure": whole,
    "table": caption,
    ".citation": entry,
    "dt": definition,
    "td > [id^=sym-]": symbol,
    ".exercise": exercise,
    "section, section > span": section,
}


def shown(part: Tag) -> str:
    """Return the HTML of a part, without what it is not to have twice."""
    part = copy(part)
    for element in part.select(LEFT_OUT):
        element.decompose()
    for link in part.select("a"):
        link.unwrap()
    for element in [part, *part.select("[id]")]:
        element.attrs.pop("id", None)
    return IMAGES.sub("", str(part))


def of_page(page: BeautifulSoup) -> str:
    """Return what shows a page as a whole: its title, what it is about."""
    parts = [title(heading) for heading in page.select("article h1")]
    for description in page.select("meta[name=description]"):
        parts.append(about := page.new_tag("p"))
        about.string = str(description["content"])
    return "".join(map(shown, parts))


def collect(page: BeautifulSoup) -> dict[str, str]:
    """Return what is shown of each part of a page, the whole under ""."""
    previews = {"": of_page(page)}
    for element in one(page, "article").find_all(id=True):
        kinds = (kind for kind in KINDS if element.css.match(kind))
        if kind := next(kinds, None):
            parts = KINDS[kind](element)
            previews[str(element["id"])] = "".join(map(shown, parts))
    return previews


def write(page: BeautifulSoup, script: Path) -> None:
    """Write the script with the previews of a page, if it has changed."""
    text = json.dumps(collect(page), ensure_ascii=False)
    text = f"document.currentScript.previews = {text};\n"
    if not script.exists() or script.read_text("utf-8") != text:
        script.parent.mkdir(exist_ok=True)
        script.write_text(text, "utf-8")
