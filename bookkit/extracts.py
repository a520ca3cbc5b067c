"""Extracts: what is taken out of the text of pages, such as their findings.

A build writes them into files before it runs pages, and its kernels read the
files. So a page that shows an extract does not depend on the text of other
pages, and an edit of prose does not run it.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from bookkit import files

FOLDER = "_build/extracts"  # in the root of a book
SETTING = "CHAPTER_EXTRACTS"  # names the folder, in the kernels of a build
MAKERS: dict[str, Callable[[], Any]] = {}


def from_pages(make: Callable[[], Any]) -> Callable[[], Any]:
    """Decorate a function that takes plain data out of the text of pages.

    In the kernels of a build, it returns what the build has found.
    """
    name = f"{make.__module__}.{make.__qualname__}.json"
    MAKERS[name] = make

    @wraps(make)
    def read_or_make() -> Any:
        if folder := os.environ.get(SETTING):
            return json.loads(Path(folder, name).read_text("utf-8"))
        return make()

    return read_or_make


def write_all(folder: Path) -> None:
    """Write the extracts that have changed."""
    for name, make in MAKERS.items():
        with suppress(FileNotFoundError):  # a book without that page
            files.keep_text(folder / name, json.dumps(make(), indent=1))
