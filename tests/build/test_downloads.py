"""The PDF and the zip of a small book: made when asked for, and renewed."""

import os
import zipfile

import pytest
from bs4 import BeautifulSoup
from chapter.offer.downloads import PDF, ZIP
from chapter.print import browser
from shared.book import meddle
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
    printed, packed = book.site / PDF, book.site / ZIP
    sources = {"_sources/book/index.ipynb", "_sources/book/index.md"}
    assert offered(book) == sources and not printed.parent.exists()
    assert "printing the PDF" in book.build(**ASKED)
    first = printed.read_bytes()
    assert first.startswith(b"%PDF")
    assert offered(book) == {PDF, ZIP} | sources
    assert "printing the PDF" not in book.build(**ASKED)
    book.write("\nProse.\n")
    assert "printing the PDF" not in book.build()  # unasked, both stay
    assert printed.read_bytes() == first
    assert offered(book) == {PDF, ZIP} | sources
    book.build("-q", **ASKED)
    assert printed.read_bytes() != first
    with zipfile.ZipFile(packed) as archive:
        assert archive.read(f"chapter/{PDF}") == printed.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="the browser is a script")
def test_a_pdf_that_cannot_be_printed_fails_the_build(book, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    for _ in range(2):
        *_, last = book.fail(PATH=path, **ASKED).strip().splitlines()
        assert "Chromium cannot print the PDF" in last
        assert "exit status 3" in last
        assert not (book.site / ZIP).exists()


def test_without_a_browser_there_is_no_pdf(book, tmp_path):
    path = meddle(
        tmp_path,
        "import shutil\n"
        "found = shutil.which\n"
        "def which(name, *args, **kwargs):\n"
        "    if 'chrom' not in str(name).lower():\n"
        "        return found(name, *args, **kwargs)\n"
        "shutil.which = which\n",
    )
    old = book.site / PDF
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_text("an old one", "utf-8")
    printed = book.build(PYTHONPATH=path, **ASKED)
    assert "no PDF is made: there is no Chromium or Chrome" in printed
    assert not old.exists()
