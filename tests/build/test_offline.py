"""The site as one zip: all of it, the same each time, read from a disk."""

import os
import zipfile
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from chapter.offer import offline
from chapter.offer.downloads import ZIP
from shared.book import contents
from shared.site import SITE


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(SITE / ZIP) as archive:
        archive.extractall(folder)
    return folder


def test_the_zip_is_the_site_and_nothing_else(unpacked):
    assert [path.name for path in unpacked.iterdir()] == ["chapter"]
    site = contents(SITE)
    del site[ZIP]
    held = contents(unpacked / "chapter")
    assert set(held) == set(site)
    for name, content in held.items():
        if name.endswith(".html"):
            page = BeautifulSoup(content, "html.parser")
            offering = BeautifulSoup(site[name], "html.parser")
            for link in offering.select(f"a[href$='{ZIP}']"):
                link.parent.decompose()
            assert page.encode().split() == offering.encode().split(), name
        else:
            assert content == site[name], name


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


@pytest.fixture
def app(tmp_path):
    """Stand for a build that has written a small site."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.html").write_text("A page.", "utf-8")
    (tmp_path / "index.html").write_text("The first.", "utf-8")
    env = SimpleNamespace(found_docs=set())  # none of these has a menu
    return SimpleNamespace(outdir=tmp_path, env=env)


def test_the_same_site_makes_the_same_zip_and_another_another(app):
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
    (app.outdir / "index.html").unlink()
    (app.outdir / "book" / "page.html").write_text("Another.", "utf-8")
    offline.make(app)
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["chapter/book/page.html"]
        assert archive.read("chapter/book/page.html") == b"Another."
