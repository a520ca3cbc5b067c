"""Limit what the cells of a notebook print."""

import sys
from collections.abc import Callable
from functools import wraps

from IPython import get_ipython

MOST = 1_000_000  # characters of a cell: a browser, and a marker, can take it


def limit_output() -> None:
    """Let each cell print so much and no more, in whatever way it writes."""
    shell, left = get_ipython(), MOST

    def renew(*_: object) -> None:
        nonlocal left
        left = MOST

    def limited(write: Callable[[str], int]) -> Callable[[str], int]:
        @wraps(write)
        def write_some(text: str) -> int:
            nonlocal left
            was_left, left = left, left - len(text)
            if left >= 0:
                return write(text)
            if was_left >= 0:
                write(f"\n… more than {MOST} characters are not shown\n")
            return len(text)

        return write_some

    if shell is None:  # outside a notebook
        return
    for file in (sys.stdout, sys.stderr):
        if not hasattr(file.write, "__wrapped__"):  # the cell runs again
            file.write = limited(file.write)  # type: ignore[method-assign]
    shell.events.register("pre_run_cell", renew)
