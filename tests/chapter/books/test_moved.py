"""Old addresses of pages and of their parts."""

from shared.book import INDEX
from shared.tabs import watched

OTHER, GONE = "book/other", "book/gone"
SECTIONS = "\n## Shared\n\n(old-name)=\n## New Name\n"


def test_old_addresses_lead_to_the_new_place_from_a_disk(book, browser):
    book.list_pages(GONE)
    book.write(page=GONE)
    book.build()
    assert "A Page" in book.html(GONE)
    (book.root / f"{GONE}.md").unlink()
    book.list_pages(OTHER)
    book.write("\n## Shared\n\n## Mine\n")
    book.write(SECTIONS, OTHER)
    setting = "moved_pages:"
    book.edit("_config.yml", setting, f"{setting}\n      {GONE}: {OTHER}")
    book.build()
    address = book.site.as_uri()
    with watched(browser, address) as watch:
        tab = watch.context.new_page()
        for old, new in [
            (f"{INDEX}.html#old-name", f"{OTHER}.html#old-name"),
            (f"{GONE}.html#mine", f"{INDEX}.html#mine"),
            (f"{GONE}.html#shared", f"{OTHER}.html#shared"),
            (f"{GONE}.html", f"{OTHER}.html"),
        ]:
            tab.goto(f"{address}/{old}", wait_until="commit")
            tab.wait_for_url(f"**/{new}")
    assert watch.outside == [] and watch.errors == []
