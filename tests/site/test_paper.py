"""A page that a reader's browser prints, from the dark: light, and whole."""

from unicodedata import normalize

import pypdfium2
import pytest
from shared.site import SITE, article
from shared.tabs import go

PAGE = "book/training"
SCREEN = [
    "Show the code",
    "Hide the code",
    "code, test",
    "Search",
    "Contents",
    "Previous",
    "By the charrnn authors",
]
CODE = "[...document.querySelectorAll('pre')].map(code => code.innerText)"
# Whether an element is another than before the page was printed.
KEEP = "() => { window.kept = [...document.querySelectorAll('pre')]; }"
KEPT = """() => [...document.querySelectorAll('pre')].every(
    (code, i) => code === window.kept[i])"""


@pytest.fixture(scope="module")
def paper(built, browser):
    """Print a page from dark mode; note what the page is afterwards."""
    with browser.new_context(color_scheme="dark") as context:
        tab = context.new_page()
        go(tab, (SITE / f"{PAGE}.html").as_uri())
        assert tab.get_attribute("html", "data-theme") == "dark"
        before = tab.evaluate(CODE)
        tab.evaluate(KEEP)
        data = tab.pdf(format="A4", print_background=True)
        assert tab.get_attribute("html", "data-theme") == "dark"
        assert tab.evaluate(KEPT) and tab.evaluate(CODE) == before
    with pypdfium2.PdfDocument(data) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def text(paper):
    """Return the text of the print, as ``plain`` writes it."""
    pages = [page.get_textpage().get_text_bounded() for page in paper]
    return plain(" ".join(pages))


def plain(text):
    """Write out joined letters, and leave out all space."""
    return "".join(normalize("NFKC", text).split())


def test_what_is_printed_is_the_article_with_its_number(text):
    titles = [
        plain(heading.get_text().removesuffix("#"))
        for heading in article(PAGE).select("h1, h2, h3")
    ]
    assert text.startswith(titles[0]) and titles[0].startswith("6.")
    assert [text.count(title) for title in titles] == [1] * len(titles)
    assert [said for said in SCREEN if plain(said) in text] == []


def test_print_is_light_whatever_the_screen_is(paper):
    """In dark mode, letters are grey on white, and a figure is a slab."""
    for page in paper:
        shades = page.render(scale=2, grayscale=True).to_pil().histogram()
        assert sum(shades[:100]) > 0.4 * sum(shades[:200])
        assert sum(shades[:128]) < 0.1 * sum(shades) < sum(shades[240:]) / 8


def test_all_figures_are_printed(paper, text):
    captions = article(PAGE).select("figcaption .caption-text")
    assert captions
    assert [c for c in captions if plain(c.get_text()) not in text] == []
