"""The markup of a page: what must be there is, or it is said what is not."""

from bs4 import BeautifulSoup, Tag


def parse(text: str) -> BeautifulSoup:
    """Return a page, given as text."""
    return BeautifulSoup(text, "html.parser")


def one(element: Tag, selector: str) -> Tag:
    """Return the first element that a selector finds in another.

    Raises ``LookupError`` if there is none.
    """
    found = element.select_one(selector)
    if found is None:
        raise LookupError(f"no {selector} in {str(element)[:70]}")
    return found
