"""What a shared link shows of a page."""

from shared.book import PAGE

DESCRIBED = PAGE.replace(
    "---\n", "---\nmyst:\n  html_meta:\n    description: A sentence.\n", 1
)


def shown(book):
    """Return the tags for a shared link, and their contents."""
    tags = book.select("meta[property^='og:']")
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
