"""Train the models that pages need in the background, several at a time.

A page that needs a model would train it on one core. So the missing ones are
trained from the moment a build begins, and a page waits for its own.
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
        get_cache(state.get_build(app).cache).match_cache_notebook(notebook)
    except KeyError:
        return True
    return False


def start(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Start to train missing models if a page is going to need one."""
    if not any(needs_models(app, env, page) for page in pages):
        return
    process = Popen(
        [sys.executable, "-m", "bookkit.train"],
        cwd=app.srcdir,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None  # it is a pipe
    # The first line comes when damaged files are gone, so no page meets one.
    logger.info(process.stdout.readline().rstrip())
    Thread(target=log_lines, args=[process.stdout], daemon=True).start()
    atexit.register(terminate, process)  # however the build ends


def log_lines(lines: IO[str]) -> None:
    """Log the progress of the trainings."""
    for line in lines:
        logger.info(line.rstrip())


def terminate(process: Popen[str]) -> None:
    """Terminate trainings that no page has waited for, with all workers."""
    if os.name == "posix" and process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    process.terminate()
