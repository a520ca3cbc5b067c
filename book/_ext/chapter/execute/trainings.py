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
from threading import Thread

import psutil
from jupyter_cache import get_cache
from myst_nb.core.read import create_nb_reader
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


def needs_models(env: BuildEnvironment, page: str) -> bool:
    """Return whether a page has cells to execute that use trained models."""
    path = env.doc2path(page)
    text = Path(path).read_text("utf-8")
    config = env.mystnb_config
    reader = create_nb_reader(path, env.myst_config, config, text)
    if reader is None or "recipes" not in text:
        return False
    try:
        cache = get_cache(config.execution_cache_path)
        cache.match_cache_notebook(reader.read(text))
    except KeyError:
        return True
    return False


def start(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Start to train what is missing, if a page is going to need it."""
    app.trainings = None
    if not any(needs_models(env, page) for page in pages):
        return
    app.trainings = subprocess.Popen(
        [sys.executable, "-m", "charrnn"],
        cwd=app.srcdir,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the build, which ends them
        text=True,
        encoding="utf-8",
    )
    # The first line comes when damaged files are gone, so no page meets one.
    logger.info(app.trainings.stdout.readline().rstrip())
    Thread(target=relay, args=[app.trainings], daemon=True).start()
    atexit.register(stop, app)  # should the build be interrupted


def relay(trainings: subprocess.Popen) -> None:
    """Show the progress of the trainings, as far as the terminal can."""
    for line in trainings.stdout:
        logger.info(line.rstrip())


def stop(app: Sphinx, exception: Exception | None = None) -> None:
    """End trainings that no page has waited for.

    The number of a process that has ended may be another's by now.
    """
    trainings = getattr(app, "trainings", None)
    if trainings is None or trainings.poll() is not None:
        return
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(trainings.pid)
        for process in [parent, *parent.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
    trainings.wait()


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    app.connect("env-before-read-docs", start)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True}
