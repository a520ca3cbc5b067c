"""What a shared link shows of a page."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from chapter import state
from chapter.theme import open_graph
from shared.book import PAGE

DESCRIBED = PAGE.replace(
    "---\n", "---\nmyst:\n  html_meta:\n    description: A sentence.\n", 1
)


def shown(book):
    """Return the tags for a shared link, and their contents."""
    page = BeautifulSoup(book.html(), "html.parser")
    tags = page.select("meta[property^='og:']")
    return {tag["property"]: tag["content"] for tag in tags}


def test_a_shared_page_has_a_title_its_description_and_a_picture(book):
    assert shown(book) == {}  # there is no address
    (book.root / "book" / "index.md").write_text(DESCRIBED, "utf-8")
    address = "https://ada.example/rnn"
    book.edit("_config.yml", 'baseurl: ""', f"baseurl: {address}")
    book.build()
    tags = shown(book)
    assert tags["og:title"] == "A Page"
    assert tags["og:description"] == "A sentence."
    assert tags["og:url"] == f"{address}/book/index.html"
    picture = tags["og:image"].removeprefix(f"{address}/")
    assert (book.site / picture).is_file() and tags["og:image:alt"]


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("ada/rnn", "https://ada.github.io/rnn/"),
        ("ada/ada.github.io", "https://ada.github.io/"),
    ],
)
def test_the_address_may_be_that_of_the_repository(
    repository, address, monkeypatch
):
    build = SimpleNamespace(repository=repository)
    config = SimpleNamespace(html_baseurl=None, html_title="A Book")
    monkeypatch.setattr(state, "get_build", lambda _: build)
    open_graph.find_address(None, config)
    assert config.ogp_site_url == address
