"""The search knows all pages, whichever a build writes."""

import json

OTHER = "book/other"


def titles(book):
    line = (book.site / "sections.js").read_text("utf-8").partition(";\n")[0]
    entries = json.loads(line.removeprefix("const entries = "))
    return [entry["title"] for entry in entries]


def test_the_search_follows_each_page(book):
    book.list_pages(OTHER)
    book.write("\n## Its section\n", OTHER)
    book.build()
    assert titles(book) == ["A Page", "A Page", "Its section"]
    other = book.site / f"{OTHER}.html"
    written = other.stat().st_mtime_ns
    book.write("\n## A section\n")
    book.build()
    assert other.stat().st_mtime_ns == written
    assert titles(book) == ["A Page", "A section", "A Page", "Its section"]
    book.list_pages()
    (book.root / f"{OTHER}.md").unlink()
    book.build()
    assert titles(book) == ["A Page", "A section"]
