"""The menu of downloads of a small book, and its zip."""

import zipfile

from chapter.export.downloads import ZIP

REQUEST = {"CHAPTER_DOWNLOADS": "yes"}
SOURCES = {"_sources/book/index.ipynb", "_sources/book/index.md"}


def download_links(book):
    """Return the targets of the menu of downloads."""
    links = book.select(".dropdown-download-buttons .dropdown-menu a")
    return {link["href"].removeprefix("../") for link in links}


def test_the_zip_is_made_on_request_and_again_after_a_change(book):
    assert download_links(book) == SOURCES
    book.build(**REQUEST)
    assert download_links(book) == {ZIP} | SOURCES
    made = (book.site / ZIP).stat().st_mtime_ns
    book.build(**REQUEST)
    assert (book.site / ZIP).stat().st_mtime_ns == made
    book.write("\nProse.\n")
    book.build()
    assert download_links(book) == {ZIP} | SOURCES  # it is kept
    assert (book.site / ZIP).stat().st_mtime_ns == made
    book.build(**REQUEST)
    with zipfile.ZipFile(book.site / ZIP) as archive:
        packed = {name.removeprefix("html/") for name in archive.namelist()}
        assert b"Prose." in archive.read("html/book/index.html")
    files = (file for file in book.site.rglob("*") if file.is_file())
    names = {file.relative_to(book.site).as_posix() for file in files}
    assert packed == names - {ZIP} and names > {ZIP} | SOURCES
