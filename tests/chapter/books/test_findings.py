"""Findings that are false."""

from shared.book import cell

FALSE = cell(
    "from bookkit import finding\n\n"
    "finding('moon-is-cheese', 'The moon is made of cheese.', False)"
)


def test_a_false_finding_is_listed_without_failing_the_build(book):
    book.write(FALSE)
    for _ in range(2):  # also when the page comes from the cache
        *_, head, line = book.build().strip().splitlines()
        assert "these findings came out otherwise:" in head
        assert line == "book/index: The moon is made of cheese."
        assert "“The moon is made of cheese.”" in book.html()
        book.write(FALSE + "\nProse.\n")
