"""A small book that is built once, and given to each test as it was."""

import shutil

import pytest
from shared.book import make_book


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """Build a book of one page; return it, and where a copy is kept."""
    folder = tmp_path_factory.mktemp("book")
    book = make_book(folder / "chapter")
    book.build()
    return book, shutil.copytree(book.root, folder / "kept")


@pytest.fixture
def book(original):
    """Give the book of one page as it was when it had been built.

    It is always at the same place: elsewhere Sphinx would read all again.
    """
    book, kept = original
    shutil.rmtree(book.root)
    shutil.copytree(kept, book.root)
    return book
