"""A page that a reader's browser prints, from the dark: light, and whole."""

from unicodedata import normalize

import pypdfium2
import pytest
from shared.site import SITE, article
from shared.tabs import go

PAGE = "book/training"
SCREEN = ["Show the code", "code, test", "Search", "Contents", "Previous"]


@pytest.fixture(scope="module")
def paper(built, browser):
    """Print a page from dark mode, to which it returns."""
    with browser.new_context(color_scheme="dark") as context:
        tab = context.new_page()
        go(tab, (SITE / f"{PAGE}.html").as_uri())
        data = tab.pdf(format="A4", print_background=True)
        assert tab.get_attribute("html", "data-theme") == "dark"
    with pypdfium2.PdfDocument(data) as pdf:
        yield pdf


def plain(text):
    """Write out joined letters, and leave out all space."""
    return "".join(normalize("NFKC", text).split())


def test_what_is_printed_is_the_article(paper):
    pages = [page.get_textpage().get_text_bounded() for page in paper]
    text = plain(" ".join(pages))
    selector = "h1, h2, h3, figcaption .caption-text"
    for element in article(PAGE).select(selector):
        assert plain(element.get_text().removesuffix("#")) in text
    assert [said for said in SCREEN if plain(said) in text] == []


def test_print_is_light_whatever_the_screen_is(paper):
    for page in paper:
        shades = page.render(scale=2, grayscale=True).to_pil().histogram()
        assert sum(shades[:128]) < 0.1 * sum(shades) < sum(shades[240:]) / 8
