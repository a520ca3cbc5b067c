"""How a page is executed and read."""

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
        cache.write_marker(state.get_build(app).cache).touch()
    return result


def add_glue_dependencies(app: Sphinx, doctree: nodes.document) -> None:
    """Make a page depend on the pages whose results it pastes."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.dependencies[app.env.docname].add(str(source))


def record_read(app: Sphinx, doctree: nodes.document) -> None:
    """Record that a page has been read, and is complete in the cache."""
    build = state.get_build(app)
    cache.write_marker(build.cache).unlink(missing_ok=True)
    build.pages_read.add(app.env.docname)
