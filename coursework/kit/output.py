"""Limit what the cells of a notebook print."""

import sys
from collections.abc import Callable
from typing import TextIO

from IPython import get_ipython

MOST = 1_000_000  # characters of a cell: a browser, and a marker, can take it
Write = Callable[[str], int]
KEPT: list[tuple[TextIO, Write]] = []  # how files write without a limit


def limit_output() -> None:
    """Let each later cell print so much and no more, in whatever way.

    While a cell runs, IPython has a function of its own in place of ``write``,
    which keeps all that it is given.
    """
    if shell := get_ipython():  # a notebook
        shell.events.register("pre_run_cell", begin)
        shell.events.register("post_run_cell", end)


def begin(*_: object) -> None:
    """Limit what files write."""
    for file in (sys.stdout, sys.stderr):
        KEPT.append((file, file.write))
        file.write = limited(file.write)  # type: ignore[method-assign]


def end(*_: object) -> None:
    """Let files write as before."""
    while KEPT:
        file, write = KEPT.pop()
        file.write = write  # type: ignore[method-assign]


def limited(write: Write) -> Write:
    """Return a function that writes the beginning, and a note on the rest."""
    left = MOST

    def write_some(text: str) -> int:
        nonlocal left
        shown, left = text[: max(left, 0)], left - len(text)
        if left < 0 <= left + len(text):
            shown += f"\n… more than {MOST} characters are not shown\n"
        write(shown)
        return len(text)

    return write_some
