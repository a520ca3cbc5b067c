"""Menus above a page: to run it, for any fork, and to download it."""

import subprocess
from itertools import product

import pytest
from bs4 import BeautifulSoup
from chapter.offer import fork, launch
from chapter.offer.downloads import PDF, ZIP
from chapter.print import browser as chromium
from shared import checkers
from shared.site import NOTEBOOKS, PAGES, page
from shared.tabs import go, watched

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
HUB = "https://hub.uni.edu"
GITHUB = {fork.REPOSITORY: "https://github.com/ada/chapter"}


@pytest.fixture
def published(book):
    """Return a function that builds the book, and gives its two pages."""
    book.list_pages("book/prose")
    (book.root / "book" / "prose.md").write_text("# Prose\n\nText.\n", "utf-8")

    def published(**environment):
        book.build(**environment)
        return [
            BeautifulSoup(book.html(f"book/{name}"), "html.parser")
            for name in ("index", "prose")
        ]

    return published


def git(book, *command):
    """Run git in a book, as somebody."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *identity, *command], cwd=book.root, check=True)


def menu(document, label):
    """Return the entries of a menu and where they lead."""
    links = document.select(f".dropdown-{label} .dropdown-menu a")
    return {link.get_text(strip=True): link["href"] for link in links}


def test_without_a_fork_there_is_no_button(published, book):
    services = (BINDER, COLAB, HUB, "https://github.com")
    for document in published(**{launch.HUB: HUB}):
        assert document.select(".dropdown-launch-buttons") == []
        assert "live" not in str(document)
        for link in document.select("a[href]"):
            assert not link["href"].startswith(services)
    assert list(book.site.rglob("live.*")) == []


def test_the_origin_decides_and_then_the_environment(published, book):
    git(book, "init", "--quiet", "--initial-branch", "main")
    git(book, "remote", "add", "origin", "git@github.com:ada/chapter.git")
    notebook, _ = published()
    assert menu(notebook, "launch-buttons") == {}
    git(book, "commit", "--quiet", "--allow-empty", "-m", "Published")
    git(book, "update-ref", f"refs/remotes/origin/{launch.NOTEBOOKS}", "HEAD")
    notebook, prose = published()
    binder = f"{BINDER}/v2/gh/ada/chapter/notebooks"
    page = "book/index.ipynb"
    assert menu(notebook, "launch-buttons") == {
        "Binder": f"{binder}?urlpath=lab/tree/{page}",
        "Colab": f"{COLAB}/github/ada/chapter/blob/notebooks/{page}",
    }
    assert menu(prose, "launch-buttons") == {}
    notebook, _ = published(**{  # the pages are written again
        fork.REPOSITORY: "https://gitlab.com/a/b/chapter",
        fork.BRANCH: "next",
        launch.HUB: f"{HUB}/",
    })  # fmt: skip
    found = menu(notebook, "launch-buttons")
    assert list(found) == ["Binder", "JupyterHub"]
    assert found["Binder"].startswith(f"{BINDER}/v2/gl/a%2Fb%2Fchapter/note")
    assert found["JupyterHub"].startswith(f"{HUB}/hub/user-redirect/git-pull?")
    first = book.site / "_sources" / "book" / "index.ipynb"
    archive = "https://gitlab.com/a/b/chapter/-/archive/notebooks/"
    assert archive in first.read_text("utf-8")


def look_at_menus(tab, width):
    """Open each menu by the keyboard, look at it, and close it."""
    for label in ("launch", "download"):
        group = tab.locator(f".dropdown-{label}-buttons")
        group.locator("> button").press("Enter")
        entries = group.locator(".dropdown-menu")
        entries.wait_for()
        box = entries.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert checkers.axe_violations(tab) == []
        tab.keyboard.press("ArrowDown")
        focused = tab.evaluate("document.activeElement.textContent")
        assert focused == entries.locator("a").first.text_content()
        tab.keyboard.press("Escape")
        assert not entries.is_visible()


def test_a_configured_hub_is_offered_by_an_accessible_menu(
    published, book, browser, tools
):
    book.edit("_config.yml", 'jupyterhub_url: ""', f"jupyterhub_url: {HUB}")
    notebook, _ = published(**GITHUB)
    assert "JupyterHub" in menu(notebook, "launch-buttons")
    with checkers.served(book.site) as address:
        for width, scheme in product((390, 1280), ("light", "dark")):
            with watched(browser, address, width, scheme) as watch:
                tab = watch.context.new_page()
                go(tab, f"{address}/book/index.html")
                look_at_menus(tab, width)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_chapter_offers_its_files(built, name):
    found = menu(page(name), "download-buttons")
    up = "../" * name.count("/")
    expected = {
        "Text source (.md)": f"{up}_sources/{name}.md",
        "Whole chapter (.pdf)": f"{up}{PDF}",
        "Whole site (.zip)": f"{up}{ZIP}",
    }
    if name in NOTEBOOKS:
        expected["Notebook (.ipynb)"] = f"{up}_sources/{name}.ipynb"
    if chromium.find() is None:
        del expected["Whole chapter (.pdf)"]
    assert found == expected
    for link in page(name).select(".dropdown-download-buttons a"):
        assert link.has_attr("download")
    assert "window.print" not in str(page(name))
