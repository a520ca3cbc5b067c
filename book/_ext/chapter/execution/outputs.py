"""The executed pages as notebooks, which MyST-NB writes beside the site."""

from os.path import getmtime
from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def notebook_pages(app: Sphinx) -> list[str]:
    """Return the names of the pages that are notebooks."""
    metadata = app.env.metadata.items()
    return sorted(page for page, facts in metadata if "kernelspec" in facts)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_up_to_date(target: Path, source: Path) -> bool:
    """Return whether a file is there and no older than its source."""
    return target.exists() and getmtime(target) >= getmtime(source)


def executed_file(app: Sphinx, page: str) -> Path:
    """Return the file of a page with its outputs."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"


def complete_executed(app: Sphinx, doctree: nodes.document) -> None:
    """Add the outputs to the file of a page that has been read.

    MyST-NB 1.4 leaves out those that come from the cache.
    """
    file = executed_file(app, app.env.docname)
    if app.env.docname in notebook_pages(app):
        kept = get_cache(app.config.nb_execution_cache_path)
        notebook = nbformat.read(file, as_version=4)
        _, whole = kept.merge_match_into_notebook(notebook, cell_meta=())
        nbformat.write(whole, file)
        for number, cell in enumerate(code_cells(whole), start=1):
            for text in stderr(cell):
                logger.info("code cell %d writes to stderr: %s", number, text)


def stderr(cell: NotebookNode) -> list[str]:
    """Return what a cell writes to stderr."""
    return [o.text for o in cell.outputs if o.get("name") == "stderr"]


def read_executed(app: Sphinx, page: str) -> NotebookNode:
    """Return a page with its outputs."""
    return nbformat.read(executed_file(app, page), as_version=4)


def number_cells(notebook: NotebookNode) -> None:
    """Give cells and executions their numbers in order."""
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
