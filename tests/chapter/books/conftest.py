"""A small book, built once, that each test gets in its original state."""

import shutil

import pytest
from shared.book import make_book


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """Build a book of one page; return it, and the folder of a copy."""
    folder = tmp_path_factory.mktemp("book")
    book = make_book(folder / "chapter")
    book.build()
    return book, shutil.copytree(book.root, folder / "copy")


@pytest.fixture
def book(original):
    """Return the book as it was built.

    Its folder is always the same: in another one Sphinx would read all pages.
    """
    book, copy = original
    shutil.rmtree(book.root)
    shutil.copytree(copy, book.root)
    return book
