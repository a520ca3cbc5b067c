"""The PDF and the zip of a small book: made when asked for, and renewed."""

import zipfile
from types import SimpleNamespace

import pypdfium2
from bs4 import BeautifulSoup
from chapter.export.downloads import PDF, ZIP
from chapter.print import browser, pdf
from shared.tools import need

ASKED = {"CHAPTER_DOWNLOADS": "yes"}


def offered(book):
    """Return where the menu of the page leads to."""
    page = BeautifulSoup(book.html(), "html.parser")
    links = page.select(".dropdown-download-buttons .dropdown-menu a")
    return {link["href"].removeprefix("../") for link in links}


def test_they_are_made_if_asked_for_and_anew_if_the_site_has_changed(book):
    if browser.find() is None:
        need("Chromium", "to print the PDF")
    sources = {"_sources/book/index.ipynb", "_sources/book/index.md"}
    assert offered(book) == sources
    book.build(**ASKED)
    assert offered(book) == {PDF, ZIP} | sources
    assert "printing the PDF" not in book.build(**ASKED)
    book.write("\nProse.\n")
    book.build()
    assert offered(book) == {PDF, ZIP} | sources  # unasked, both stay
    book.build(**ASKED)
    with pypdfium2.PdfDocument(book.site / PDF) as printed:
        pages = [page.get_textpage().get_text_bounded() for page in printed]
    assert "Prose." in pages[-1]
    with zipfile.ZipFile(book.site / ZIP) as archive:
        held = {name.removeprefix("html/") for name in archive.namelist()}
        assert archive.read(f"html/{PDF}") == (book.site / PDF).read_bytes()
    files = {file for file in book.site.rglob("*") if file.is_file()}
    assert {str(f.relative_to(book.site)) for f in files} - held == {ZIP}


def test_without_a_browser_there_is_no_pdf(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "find", lambda: None)
    old = tmp_path / PDF
    old.parent.mkdir()
    old.write_text("an old one", "utf-8")
    pdf.make(SimpleNamespace(outdir=tmp_path))
    assert not old.exists()
