"""Ctrl-C ends a build in one line, and all the processes that it began."""

import signal
import sys
from concurrent.futures import Future, wait
from contextlib import suppress

import psutil
from sphinx.application import Sphinx


def interrupt(signal_number: int, frame: object) -> None:
    """Leave by SystemExit, which nothing on the way takes for a failure."""
    print("\nbuild interrupted: the pages that are done are kept", flush=True)
    # nbclient stumbles at exit over a kernel that was ended as it began.
    sys.unraisablehook = lambda unraisable: None
    sys.exit(128 + signal_number)


def end_processes() -> None:
    """End the kernels, and the trainings."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.terminate()


def end_page(page: Future) -> None:
    """End the kernel of ``page``, also one that is only about to begin."""
    while not page.done():
        end_processes()
        wait([page], timeout=0.1)


def setup(app: Sphinx) -> dict:
    """Take Ctrl-C, unless it has been turned off, as for background jobs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    return {"parallel_read_safe": True}
