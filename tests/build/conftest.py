"""A small book that is built once, and given to each test as it was."""

import shutil
from types import SimpleNamespace

import pytest
from shared.book import make_book


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """Build a book of one page; keep a copy, and what it printed."""
    folder = tmp_path_factory.mktemp("book")
    book = make_book(folder / "chapter")
    printed = book.build()
    kept = shutil.copytree(book.root, folder / "kept")
    return SimpleNamespace(book=book, kept=kept, printed=printed)


@pytest.fixture
def book(original):
    """Give the book of one page as it was when it had been built.

    It is always at the same place: elsewhere Sphinx would read all again.
    """
    shutil.rmtree(original.book.root)
    shutil.copytree(original.kept, original.book.root)
    return original.book
