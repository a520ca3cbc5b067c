"""A page is executed: what is said, and noted, meanwhile."""

import time
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from docutils import nodes
from jupyter_cache.executors.utils import (
    ExecutionResult,
    single_nb_execution,
)
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from chapter import state
from chapter.execute import cache, kernels

SILENCE = 10  # seconds, after which a page that is executed says so
logger = logging.getLogger(__name__)


def execute(app: Sphinx, *args: Any, **options: Any) -> ExecutionResult:
    """Execute a page; the cache is in doubt from here to the build's end.

    In a thread, the client leaves Ctrl-C to us.
    """
    build = state.of(app)
    cache.doubt(build.cache).touch()
    run = partial(single_nb_execution, *args, **kernels.OPTIONS, **options)
    start = spoken = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(run)
        # Ctrl-C may come to another thread, and not wake us: look for it.
        while wait([page], timeout=0.5).not_done:
            if time.monotonic() - spoken > SILENCE:
                spoken = time.monotonic()
                say_so(app, spoken - start)
        build.is_caching = True
        return page.result()


def say_so(app: Sphinx, seconds: float) -> None:
    """Say that a page is being executed, and how far the build has come."""
    build = state.of(app)
    logger.info(
        "%s: executing for %.0f s; %d of %d pages are read",
        app.env.docname, seconds, len(build.read), build.pages,
    )  # fmt: skip


def count(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Note how many pages are going to be read."""
    state.of(app).pages = len(pages)


def note_glue(app: Sphinx, doctree: nodes.document) -> None:
    """Read a page again when a page it takes results from has changed."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.dependencies[app.env.docname].add(str(source))


def note_read(app: Sphinx, doctree: nodes.document) -> None:
    """Note that a page has been read, and is whole in the cache."""
    build = state.of(app)
    build.is_caching = False
    build.read.append(app.env.docname)
