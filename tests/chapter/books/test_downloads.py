"""The PDF and the zip of a small book."""

import zipfile

import pypdfium2
from chapter.export.downloads import PDF, ZIP
from chapter.print import browser
from shared.tools import need

REQUEST = {"CHAPTER_DOWNLOADS": "yes"}


def download_links(book):
    """Return the targets of the menu of downloads."""
    links = book.select(".dropdown-download-buttons .dropdown-menu a")
    return {link["href"].removeprefix("../") for link in links}


def test_downloads_are_made_on_request_and_again_after_a_change(book):
    if browser.find_browser() is None:
        need("Chromium", "to print the PDF")
    sources = {"_sources/book/index.ipynb", "_sources/book/index.md"}
    assert download_links(book) == sources
    book.build(**REQUEST)
    assert download_links(book) == {PDF, ZIP} | sources
    assert "printing the PDF" not in book.build(**REQUEST)
    book.write("\nProse.\n")
    book.build()
    assert download_links(book) == {PDF, ZIP} | sources  # both are kept
    book.build(**REQUEST)
    with pypdfium2.PdfDocument(book.site / PDF) as printed:
        pages = [page.get_textpage().get_text_bounded() for page in printed]
    assert "Prose." in pages[-1]
    with zipfile.ZipFile(book.site / ZIP) as archive:
        packed = {name.removeprefix("html/") for name in archive.namelist()}
        assert archive.read(f"html/{PDF}") == (book.site / PDF).read_bytes()
    files = {file for file in book.site.rglob("*") if file.is_file()}
    assert {str(f.relative_to(book.site)) for f in files} - packed == {ZIP}
