"""A small book that is built once, and given to each test as it was."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from shared.book import Book, make_book


class Original(NamedTuple):
    """A book that is built, a copy to restore it, and what it printed."""

    book: Book
    kept: Path
    printed: str


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """Build a book of one page."""
    folder = tmp_path_factory.mktemp("book")
    book = make_book(folder / "chapter")
    printed = book.build()
    shutil.copytree(book.root, folder / "kept")
    return Original(book, folder / "kept", printed)


@pytest.fixture
def book(original):
    """Give the book of one page as it was when it had been built.

    It is always at the same place: elsewhere Sphinx would read all again.
    """
    shutil.rmtree(original.book.root)
    shutil.copytree(original.kept, original.book.root)
    return original.book
