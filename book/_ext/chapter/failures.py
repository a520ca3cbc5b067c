"""A build with a warning fails, and so does the next, until it is fixed."""

import atexit
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from chapter import state
from chapter.execution import outputs


def mark_unfinished(app: Sphinx) -> None:
    """Mark the build as unfinished; read all pages if the last one was.

    Sphinx does not repeat the warnings of a page that it does not read
    again. Nor does it write a page that an interrupted build, or one that
    only checked links, has read and not written.
    """
    unfinished = Path(app.doctreedir, "unfinished")
    if unfinished.exists():
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()


def mark_finished(app: Sphinx) -> None:
    """Remove the mark: the site was built without a warning."""
    Path(app.doctreedir, "unfinished").unlink(missing_ok=True)


def exit_with_causes(app: Sphinx, exception: Exception | None) -> None:
    """End a failed build with its causes as the last lines it prints.

    They would otherwise stand far above, before a long traceback or the rest
    of the build.
    """
    if isinstance(exception, SphinxError):
        sys.exit(f"\n{exception}")
    if app._warncount and not exception:
        warnings = state.get_build(app).warnings
        sys.exit("\n".join(["\nThe build failed:", *warnings]))


def false_findings(notebook: dict[str, Any]) -> list[str]:
    """Return the false findings of an executed page."""
    return [
        output["metadata"]["charrnn"]["finding"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if "charrnn" in output.get("metadata", {})
    ]


def list_false_findings(app: Sphinx) -> None:
    """List the false findings of all pages.

    They do not fail the build: a network that was trained here may differ
    from the author's. The page shows a note in the same place.
    """
    lines = [
        f"{page}: {sentence}"
        for page in outputs.notebook_pages(app)
        for sentence in false_findings(outputs.read_executed(app, page))
    ]
    if lines:
        head = "\nThe site is built. Here, these findings came out otherwise:"
        atexit.register(print, "\n".join([head, *lines]))
