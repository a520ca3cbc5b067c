"""A page is executed, and what is noted of it."""

from typing import Any

from docutils import nodes
from jupyter_cache.executors.utils import (
    ExecutionResult,
    single_nb_execution,
)
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx

from chapter import state
from chapter.execution import cache, kernels


def execute(app: Sphinx, *args: Any, **options: Any) -> ExecutionResult:
    """Execute a page, which MyST-NB then writes to the cache."""
    result = single_nb_execution(*args, **kernels.OPTIONS, **options)
    cache.check_inputs(app)
    if result.err is None:
        cache.doubt(state.of(app).cache).touch()
    return result


def note_glue(app: Sphinx, doctree: nodes.document) -> None:
    """Read a page again when a page it takes results from has changed."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.dependencies[app.env.docname].add(str(source))


def note_read(app: Sphinx, doctree: nodes.document) -> None:
    """Note that a page has been read, and is whole in the cache."""
    build = state.of(app)
    cache.doubt(build.cache).unlink(missing_ok=True)
    build.read.append(app.env.docname)
