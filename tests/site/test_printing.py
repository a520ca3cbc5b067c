"""The PDF of the chapter."""

from unicodedata import normalize

import pypdfium2
import pytest
from chapter.export.downloads import PDF
from chapter.print import browser as chromium
from shared.site import PAGES, SITE, article, front_matter
from shared.tools import need

pytestmark = pytest.mark.proof


def plain(text):
    """Resolve ligatures, and remove all space."""
    return "".join(normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def pdf(built):
    if chromium.find_browser() is None:
        need("Chromium", "to print the PDF")
    with pypdfium2.PdfDocument(SITE / PDF) as pdf:
        yield pdf


def test_contents_and_outline_list_all_pages_and_sections(pdf):
    outline = [plain(entry.get_title()) for entry in pdf.get_toc()]
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    whole = plain("".join(pages))
    for name in PAGES:
        if front_matter(name).get("print") is False:
            continue
        for heading in article(name).select("h1, h2"):
            title = plain(heading.get_text().removesuffix("#"))
            assert title in outline
            assert whole.count(title) >= 2  # in the contents, and in place


def test_the_pdf_has_light_colours(pdf):
    for page in pdf:
        shades = page.render(scale=0.5, grayscale=True).to_pil().histogram()
        assert sum(shades[:128]) < 0.2 * sum(shades)
