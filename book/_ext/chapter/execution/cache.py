"""The cache of executed pages: a file for each page and key.

The key covers the cells and all that their outputs depend on. Jupyter Book's
own cache compares nothing but the cells, and would show old outputs after a
change of the package.
"""

import os
from pathlib import Path

import nbformat
from filelock import FileLock, Timeout
from nbformat import NotebookNode, ValidationError
from nbformat.reader import NotJSONError
from sphinx.application import Sphinx
from sphinx.util import logging

from bookkit import files
from chapter import keys, state

logger = logging.getLogger(__name__)


def begin_build(app: Sphinx) -> None:
    """Create the state of a build, when no other build runs here."""
    root = Path(app.srcdir)
    root.joinpath("_build").mkdir(exist_ok=True)
    lock = FileLock(root / "_build" / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.info("another build is running here: waiting for its end")
        lock.acquire()
    state.BUILDS[app] = state.Build(lock, keys.Sources(root))


def file_for(root: Path, page: str, notebook: NotebookNode, key: str) -> Path:
    """Return the file of an executed page, given the key of its sources."""
    cells = [
        f"{cell.metadata.get('tags')}\n{cell.source}"
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    name = f"{Path(page).name}-{keys.checksum(key, *cells)}.ipynb"
    return root / "_build" / "executed" / name


def save(file: Path, notebook: NotebookNode) -> None:
    """Write an executed page, whole or not at all."""
    files.keep(file, lambda draft: nbformat.write(notebook, draft))


def load(file: Path) -> NotebookNode | None:
    """Return an executed page, or None if it has to be executed."""
    if not file.exists():
        return None
    os.utime(file)  # mark it as recently used
    try:
        return nbformat.read(file, as_version=4)
    except (NotJSONError, ValidationError):  # a damaged disk
        return None
