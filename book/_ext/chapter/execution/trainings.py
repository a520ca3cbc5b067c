"""Models that the pages need are trained ahead, side by side.

A page that wants a model would train it alone, on one core. So before the
first page runs, what is missing is put to work in the background; a page
that comes to it early waits.
"""

import atexit
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import Popen
from threading import Thread
from typing import IO

from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from chapter import hooks, state

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
        [sys.executable, "-m", "bookkit.train"],
        cwd=app.srcdir,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
        encoding="utf-8",
    )
    assert trainings.stdout is not None  # it is a pipe
    # The first line comes when damaged files are gone, so no page meets one.
    logger.info(trainings.stdout.readline().rstrip())
    Thread(target=relay, args=[trainings.stdout], daemon=True).start()
    atexit.register(end, trainings)  # however the build ends


def relay(lines: IO[str]) -> None:
    """Show the progress of the trainings, as far as the terminal can."""
    for line in lines:
        logger.info(line.rstrip())


def end(trainings: Popen[str]) -> None:
    """End trainings that no page has waited for, each in its process."""
    if os.name == "posix" and trainings.poll() is None:
        os.killpg(trainings.pid, signal.SIGTERM)
    trainings.terminate()
