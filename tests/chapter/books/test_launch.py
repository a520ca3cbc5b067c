"""The menus that launch a page, and lead to its repository and its text."""

import subprocess

from chapter.export import launch

PAGE = "book/index.ipynb"
URL = 'url: ""'  # in _config.yml


def shown_links(book):
    """Return the entries of the two menus and their addresses."""
    menus = ".dropdown-launch-buttons, .dropdown-source-buttons"
    links = [a for menu in book.select(menus) for a in menu.select("a")]
    return {link.get_text(strip=True): link["href"] for link in links}


def expected_links(repository):
    """Return the entries that the menus should have for a repository."""
    binder = f"https://mybinder.org/v2/gh/{repository}/notebooks"
    colab = f"https://colab.research.google.com/github/{repository}"
    github = f"https://github.com/{repository}"
    return {
        "Binder": f"{binder}?urlpath=lab/tree/{PAGE}",
        "Colab": f"{colab}/blob/notebooks/{PAGE}",
        "Repository": github,
        "Show source": f"{github}/blob/main/book/index.md?plain=1",
    }


def test_the_configured_repository_comes_before_the_origin(book):
    assert shown_links(book) == {}
    origin = "git@github.com:ada/chapter.git"
    for command in (["init", "--quiet"], ["remote", "add", "origin", origin]):
        subprocess.run(["git", *command], cwd=book.root, check=True)
    inside = book.root / "inside"
    inside.mkdir()
    assert launch.origin(inside) == ""
    book.build()
    assert shown_links(book) == expected_links("ada/chapter")
    assert "https://ada.github.io/chapter/book/index.html" in book.html()
    book.edit("_config.yml", URL, "url: https://github.com/grace/course")
    book.build()
    assert shown_links(book) == expected_links("grace/course")
    notebook = (book.site / "_sources" / PAGE).read_text("utf-8")
    assert "https://github.com/grace/course/archive/notebooks.zip" in notebook
