"""The PDF of the chapter."""

from unicodedata import normalize

import pypdfium2
import pytest
from chapter.export.downloads import PDF
from chapter.markup import parse
from chapter.print import browser as chromium
from shared.site import PAGES, SITE, article
from shared.tools import need

pytestmark = pytest.mark.proof


def plain(text):
    """Resolve ligatures, and remove all space."""
    return "".join(normalize("NFKC", text).split())


def titles(name, selector):
    """Return the titles of a page, in order."""
    found = article(name).select(selector)
    return [plain(title.get_text().removesuffix("#")) for title in found]


@pytest.fixture(scope="module")
def pdf(built):
    if chromium.find_browser() is None:
        need("Chromium", "to print the PDF")
    with pypdfium2.PdfDocument(SITE / PDF) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def texts(pdf):
    """Return the text of each page."""
    return [plain(p.get_textpage().get_text_bounded()) for p in pdf]


def test_contents_and_outline_list_all_pages_and_sections(pdf, texts):
    outline = [plain(entry.get_title()) for entry in pdf.get_toc()]
    whole = "".join(texts)
    for name in PAGES:
        for title in titles(name, "h1, h2"):
            assert title in outline
            assert whole.count(title) >= 2  # in the contents, and in place


def test_folds_are_open(texts):
    whole = "".join(texts)
    for name in PAGES:
        for code in article(name).select("details pre"):
            first, *_ = code.get_text().splitlines()
            assert plain(first) in whole


def test_solutions_follow_all_exercises_of_their_page(texts):
    def page_number(text):
        (found,) = (i for i, page in enumerate(texts) if text in page)
        return found

    for name in PAGES:
        exercises = titles(name, ".exercise > .admonition-title")
        solutions = [f"{x.partition('–')[0]})Exercise" for x in exercises]
        last = max(map(page_number, exercises), default=0)
        assert last <= min(map(page_number, solutions), default=0)


@pytest.mark.usefixtures("pdf")
def test_links_within_the_document_lead_to_a_place():
    text = (SITE.parent / "print" / "chapter.html").read_text("utf-8")
    document = parse(text)
    places = {f"#{element['id']}" for element in document.select("[id]")}
    links = {link["href"] for link in document.select("a[href^='#']")}
    assert links and links <= places


def test_the_pdf_has_light_colours(pdf):
    for page in pdf:
        shades = page.render(scale=0.5, grayscale=True).to_pil().histogram()
        assert sum(shades[:128]) < 0.2 * sum(shades)
