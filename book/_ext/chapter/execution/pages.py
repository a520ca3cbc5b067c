"""How pages are executed: side by side, if what they have read has changed.

MyST-NB takes the outputs of a page from jupyter-cache, which compares its
cells. But outputs also depend on packages, data, and records. So each kernel
notes what it reads in the checkout, as ``startup.py`` says. Before Sphinx
reads the pages, those that have read what is different now, or that have new
cells, are executed, and each goes into the cache as soon as it is finished.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbCacheRecord
from myst_nb.core.read import (
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)
from myst_nb.ext.glue.utils import PendingGlueReference
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from bookkit import exercises, extracts, files, findings, texts
from bookkit.machine import describe_processor
from chapter import state
from chapter.execution import kernels
from chapter.execution.outputs import code_cells
from coursework import lab

# What computes or draws: with a different version, all pages are executed.
LIBRARIES = [
    "torch", "numpy", "matplotlib", "matplotlib-inline", "ipykernel",
    "ipython", "nbclient", "word-text-counter",
]  # fmt: skip
NETWORKS = re.compile(r"\bload_(or_train|snapshots)\b")  # in a cell
EXTRACTS = (
    exercises.tables, findings.stated, lab.cells, lab.predictions,
    texts.part_one,
)  # fmt: skip
NOTES = "read"  # in the cache
OUTPUTS = "outputs"  # in the metadata of a page: the ones it was read with
Notebooks = dict[str, NotebookNode]  # by the names of their pages


def choose_cache(app: Sphinx, config: Config) -> None:
    """Use a cache for these versions, this processor, and these kernels."""
    versions = [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    name = files.checksum(
        sys.version, *versions, describe_processor(),
        kernels.STARTUP.read_bytes(), Path(kernels.__file__).read_bytes(),
    )  # fmt: skip
    folder = Path(app.srcdir, "_build", "executed", name)
    folder.mkdir(parents=True, exist_ok=True)
    files.remove_old(folder, folder.parent.iterdir())
    config.nb_execution_cache_path = str(folder)


def execute_outdated(
    app: Sphinx, env: BuildEnvironment, *_: object
) -> list[str]:
    """Execute the pages without valid outputs; return the pages to read."""
    root = Path(app.srcdir)
    kept = get_cache(app.config.nb_execution_cache_path)
    write_extracts(root)
    remove_invalid(kept, root)
    notebooks = read_notebooks(env)
    new = {
        page: notebook
        for page, notebook in notebooks.items()
        if not has_outputs(kept, notebook)
    }
    if any(map(needs_networks, new.values())):
        train_networks(root)
    asyncio.run(execute_all(app, kept, new))
    outputs = state.get_build(app).outputs
    for page, notebook in notebooks.items():
        record = kept.match_cache_notebook(notebook)
        outputs[page] = f"{record.hashkey} {record.created}"
    return find_outdated(env, outputs)


def write_extracts(root: Path) -> None:
    """Write what pages show of the text of other pages, if it has changed."""
    try:
        extracts.write(root / extracts.FOLDER, *EXTRACTS)
    except lab.CellError as error:
        raise ExtensionError(str(error)) from error


def read_notebooks(env: BuildEnvironment) -> Notebooks:
    """Return the pages that are notebooks, and not prose alone."""
    notebooks, config = {}, vars(env)["myst_config"]
    for page in sorted(env.found_docs):
        path = env.doc2path(page)
        text = Path(path).read_text("utf-8")
        if is_myst_markdown_notebook(text):
            notebooks[page] = read_myst_markdown_notebook(
                text, config=config, path=path
            )
    return notebooks


def needs_networks(notebook: NotebookNode) -> bool:
    """Return whether a page loads trained networks."""
    return any(NETWORKS.search(cell.source) for cell in code_cells(notebook))


def remove_invalid(kept: JupyterCacheAbstract, root: Path) -> None:
    """Remove the outputs of pages that have read what is different now."""
    content = cache(files.content)
    for record in kept.list_cache_records():
        notes = record.data.get(NOTES)
        if notes is None or any(
            content(root / name) != was for name, was in notes.items()
        ):
            remove(kept, record)


def has_outputs(kept: JupyterCacheAbstract, notebook: NotebookNode) -> bool:
    """Return whether the cache has the outputs of a page, undamaged."""
    try:
        record = kept.match_cache_notebook(notebook)
    except KeyError:
        return False
    try:
        kept.get_cache_bundle(record.pk)
        return True
    except (KeyError, ValueError):  # it was not written, or only a part of it
        remove(kept, record)
        return False


def remove(kept: JupyterCacheAbstract, record: NbCacheRecord) -> None:
    """Remove a record from the cache, even if its file is gone."""
    folder = Path(kept.path, "executed", record.hashkey)
    shutil.rmtree(folder, ignore_errors=True)
    NbCacheRecord.remove_records([record.pk], kept.db)


def train_networks(root: Path) -> None:
    """Train the networks of the checkout that are missing.

    Raises ExtensionError if that fails.
    """
    result = subprocess.run(
        [sys.executable, "-m", "bookkit.train"],
        cwd=root,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    if result.returncode:
        raise ExtensionError("bookkit.train failed, see above")


async def execute_all(
    app: Sphinx, kept: JupyterCacheAbstract, notebooks: Notebooks
) -> None:
    """Execute pages, as many at a time as there are cores.

    The first that fails ends the others, whose kernels are stopped.
    """
    root, timeout = Path(app.srcdir), app.config.nb_execution_timeout
    slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def execute_and_save(page: str, notebook: NotebookNode) -> None:
        async with slots:
            notes = await kernels.execute(notebook, root, page, timeout)
        bundle = CacheBundleIn(notebook, page, data={NOTES: notes})
        kept.cache_notebook_bundle(
            bundle, check_validity=False, overwrite=True
        )

    # When a kernel is stopped, nbclient leaves tasks that fail, and are not
    # awaited: they would be reported below the error that has stopped it.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    # What has most cells begins, because it is likely to take longest.
    sizes = {page: len(notebook.cells) for page, notebook in notebooks.items()}
    try:
        async with asyncio.TaskGroup() as group:
            for page in sorted(sizes, key=lambda page: -sizes[page]):
                group.create_task(execute_and_save(page, notebooks[page]))
    except ExceptionGroup as failures:  # the first one has ended the others
        raise failures.exceptions[0] from None


def find_outdated(env: BuildEnvironment, outputs: dict[str, str]) -> list[str]:
    """Return the pages that Sphinx has read with different outputs.

    These include the pages that paste a result of one of them.
    """
    known = env.all_docs.keys() & env.found_docs
    changed = {
        page
        for page in known
        if env.metadata[page].get(OUTPUTS) != outputs.get(page)
    }
    files = {Path(env.doc2path(page)) for page in changed}
    pasting = {
        page
        for page in known
        if not files.isdisjoint(map(Path, env.dependencies[page]))
    }
    return sorted(changed | pasting)


def add_glue_dependencies(app: Sphinx, doctree: nodes.document) -> None:
    """Make a page depend on the pages whose results it pastes."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.note_dependency(str(source))


def record_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Record with which outputs a page has been read."""
    page, outputs = app.env.docname, state.get_build(app).outputs
    app.env.metadata[page][OUTPUTS] = outputs.get(page)
