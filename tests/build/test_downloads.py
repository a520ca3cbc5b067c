"""The PDF and the zip of a small book."""

import zipfile
from types import SimpleNamespace
from urllib.parse import urljoin

import pypdfium2
from bs4 import BeautifulSoup
from chapter.export.downloads import PDF, ZIP
from chapter.markup import parse
from chapter.print import browser, single_html
from shared.tools import need

REQUEST = {"CHAPTER_DOWNLOADS": "yes"}


def download_links(book):
    """Return the targets of the menu of downloads."""
    page = BeautifulSoup(book.html(), "html.parser")
    links = page.select(".dropdown-download-buttons .dropdown-menu a")
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


def test_the_pdf_has_style_and_pictures_whatever_the_site_is_called(tmp_path):
    site = tmp_path / "My site"
    page = site / "book" / "index.html"
    page.parent.mkdir(parents=True)
    image = '<img src="../_images/a.png" loading="lazy">'
    page.write_text(f'<article class="bd-article">{image}</article>', "utf-8")
    app = SimpleNamespace(
        outdir=site,
        env=SimpleNamespace(collect_relations=lambda: ["book/index"]),
        config=SimpleNamespace(language="en", html_title="", author=""),
    )
    document = parse(single_html.build_document(app))
    place = (tmp_path / "print" / "chapter.html").as_uri()
    style, image = document.select_one("link"), document.select_one("img")
    for address, file in (
        (style["href"], "_static/style.css"),
        (image["src"], "_images/a.png"),
    ):
        assert urljoin(place, address) == (site / file).as_uri()
