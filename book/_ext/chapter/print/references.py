"""References that name the page: "Figure 4.1 (p. 87)" and "(4.2, p. 90)".

A reference leads to an equation, a figure, a table, an exercise, or a page
of the site. Within its section it names no page, as there the reader need
not search, nor when its paragraph has named it before. Neither does a term,
a symbol, a function, or a source, whose places are known.

That is decided before anything is on a page: where the numbers stand does
not depend on them, and they are right when the print is the same twice.
"""

import re
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import NavigableString

REFERENCE = (
    "a.solves, a.reference.internal:is([href*='--equation-'],"
    " :has(> .std-doc, > .std-numref, > .std-ref):not([href*='--sym-']))"
)
HEADINGS = ["h1", "h2", "h3"]  # name none
PLACE = re.compile('(?<=<span class="page">)#([^<]+)')
UNKNOWN = "000"  # the number of a page, before it has been printed
BLOCKS = ["p", "li", "dd", "td", "figcaption"]


def mark(content: Tag) -> None:
    """Give references the places for the numbers of their pages."""
    places = {f"#{place['id']}": place for place in content.select("[id]")}
    for link in first_ones(content):
        target = places.get(str(link["href"]))
        if target is None or section(target) is not section(link):
            add_place(link)


def first_ones(content: Tag) -> Iterator[Tag]:
    """Yield the references of a page, of equal ones in a block the first."""
    seen = set()
    for link in content.select(REFERENCE):
        key = id(link.find_parent(BLOCKS)), link["href"]
        if key not in seen and not link.find_parent(HEADINGS):
            seen.add(key)
            yield link


def section(element: Tag) -> Tag:
    """Return the section that an element is in, below that of its page."""
    return element.find_parents("section")[-2:][0]


def add_place(link: Tag) -> None:
    """Let a link end with the place of a number, within brackets.

    It holds the link's target until the number is known.
    """
    place = Tag(name="span", attrs={"class": "page"})
    place.string = str(link["href"])
    last = link.contents[-1]
    if isinstance(last, NavigableString) and last.endswith(")"):
        last.replace_with(f"{last[:-1]}, ", place, ")")
    else:
        link.extend([" (", place, ")"])


def fill(document: str, numbers: dict[str, int]) -> str:
    """Return a document that states the numbers of pages, if known."""

    def state(place: re.Match[str]) -> str:
        return f"p.&nbsp;{numbers.get(place[1], UNKNOWN)}"

    return PLACE.sub(state, document)
