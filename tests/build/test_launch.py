"""The menu that launches a page on Binder and Colab."""

import subprocess

import pytest
from bs4 import BeautifulSoup
from chapter.export import launch
from shared import checkers
from shared.server import serve
from shared.tabs import go, watched

PAGE = "book/index.ipynb"
URL = 'url: ""'  # in _config.yml


def launch_links(book):
    """Return the entries of the menu and their addresses."""
    page = BeautifulSoup(book.html(), "html.parser")
    links = page.select(".dropdown-launch-buttons .dropdown-menu a")
    return {link.get_text(strip=True): link["href"] for link in links}


def expected_links(repository):
    """Return the entries that the menu should have for a repository."""
    binder = f"https://mybinder.org/v2/gh/{repository}/notebooks"
    colab = f"https://colab.research.google.com/github/{repository}"
    return {
        "Binder": f"{binder}?urlpath=lab/tree/{PAGE}",
        "Colab": f"{colab}/blob/notebooks/{PAGE}",
    }


def test_the_configured_repository_comes_before_the_origin(book):
    assert launch_links(book) == {}
    origin = "git@github.com:ada/chapter.git"
    for command in (["init", "--quiet"], ["remote", "add", "origin", origin]):
        subprocess.run(["git", *command], cwd=book.root, check=True)
    inside = book.root / "inside"
    inside.mkdir()
    assert launch.origin(inside) == ""
    book.build()
    assert launch_links(book) == expected_links("ada/chapter")
    assert "https://ada.github.io/chapter/book/index.html" in book.html()
    book.edit("_config.yml", URL, "url: https://github.com/grace/course")
    book.build()
    assert launch_links(book) == expected_links("grace/course")
    notebook = (book.site / "_sources" / PAGE).read_text("utf-8")
    assert "https://github.com/grace/course/archive/notebooks.zip" in notebook


def test_a_configured_repository_that_is_not_on_github_is_refused(book):
    book.edit("_config.yml", URL, "url: https://gitlab.com/ada/chapter")
    assert "https://gitlab.com/ada/chapter, which is not" in book.fail()


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://github.com/ada/chapter", "ada/chapter"),
        ("https://me:key@github.com/ada/chapter/", "ada/chapter"),
        ("http://www.github.com/ada/chapter", "ada/chapter"),
        ("git@github.com:ada/chapter.git", "ada/chapter"),
        ("ssh://git@github.com/ada/chapter", "ada/chapter"),
        ("ssh://git@github.com:22/ada/chapter.git", "ada/chapter"),
        ("", ""),
        ("https://gitlab.com/ada/chapter", ""),
        ("https://example.org/github.com/ada/chapter", ""),
        ("https://github.com/ada", ""),
    ],
)
def test_only_an_address_on_github_names_a_repository(address, repository):
    assert launch.parse_address(address) == repository


def test_menus_open_by_keyboard_and_fit_a_phone(book, browser, tools):
    book.edit("_config.yml", URL, "url: https://github.com/ada/chapter")
    book.build()
    with (
        serve(book.site) as address,
        watched(browser, address, width=390) as watch,
    ):
        tab = watch.context.new_page()
        go(tab, f"{address}/book/index.html")
        for label in ("launch", "download"):
            group = tab.locator(f".dropdown-{label}-buttons")
            group.locator("> button").press("Enter")
            entries = group.locator(".dropdown-menu")
            entries.wait_for()
            box = entries.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390
            assert checkers.axe_violations(tab) == []
            tab.keyboard.press("Escape")
            assert not entries.is_visible()
