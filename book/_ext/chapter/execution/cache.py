"""Pages run the package of this checkout, and show nothing stale.

Jupyter Book's cache compares the cells alone, and would show old outputs
after a change in the package. Here each state of the package, of the text,
and of the versions has a cache of its own.
"""

import os
import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging

from chapter import keys, state

KEPT = 4  # caches: undoing a change finds the old outputs again
logger = logging.getLogger(__name__)


def begin(app: Sphinx) -> None:
    """Begin a build: wait for its turn, and find its cache."""
    root = Path(app.srcdir)
    turn = wait_for_turn(root / "_build")
    times, key = edited(root), keys.of_outputs(root)
    cache = prepare(root / "_build" / ".jupyter_cache" / key)
    state.BUILDS[app] = state.Build(turn, cache, times)


def wait_for_turn(folder: Path) -> FileLock:
    """Let one build at a time use ``_build``, until its process ends."""
    folder.mkdir(exist_ok=True)
    turn = FileLock(folder / "build.lock")
    try:
        turn.acquire(timeout=0)
    except Timeout:
        logger.info("another build is running here: waiting for its end")
        turn.acquire()
    return turn


def edited(root: Path) -> list[int]:
    """Return when each file that outputs depend on was edited last."""
    return [file.stat().st_mtime_ns for file in keys.inputs(root)]


def prepare(cache: Path) -> Path:
    """Make sure of a cache, and keep of others those used most recently.

    A cache is begun anew if a build was killed while it wrote a page there.
    """
    if doubt(cache).exists():
        shutil.rmtree(cache)
    cache.mkdir(parents=True, exist_ok=True)
    os.utime(cache)
    others = set(cache.parent.iterdir()) - {cache}
    by_age = sorted(others, key=lambda path: path.stat().st_mtime)
    for folder in by_age[: 1 - KEPT]:
        shutil.rmtree(folder)
    return cache


def doubt(cache: Path) -> Path:
    """Return the file that marks a cache while a page is written to it."""
    return cache / "in-doubt"


def place(app: Sphinx, config: Config) -> None:
    """Name the cache; a new path makes Jupyter Book read all pages again."""
    config.nb_execution_cache_path = str(state.of(app).cache)


def check_inputs(app: Sphinx) -> None:
    """Refuse the outputs of a page if the package was edited meanwhile.

    It is not known then which state of the package made them.

    Raises ExtensionError in that case.
    """
    build, root = state.of(app), Path(app.srcdir)
    same = edited(root) == build.times
    if not same or keys.of_outputs(root) != build.cache.name:
        raise ExtensionError("a package was edited meanwhile: build again")
