"""Previews show where a link leads before the reader follows it.

Beside each page lies a script with short copies of the parts of the page that
links lead to: ``book/bptt.js`` for ``book/bptt.html``. The browser loads the
script when a reader turns to such a link, see ``_static/previews.js``.

sphinx-tippy makes each page load all of its previews and two libraries from
another host, and knows neither exercises nor symbols. With it, a tap on a link
follows it, and shows no preview.
"""

import json
import re
from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from chapter.markup import select_one

# What is of use only in the page, or would be read out twice.
LEFT_OUT = """
    .headerlink, .equation-link, .viewcode-link, .copybtn, script, annotation,
    .section-number
"""
BEGIN, END = "document.currentScript.previews = ", ";\n"
TO_ROOT = re.compile(r"(?:\.\./)+(?=_images/)")


def as_title(element: Tag) -> Tag:
    """Return a copy of a heading or a term as a strong element."""
    heading = copy(element)
    heading.name, heading.attrs = "strong", {}
    return heading


def definition(element: Tag) -> list[Tag]:
    """Return a term or a signature, and the first paragraph about it."""
    body = element.find_next_sibling("dd")
    first = body.select(":scope > p:first-child") if body else []
    return [as_title(element), *first]


def symbol(element: Tag) -> list[Tag]:
    """Return a symbol, its name in code, and its meaning."""
    row = element.find_parent("tr")
    assert row is not None  # a symbol stands in a cell
    _, name, meaning, _ = row.select("td")
    heading = copy(element)
    if name.get_text(strip=True):
        heading.append(", in the code ")
        heading.extend(copy(select_one(name, "p")).contents)
    return [heading, *meaning.select(":scope > p")]


def exercise(element: Tag) -> list[Tag]:
    """Return the title and the first paragraph of an exercise."""
    heading = select_one(element, ".admonition-title")
    return [as_title(heading), *element.select(":scope > p:nth-of-type(2)")]


def section(element: Tag) -> list[Tag]:
    """Return a heading, and what follows it up to the first paragraph."""
    around = element if element.name == "section" else element.parent
    assert around is not None  # a label stands in a section
    shown = ":scope > :is(h1, h2, h3, h4, div.math, p:not(.times))"
    heading, *following = around.select(shown)
    parts = [as_title(heading)]
    for part in following:
        parts.append(part)
        if part.name == "p":
            break
    return parts


# The parts of a page that links lead to; the first selector that fits counts.
KINDS: dict[str, Callable[[Tag], Iterable[Tag]]] = {
    "div.math, figure, .question": lambda element: [element],
    ".cell": lambda cell: cell.select(".question:not([hidden])"),
    "table": lambda table: map(as_title, table.select(":scope > caption")),
    ".citation": lambda citation: citation.select(":scope > p"),
    "dt": definition,
    "td > [id^=sym-]": symbol,
    ".exercise": exercise,
    "section, section > span": section,
}


def to_html(part: Tag) -> str:
    """Return the HTML of a part, without links and ids."""
    part = copy(part)
    for element in part.select(LEFT_OUT):
        element.decompose()
    for link in part.select("a"):
        link.unwrap()
    for element in [part, *part.select("[id]")]:
        element.attrs.pop("id", None)
    return TO_ROOT.sub("", str(part))


def page_preview(page: BeautifulSoup) -> str:
    """Return the preview of a whole page: its title and description."""
    parts = [as_title(heading) for heading in page.select("article h1")]
    for description in page.select("meta[name=description]"):
        parts.append(paragraph := page.new_tag("p"))
        paragraph.string = str(description["content"])
    return "".join(map(to_html, parts))


def collect_previews(page: BeautifulSoup) -> dict[str, str]:
    """Return the previews of a page by the ids of its parts, or ""."""
    previews = {"": page_preview(page)}
    for element in select_one(page, "article").find_all(id=True):
        kinds = (kind for kind in KINDS if element.css.match(kind))
        if kind := next(kinds, None):
            parts = KINDS[kind](element)
            previews[str(element["id"])] = "".join(map(to_html, parts))
    return previews


def write_previews(page: BeautifulSoup, script: Path) -> None:
    """Write the script with the previews of a page."""
    text = json.dumps(collect_previews(page), ensure_ascii=False)
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"{BEGIN}{text}{END}", "utf-8")
