"""The menu that launches a page on Binder and Colab."""

import subprocess

from chapter.export import launch

PAGE = "book/index.ipynb"
URL = 'url: ""'  # in _config.yml


def launch_links(book):
    """Return the entries of the menu and their addresses."""
    links = book.select(".dropdown-launch-buttons .dropdown-menu a")
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
