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


def test_the_zip_is_the_site_but_does_not_offer_itself(built):
    site = contents(SITE)
    del site[ZIP]
    with zipfile.ZipFile(SITE / ZIP) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert set(held) == {f"chapter/{name}" for name in site}
    for name, content in site.items():
        found = held[f"chapter/{name}"]
        if name.endswith(".html"):
            content, found = bare(content), BeautifulSoup(found, "html.parser")
            assert found.encode().split() == content.encode().split(), name
        else:
            assert found == content, name


def bare(page):
    """Return a page whose menu does not offer the zip."""
    html = BeautifulSoup(page, "html.parser")
    for link in html.select(f"a[href$='{ZIP}']"):
        link.parent.decompose()
    return html


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
