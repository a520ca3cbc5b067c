"""Ctrl-C ends a build in one line, and all the processes that it began."""

import atexit
import signal
import sys
from concurrent.futures import Future, wait
from contextlib import suppress

import psutil
from sphinx.application import Sphinx


def interrupt(signal_number: int, frame: object) -> None:
    """Leave by SystemExit, which nothing on the way takes for a failure.

    Ctrl-C may come in the middle of a print, so the word about it is left
    for the end. What nbclient has to say there, of a kernel that was ended
    as it began, is nobody's concern.
    """
    atexit.unregister(report)
    atexit.register(report)
    sys.unraisablehook = lambda unraisable: None
    sys.exit(128 + signal_number)


def report() -> None:
    """Say that the build was interrupted."""
    print("\nbuild interrupted: the pages that are done are kept", flush=True)


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
