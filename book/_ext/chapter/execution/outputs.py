"""The executed pages as notebooks, which MyST-NB leaves beside the site."""

import json
from contextlib import suppress
from os.path import getmtime
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode
from sphinx.application import Sphinx

from chapter import hooks, state


def notebooks(app: Sphinx) -> list[str]:
    """Return the names of the pages that are notebooks."""
    metadata = app.env.metadata.items()
    return sorted(page for page, facts in metadata if "kernelspec" in facts)


def is_newer(target: Path, source: Path) -> bool:
    """Return whether a file was made from another as it is now."""
    return target.exists() and getmtime(target) >= getmtime(source)


def code_cells(text: str) -> list[dict[str, Any]]:
    """Return the code cells of a notebook, given as text."""
    cells: list[dict[str, Any]] = json.loads(text)["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def executed(app: Sphinx, page: str) -> NotebookNode:
    """Return a page with its outputs, as this build executed or found it.

    MyST-NB writes a notebook whose outputs come from the cache without
    them. The cache drops the execution counts, and ids are random at first.
    """
    notebook = nbformat.read(hooks.executed(app, page), as_version=4)
    with suppress(KeyError):  # a page that is not to be executed
        cache = get_cache(state.of(app).cache)
        _, notebook = cache.merge_match_into_notebook(notebook)
    number_cells(notebook)
    return notebook


def complete(app: Sphinx) -> None:
    """Give the notebooks of the pages that were read their outputs."""
    for page in set(state.of(app).read).intersection(notebooks(app)):
        nbformat.write(executed(app, page), hooks.executed(app, page))


def number_cells(notebook: NotebookNode) -> None:
    """Give cells and executions their numbers in order."""
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    codes = [c for c in notebook.cells if c.cell_type == "code"]
    for count, cell in enumerate(codes, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
