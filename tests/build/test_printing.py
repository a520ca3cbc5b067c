"""The chapter as one PDF: contents, all pages, solutions, light colours."""

from unicodedata import normalize

import pypdfium2
import pytest
from chapter.offer.downloads import PDF
from chapter.print import browser as chromium
from shared.site import PAGES, SITE, article
from shared.tools import need


def plain(text):
    """Write out joined letters, and leave out all space."""
    return "".join(normalize("NFKC", text).split())


def titles(name, selector):
    """Return what a page has for titles, in order."""
    found = article(name).select(selector)
    return [plain(title.get_text().removesuffix("#")) for title in found]


@pytest.fixture(scope="module")
def pdf(built):
    if chromium.find() is None:
        need("Chromium", "to print the PDF")
    with pypdfium2.PdfDocument(SITE / PDF) as pdf:
        yield pdf


def test_the_pdf_has_contents_all_pages_and_solutions_after_exercises(pdf):
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    text = plain("".join(pages))
    outline = [plain(mark.get_title()) for mark in pdf.get_toc(max_depth=2)]
    assert outline[0] == "Contents"
    at = text.index("Contents")
    for title in [t for name in PAGES for t in titles(name, "h1, h2")]:
        assert title in outline
        at = text.index(title, at) + len(title)
    for name in PAGES:
        at = text.index(titles(name, "h1")[0], at)
        for exercise in titles(name, ".exercise > .admonition-title"):
            at = text.index(exercise, at)
        for exercise in titles(name, ".exercise > .admonition-title"):
            at = text.index(exercise.rpartition("(")[0], at + 1)


def test_the_pdf_is_light(pdf):
    for page in pdf:
        shades = page.render(scale=0.5, grayscale=True).to_pil().histogram()
        assert sum(shades[:128]) < 0.2 * sum(shades)
