"""Extracts: what is taken out of the text of pages, such as their findings.

A build writes them into files before it runs pages, and its kernels read the
files. So a page that shows an extract does not depend on the text of other
pages, and an edit of prose does not run it.
"""

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from bookkit import files

FOLDER = "_build/extracts"  # in the root of a book
SETTING = "CHAPTER_EXTRACTS"  # names it, in the kernels of a build
T = TypeVar("T")


def file_name(make: Callable[[], T]) -> str:
    """Return the name of the file of an extract, made by a function."""
    return f"{make.__module__}.{make.__qualname__}.json"


def from_pages(make: Callable[[], T]) -> Callable[[], T]:
    """Decorate a function that takes plain data out of the text of pages.

    In the kernels of a build, it returns what the build has found.
    """

    @wraps(make)
    def read_or_make() -> T:
        if folder := os.environ.get(SETTING):
            file = Path(folder, file_name(make))
            found: T = json.loads(file.read_text("utf-8"))
            return found
        return make()

    return read_or_make


def write(folder: Path, *extracts: Callable[[], Any]) -> None:
    """Write the extracts that have changed, given what returns them."""
    for extract in extracts:
        file = folder / file_name(extract)
        try:
            files.keep_text(file, json.dumps(extract(), indent=1))
        except FileNotFoundError:  # the book has no such page
            file.unlink(missing_ok=True)
