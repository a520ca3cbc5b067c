"""A cache of executed pages for each state of the packages.

Jupyter Book's own cache compares nothing but the cells, and would show old
outputs after a change of the package.
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

CACHES_KEPT = 4  # a change that is undone finds the old outputs again
logger = logging.getLogger(__name__)


def begin_build(app: Sphinx) -> None:
    """Create the state of a build: its lock and its cache."""
    root = Path(app.srcdir)
    lock = lock_build_folder(root / "_build")
    caches = root / "_build" / ".jupyter_cache"
    cache = open_cache(caches / keys.outputs_key(root))
    state.BUILDS[app] = state.Build(lock, cache)


def lock_build_folder(folder: Path) -> FileLock:
    """Wait until no other build uses the folder ``_build``, and lock it."""
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.info("another build is running here: waiting for its end")
        lock.acquire()
    return lock


def open_cache(cache: Path) -> Path:
    """Create a cache if it is missing, and remove those not used recently.

    A cache is emptied if a build was killed while it wrote there.
    """
    if write_marker(cache).exists():
        shutil.rmtree(cache)
    if not cache.exists():
        cache.mkdir(parents=True)
        write_marker(cache).touch()  # until the first page has been read
    os.utime(cache)
    others = set(cache.parent.iterdir()) - {cache}
    by_age = sorted(others, key=lambda path: path.stat().st_mtime)
    for folder in by_age[: 1 - CACHES_KEPT]:
        shutil.rmtree(folder)
    return cache


def write_marker(cache: Path) -> Path:
    """Return the file that exists while a cache is written to."""
    return cache / "writing"


def set_path(app: Sphinx, config: Config) -> None:
    """Tell MyST-NB the cache; a new path makes Sphinx read all pages."""
    config.nb_execution_cache_path = str(state.get_build(app).cache)


def check_inputs(app: Sphinx) -> None:
    """Raise ExtensionError if a package was edited since the build began.

    Nobody knows then which state of the package made the outputs.
    """
    key = keys.outputs_key(Path(app.srcdir))
    if key != state.get_build(app).cache.name:
        raise ExtensionError("a package was edited meanwhile: build again")
