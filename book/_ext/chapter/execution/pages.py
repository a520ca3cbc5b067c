"""How pages are executed and read.

As a build begins, the pages that it will read are executed, as many at a time
as there are cores. Sphinx then reads them in order, and waits for each.
"""

import asyncio
import os
import subprocess
import sys
import time
from asyncio import Semaphore
from pathlib import Path
from threading import Thread
from typing import Any

from docutils import nodes
from myst_nb.core.execute.base import ExecutionError, NotebookClientBase
from myst_nb.core.read import (
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)
from myst_nb.ext.glue.utils import PendingGlueReference
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from chapter import keys, state
from chapter.execution import cache, kernels
from chapter.execution.outputs import code_cells

KEY = "outputs_key"  # in the metadata of a page
FAILURES = CellExecutionError, CellTimeoutError, DeadKernelError
EDITED = "%s was edited, or what it depends on, as it ran: build again"
logger = logging.getLogger(__name__)


def read_text(env: BuildEnvironment, page: str) -> str:
    """Return the text of a page."""
    return Path(env.doc2path(page)).read_text("utf-8")


def page_key(app: Sphinx, page: str) -> str:
    """Return the key of what the outputs of a page depend on but its cells."""
    return state.get_build(app).sources.key(read_text(app.env, page))


def find_outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """Return the pages that may have other outputs though their text is old.

    These include the pages that paste a result of one of them.
    """
    known = env.all_docs.keys() & env.found_docs
    changed = {
        page
        for page in known
        if env.metadata[page].get(KEY) != page_key(app, page)
    }
    files = {Path(env.doc2path(page)) for page in changed}
    pasting = {
        page
        for page in known
        if not files.isdisjoint(map(Path, env.dependencies[page]))
    }
    return sorted(changed | pasting)


def start(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Begin to execute pages, after training the networks that they need.

    They run in a thread that ends with the build, as their kernels do.
    """
    build, slots = state.get_build(app), Semaphore(os.cpu_count() or 1)
    build.keys = {page: page_key(app, page) for page in pages}
    runs = [
        Run(app, page)
        for page in pages
        if is_myst_markdown_notebook(read_text(env, page))
    ]
    to_execute = [run for run in runs if not run.file.exists()]
    if any("bookkit.recipes" in run.modules for run in to_execute):
        train_networks(Path(app.srcdir))
    build.loop = asyncio.new_event_loop()
    for run in runs:
        build.executions[run.page] = asyncio.run_coroutine_threadsafe(
            run.load_or_execute(slots), build.loop
        )
    Thread(target=build.loop.run_forever, daemon=True).start()


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


def stop(app: Sphinx) -> None:
    """End the executions that a failed build does not wait for."""

    async def cancel_all() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    if loop := state.get_build(app).loop:
        asyncio.run_coroutine_threadsafe(cancel_all(), loop).result()


class Run:
    """A page that is to be executed, unless its outputs are cached."""

    def __init__(self, app: Sphinx, page: str) -> None:
        path, config = app.env.doc2path(page), vars(app.env)["myst_config"]
        self.page, self.root = page, Path(app.srcdir)
        self.text = read_text(app.env, page)
        self.notebook = read_myst_markdown_notebook(
            self.text, config=config, path=path
        )
        self.client = kernels.make_client(
            self.notebook, Path(path).parent, app.config.nb_execution_timeout
        )
        build = state.get_build(app)
        self.modules = build.sources.reachable(self.text)
        self.key = build.keys[page]
        self.file = cache.file_for(self.root, page, self.notebook, self.key)

    async def load_or_execute(self, slots: Semaphore) -> NotebookNode:
        """Return the executed page; ``slots`` are as many as run at a time.

        Raises ExtensionError if a package was edited meanwhile, because
        nobody knows then which state of it made the outputs.
        """
        if cached := cache.load(self.file):
            return cached
        async with slots:
            start = time.monotonic()
            await self.client.async_execute()
            seconds = time.monotonic() - start
        if keys.Sources(self.root).key(self.text) != self.key:
            raise ExtensionError(EDITED % self.page)
        cache.save(self.file, self.notebook)
        logger.info("executed %s in %.1f seconds", self.page, seconds)
        return self.notebook


class Client(NotebookClientBase):  # type: ignore[misc]
    """Give MyST-NB the outputs of a page."""

    def __init__(
        self, app: Sphinx, notebook: NotebookNode, path: str, *args: Any
    ) -> None:
        config, logger, _ = args
        super().__init__(notebook, Path(path), config, logger)
        self.app = app

    def start_client(self) -> None:
        """Wait for the execution of the page, and copy what it printed."""
        page = self.app.env.docname
        try:
            done = state.get_build(self.app).executions[page].result()
        except FAILURES as error:
            logger.info(str(error))
            raise ExecutionError(str(self.path)) from error
        cells, executed_cells = code_cells(self.notebook), code_cells(done)
        if [c.source for c in cells] != [c.source for c in executed_cells]:
            raise ExtensionError(EDITED % page)
        for cell, executed in zip(cells, executed_cells, strict=True):
            cell.outputs = executed.outputs
            cell.execution_count = executed.execution_count
        self.notebook.metadata.language_info = done.metadata.language_info


def add_glue_dependencies(app: Sphinx, doctree: nodes.document) -> None:
    """Make a page depend on the pages whose results it pastes."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.note_dependency(str(source))


def record_read(app: Sphinx, doctree: nodes.document) -> None:
    """Record that a page has been read, and by which key."""
    page, build = app.env.docname, state.get_build(app)
    app.env.metadata[page][KEY] = build.keys[page]
    build.pages_read.add(page)
