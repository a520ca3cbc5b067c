"""Models that the pages need are trained ahead, side by side.

A page that wants a model would train it alone, on one core. So before the
first page runs, what is missing is put to work in the background; a page
that comes to it early waits.
"""

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import Popen
from threading import Thread
from typing import IO

import psutil
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from chapter import hooks, state
from chapter.execute import interruption

logger = logging.getLogger(__name__)


def needs_models(app: Sphinx, env: BuildEnvironment, page: str) -> bool:
    """Return whether a page has cells to execute that use trained models."""
    text = Path(env.doc2path(page)).read_text("utf-8")
    if "recipes" not in text:
        return False
    notebook = hooks.read_notebook(env, page, text)
    if notebook is None:
        return False
    try:
        get_cache(state.of(app).cache).match_cache_notebook(notebook)
    except KeyError:
        return True
    return False


def start(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Start to train what is missing, if a page is going to need it."""
    if not any(needs_models(app, env, page) for page in pages):
        return
    trainings = Popen(
        [sys.executable, "-m", "charrnn"],
        cwd=app.srcdir,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the build, which ends them
        text=True,
        encoding="utf-8",
    )
    assert trainings.stdout is not None  # it is a pipe
    # The first line comes when damaged files are gone, so no page meets one.
    logger.info(trainings.stdout.readline().rstrip())
    Thread(target=relay, args=[trainings.stdout], daemon=True).start()
    state.of(app).trainings = trainings
    atexit.register(end, trainings)  # should the build be interrupted


def relay(lines: IO[str]) -> None:
    """Show the progress of the trainings, as far as the terminal can."""
    for line in lines:
        logger.info(line.rstrip())


def stop(app: Sphinx) -> None:
    """End trainings that no page has waited for."""
    if trainings := state.of(app).trainings:
        end(trainings)


def end(trainings: Popen[str]) -> None:
    """End a process and what it began, unless it has ended.

    The number of a process that has ended may be another's by now.
    """
    if trainings.poll() is not None:
        return
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(trainings.pid)
        interruption.end_all([parent, *parent.children(recursive=True)])
