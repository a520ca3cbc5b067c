"""The executed pages as notebooks, which MyST-NB writes beside the site."""

from os.path import getmtime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from sphinx.application import Sphinx


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


def read_executed(app: Sphinx, page: str) -> NotebookNode:
    """Return a page with its outputs, and with the name of its language."""
    folder = Path(app.outdir).parent / "jupyter_execute"
    notebook = nbformat.read(folder / f"{page}.ipynb", as_version=4)
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def number_cells(notebook: NotebookNode) -> None:
    """Give cells and executions their numbers in order."""
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
