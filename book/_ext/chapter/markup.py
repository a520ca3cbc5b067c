"""Parsing of HTML, with an error if an element that is needed is missing."""

from bs4 import BeautifulSoup, Tag


def parse(text: str) -> BeautifulSoup:
    """Parse the HTML of a page."""
    return BeautifulSoup(text, "html.parser")


def parse_element(html: str) -> Tag:
    """Return the only element of some HTML."""
    return select_one(parse(html), "*").extract()


def select_one(element: Tag, selector: str) -> Tag:
    """Return the first element that a selector matches in another.

    Raises ``LookupError`` if there is none.
    """
    found = element.select_one(selector)
    if found is None:
        raise LookupError(f"no {selector} in {str(element)[:70]}")
    return found


def bare_html(element: Tag) -> str:
    """Return the HTML in an element, without attributes, links and spans."""
    for part in element.find_all(True):
        part.attrs = {}
        if part.name in ("a", "span", "tex"):
            part.unwrap()
    return element.decode_contents().strip()
