"""Buttons that run a page, for any fork, and a menu of downloads."""

import subprocess
from itertools import product
from urllib.parse import parse_qs, urlsplit

from chapter.offer import fork
from chapter.offer import launch
from shared import checkers
import pytest
from shared.site import PAGES, SITE, build, page
from bs4 import BeautifulSoup

GITHUB = fork.parse("git@github.com:ada/chapter.git", "main")
GITLAB = fork.parse("https://gitlab.com/a/b/chapter", "new/style")
OWN = fork.parse("git@gitlab.uni.edu:course/chapter.git", "main")
BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
HUB = "https://hub.uni.edu"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (GITHUB, "gh/ada/chapter/main"),
        (GITHUB._replace(branch="new/style"), "gh/ada/chapter/new/style"),
        (GITHUB._replace(branch="a#b"), "gh/ada/chapter/a%23b"),
        (GITLAB, "gl/a%2Fb%2Fchapter/new/style"),
        (OWN, "git/https%3A%2F%2Fgitlab.uni.edu%2Fcourse%2Fchapter/main"),
    ],
)
def test_links_to_binder_as_it_reads_them(source, place):
    link = launch.binder(source, BINDER, "book/model")
    assert link == f"{BINDER}/v2/{place}?urlpath=lab/tree/book/model.md"


@pytest.mark.parametrize("source", [GITHUB, GITLAB, OWN])
def test_links_to_a_hub_as_nbgitpuller_reads_them(source):
    link = launch.hub(source, HUB, "book/model")
    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}" == HUB
    assert parts.path == "/hub/user-redirect/git-pull"
    assert parse_qs(parts.query) == {
        "repo": [source.url],
        "branch": [source.branch],
        "urlpath": ["lab/tree/chapter/book/model.md"],
    }


def test_no_hub_pulls_a_single_commit():
    assert launch.hub(GITHUB._replace(branch="0a" * 20), HUB, "page") is None


def test_links_to_colab_which_knows_github_alone():
    link = launch.colab(GITHUB._replace(branch="next"), COLAB, "book/model")
    expected = "github/ada/chapter/blob/notebooks/book/model.ipynb"
    assert link == f"{COLAB}/{expected}"
    assert launch.colab(GITLAB, COLAB, "book/model") is None
    assert launch.colab(OWN, COLAB, "book/model") is None


# The menus of a small book


@pytest.fixture
def published(book, git, monkeypatch):
    """Build the book with an origin; return its page and another."""
    toc = "format: jb-book\nroot: book/index\nchapters:\n- file: book/prose\n"
    (book / "_toc.yml").write_text(toc, "utf-8")
    (book / "book" / "prose.md").write_text("# Prose\n\nText.\n", "utf-8")

    def published(origin=None):
        if origin:
            git("init", "--quiet", "--initial-branch", "main")
            git("remote", "add", "origin", origin)
        result = build(book)
        assert result.returncode == 0, result.stdout
        return [
            BeautifulSoup(file.read_text("utf-8"), "html.parser")
            for name in ("index", "prose")
            for file in [book / "_build" / "html" / "book" / f"{name}.html"]
        ]

    return published


@pytest.fixture
def git(book):
    """Return a function that runs git in the book, as somebody."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]

    def git(*command):
        subprocess.run(["git", *identity, *command], cwd=book, check=True)

    return git


def menu(document, label):
    """Return the entries of a menu and where they lead."""
    links = document.select(f".dropdown-{label} .dropdown-menu a")
    return {link.get_text(strip=True): link["href"] for link in links}


def addresses(document):
    return {a["href"] for a in document.select("a[href^='http']")}


def test_without_a_fork_there_is_no_button(published, monkeypatch):
    monkeypatch.setenv(launch.HUB, HUB)
    for document in published():
        assert document.select(".dropdown-launch-buttons") == []
        services = {BINDER, COLAB, HUB, "https://github.com"}
        assert not any(a.startswith(tuple(services)) for a in
                       addresses(document))  # fmt: skip


def test_the_origin_decides_and_then_the_environment(
    published, book, git, monkeypatch
):
    notebook, _ = published("git@github.com:ada/chapter.git")
    assert list(menu(notebook, "launch-buttons")) == ["Binder"]
    git("commit", "--quiet", "--allow-empty", "-m", "For Colab")
    git("update-ref", f"refs/remotes/origin/{launch.NOTEBOOKS}", "HEAD")
    notebook, prose = published()
    found = menu(notebook, "launch-buttons")
    binder = f"{BINDER}/v2/gh/ada/chapter/main"
    assert found == {
        "Binder": f"{binder}?urlpath=lab/tree/book/index.md",
        "Colab": f"{COLAB}/github/ada/chapter/blob/notebooks/book/index.ipynb",
    }
    assert menu(prose, "launch-buttons") == {}
    monkeypatch.setenv(fork.REPOSITORY, "https://gitlab.com/a/b/chapter")
    monkeypatch.setenv(fork.BRANCH, "next")
    monkeypatch.setenv(launch.HUB, f"{HUB}/")
    notebook, _ = published()  # the pages are written again
    found = menu(notebook, "launch-buttons")
    assert list(found) == ["Binder", "JupyterHub"]
    assert found["Binder"].startswith(f"{BINDER}/v2/gl/a%2Fb%2Fchapter/next?")
    assert found["JupyterHub"].startswith(f"{HUB}/hub/user-redirect/git-pull?")
    first = (book / "_build/html/_sources/book/index.ipynb").read_text("utf-8")
    assert "https://gitlab.com/a/b/chapter/-/archive/next/" in first


def test_a_hub_can_be_configured(published, book):
    config = (book / "_config.yml").read_text("utf-8")
    changed = config.replace('jupyterhub_url: ""', f"jupyterhub_url: {HUB}")
    assert changed != config
    (book / "_config.yml").write_text(changed, "utf-8")
    notebook, _ = published("https://github.com/ada/chapter")
    found = menu(notebook, "launch-buttons")
    assert list(found) == ["Binder", "JupyterHub"]


def look_at_menus(tab, width):
    """Open each menu by the keyboard, look at it, and close it."""
    for label in ("launch", "download"):
        group = tab.locator(f".dropdown-{label}-buttons")
        group.locator("> button").press("Enter")
        entries = group.locator(".dropdown-menu")
        entries.wait_for()
        box = entries.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        found = tab.evaluate("axe.run().then(r => r.violations)")
        assert [violation["id"] for violation in found] == []
        tab.keyboard.press("ArrowDown")
        focused = tab.evaluate("document.activeElement.textContent")
        assert focused == entries.locator("a").first.text_content()
        tab.keyboard.press("Escape")
        assert not entries.is_visible()


def test_the_menus_open_by_the_keyboard_and_are_accessible(
    published, book, browser
):
    published("https://github.com/ada/chapter")
    checkers.install_tools()
    axe = checkers.TOOLS / "node_modules" / "axe-core" / "axe.min.js"
    with checkers.served(book / "_build" / "html") as address:
        for width, scheme in product((390, 1280), ("light", "dark")):
            with browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            ) as context:
                tab = context.new_page()
                tab.goto(f"{address}/book/index.html")
                tab.add_script_tag(path=axe)
                look_at_menus(tab, width)


# The downloads of the chapter


@pytest.mark.parametrize("name", PAGES)
def test_each_page_offers_its_files(built, name):
    found = menu(page(name), "download-buttons")
    is_notebook = (SITE / "_sources" / "book" / f"{name}.ipynb").exists()
    expected = {"Text source (.md)": f"../_sources/book/{name}.md"}
    if is_notebook:
        notebook = f"../_sources/book/{name}.ipynb"
        expected["Notebook (.ipynb)"] = notebook
    assert found.items() >= expected.items()
    assert ("Notebook (.ipynb)" in found) is is_notebook
    assert found["Whole site (.zip)"] == "../_downloads/chapter.zip"
    for link in page(name).select(".dropdown-download-buttons a"):
        assert link.has_attr("download")
    assert "window.print" not in str(page(name))
