"""The site as one zip: all of it, the same each time, read from a disk."""

import os
import zipfile
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from chapter.offer import offline
from chapter.offer.downloads import ZIP
from shared.site import SITE


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(SITE / ZIP) as archive:
        archive.extractall(folder)
    return folder


def files(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
    }


def test_the_zip_is_the_site_and_nothing_else(unpacked):
    assert [path.name for path in unpacked.iterdir()] == ["chapter"]
    site = files(SITE)
    del site[ZIP]
    held = files(unpacked / "chapter")
    assert set(held) == set(site)
    for name, content in held.items():
        if name.endswith(".html"):
            assert without_offer(content) == without_offer(site[name]), name
        else:
            assert content == site[name], name


def without_offer(page):
    """Return the parts of a page whose menu does not offer the zip."""
    html = BeautifulSoup(page, "html.parser")
    for link in html.select(f"a[href$='{ZIP}']"):
        link.parent.decompose()
    return html.encode().split()


def test_the_site_offers_the_zip_and_the_zip_does_not(unpacked):
    for folder, number in ((SITE, 1), (unpacked / "chapter", 0)):
        page = (folder / "book" / "model.html").read_text("utf-8")
        html = BeautifulSoup(page, "html.parser")
        assert len(html.select(f"a[href$='{ZIP}']")) == number


def test_the_unpacked_site_is_read_without_a_network(unpacked, browser):
    with browser.new_context(offline=True) as context:
        failed = []
        tab = context.new_page()
        tab.on("requestfailed", lambda request: failed.append(request.url))
        tab.goto((unpacked / "chapter" / "index.html").as_uri())
        tab.locator("a.right-next").click()
        tab.wait_for_url("**/book/corpus.html", wait_until="networkidle")
        for image in tab.locator("article img").all():
            image.scroll_into_view_if_needed()
            tab.wait_for_function(
                "image => image.complete && image.naturalWidth > 0",
                arg=image.element_handle(),
            )
        assert failed == []


def test_links_of_the_unpacked_site_lead_somewhere(unpacked):
    for page in unpacked.glob("chapter/**/*.html"):
        html = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        for link in html.select("a[href]"):
            address = unquote(link["href"].partition("#")[0].split("?")[0])
            if ":" not in address:
                assert (page.parent / address).exists(), (page, address)


@pytest.fixture
def app(tmp_path):
    """Stand for a build that has written a small site."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.html").write_text("A page.", "utf-8")
    (tmp_path / "index.html").write_text("The first.", "utf-8")
    env = SimpleNamespace(found_docs=set())  # none of these has a menu
    return SimpleNamespace(outdir=tmp_path, env=env)


def test_the_same_site_makes_the_same_zip(app):
    target = app.outdir / ZIP
    offline.make(app)
    first = target.read_bytes()
    target.unlink()
    os.utime(app.outdir / "index.html", (0, 0))
    offline.make(app)
    assert target.read_bytes() == first
    before = target.stat()
    offline.make(app)
    assert target.stat().st_mtime_ns == before.st_mtime_ns


def test_the_zip_follows_the_site(app):
    offline.make(app)
    (app.outdir / "index.html").unlink()
    (app.outdir / "book" / "page.html").write_text("Another.", "utf-8")
    offline.make(app)
    with zipfile.ZipFile(app.outdir / ZIP) as archive:
        assert archive.namelist() == ["chapter/book/page.html"]
        assert archive.read("chapter/book/page.html") == b"Another."
