"""Limit what the cells of a notebook print."""

import sys
from collections.abc import Callable
from typing import TextIO

from IPython import get_ipython

MOST = 1_000_000  # characters of a cell: a browser, and a marker, can take it
Write = Callable[[str], int]


def limit_output() -> None:
    """Let each cell print so much and no more, in whatever way it writes.

    This begins with the next cell. IPython has a function of its own in place
    of ``write`` while a cell runs, and keeps all that it writes.
    """
    kept = list[tuple[TextIO, Write]]()

    def begin(*_: object) -> None:
        for file in (sys.stdout, sys.stderr):
            kept.append((file, file.write))
            file.write = limited(file.write)  # type: ignore[method-assign]

    def end(*_: object) -> None:
        while kept:
            file, write = kept.pop()
            file.write = write  # type: ignore[method-assign]

    if shell := get_ipython():  # a notebook
        shell.events.register("pre_run_cell", begin)
        shell.events.register("post_run_cell", end)


def limited(write: Write) -> Write:
    """Return a function that writes the beginning, and a note on the rest."""
    left = MOST

    def write_some(text: str) -> int:
        nonlocal left
        was_left, left = left, left - len(text)
        if left >= 0:
            return write(text)
        if was_left >= 0:
            write(f"\n… more than {MOST} characters are not shown\n")
        return len(text)

    return write_some
