"""Findings that are false are listed at the end of a build.

The page shows a note at its place, and the site is built all the same: a
network that was trained here is not the one of the author.
"""

import atexit

from sphinx.application import Sphinx

from chapter import hooks
from chapter.execution import outputs


def false_findings(notebook: str) -> list[str]:
    """Return the findings of a page that are false, as sentences.

    It is given as the text of its executed notebook.
    """
    if '"finding"' not in notebook:
        return []
    return [
        output["metadata"]["charrnn"]["finding"]
        for cell in outputs.code_cells(notebook)
        for output in cell["outputs"]
        if "charrnn" in output.get("metadata", {})
    ]


def list_false_findings(app: Sphinx) -> None:
    """List these findings when the process ends, below all else."""
    lines = [
        f"{page}: {sentence}"
        for page in outputs.notebooks(app)
        for sentence in false_findings(
            hooks.executed(app, page).read_text("utf-8")
        )
    ]
    if lines:
        head = "The site is built. Here, these findings came out otherwise:"
        atexit.register(print, "\n".join([f"\n{head}", *lines]))
