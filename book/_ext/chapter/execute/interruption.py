"""Ctrl-C ends a build in one line, and all the processes that it began."""

import os
import signal
from contextlib import suppress
from functools import partial

import psutil
from sphinx.application import Sphinx

from chapter.execute import cache


def interrupt(app: Sphinx, signal_number: int, frame: object) -> None:
    """End the build at once.

    An exception would not do: Ctrl-C may come in the middle of a print, or
    in a callback of a library, where exceptions are ignored.
    """
    end_processes()
    if is_whole(app):
        cache.check_inputs(app)
    os.write(1, b"\nbuild interrupted: the pages that are done are kept\n")
    os._exit(128 + signal_number)


def is_whole(app: Sphinx) -> bool:
    """Return whether each page that is in the cache is there whole.

    Of a cache that no page was added to, there is nothing to say.
    """
    folder = getattr(app, "cache", None)
    written = folder is not None and cache.doubt(folder).exists()
    return written and not app.is_caching


def end_processes() -> None:
    """End the kernels, and the trainings."""
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def setup(app: Sphinx) -> dict:
    """Take Ctrl-C, unless it has been turned off, as for background jobs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, partial(interrupt, app))
    return {"parallel_read_safe": True}
