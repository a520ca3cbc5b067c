"""Ctrl-C ends a build in one line, and all the processes that it began."""

import signal
import sys
from contextlib import suppress

import psutil
from sphinx.application import Sphinx


def interrupt(signal_number: int, frame: object) -> None:
    """Leave by SystemExit, which nothing on the way takes for a failure."""
    print("\nbuild interrupted: the pages that are done are kept", flush=True)
    sys.exit(128 + signal_number)


def end_processes() -> None:
    """End the kernels, and the trainings."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.terminate()


def setup(app: Sphinx) -> dict:
    """Take Ctrl-C, unless it has been turned off, as for background jobs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    return {"parallel_read_safe": True}
