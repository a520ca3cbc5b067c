"""The executed pages as notebooks, which MyST-NB writes beside the site."""

from contextlib import suppress
from os.path import getmtime
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode
from sphinx.application import Sphinx

from chapter import hooks, state


def notebook_pages(app: Sphinx) -> list[str]:
    """Return the names of the pages that are notebooks."""
    metadata = app.env.metadata.items()
    return sorted(page for page, facts in metadata if "kernelspec" in facts)


def is_up_to_date(target: Path, source: Path) -> bool:
    """Return whether a file is there and no older than its source."""
    return target.exists() and getmtime(target) >= getmtime(source)


def read_executed(app: Sphinx, page: str) -> NotebookNode:
    """Return a page with the outputs that this build made or found cached.

    MyST-NB writes a notebook without the outputs that come from the cache.
    The cache drops the execution counts, and ids are random at first.
    """
    notebook = nbformat.read(hooks.executed_file(app, page), as_version=4)
    with suppress(KeyError):  # a page that is not to be executed
        cache = get_cache(state.get_build(app).cache)
        _, notebook = cache.merge_match_into_notebook(notebook)
    number_cells(notebook)
    return notebook


def add_cached_outputs(app: Sphinx) -> None:
    """Write the notebooks of the pages that were read, with all outputs."""
    for page in state.get_build(app).pages_read & {*notebook_pages(app)}:
        notebook = read_executed(app, page)
        nbformat.write(notebook, hooks.executed_file(app, page))


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
