"""Ctrl-C ends a build in one line, and all the processes that it began."""

import os
import signal
from contextlib import suppress
from functools import partial
from types import FrameType

import psutil
from sphinx.application import Sphinx

from chapter import state
from chapter.execute import cache


def interrupt(app: Sphinx, number: int, frame: FrameType | None) -> None:
    """End the build at once.

    An exception would not do: Ctrl-C may come in the middle of a print, or
    in a callback of a library, where exceptions are ignored. Of a cache
    that no page was added to, there is nothing to say.
    """
    end_all(psutil.Process().children(recursive=True))
    build = state.BUILDS.get(app)  # none while it waits for its turn
    written = build is not None and cache.doubt(build.cache).exists()
    if build and written and not build.is_caching:  # each page is whole
        cache.check_inputs(app)
    os.write(1, b"\nbuild interrupted: the pages that are done are kept\n")
    os._exit(128 + number)


def end_all(processes: list[psutil.Process]) -> None:
    """End processes at once, and wait for their ends."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def take(app: Sphinx) -> None:
    """Take Ctrl-C, unless it has been turned off, as for background jobs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, partial(interrupt, app))
