"""Findings that are false are listed at the end of a build.

They do not fail it: a network that was trained here may differ from the
author's. The page shows a note in the same place.
"""

import atexit
import json

from sphinx.application import Sphinx

from chapter.execution import outputs


def false_findings(notebook: str) -> list[str]:
    """Return the false findings of an executed page, given as JSON."""
    if '"finding"' not in notebook:
        return []
    return [
        output["metadata"]["charrnn"]["finding"]
        for cell in json.loads(notebook)["cells"]
        for output in cell.get("outputs", [])
        if "charrnn" in output.get("metadata", {})
    ]


def list_at_exit(app: Sphinx) -> None:
    """List the false findings of all pages when the process ends."""
    lines = [
        f"{page}: {sentence}"
        for page in outputs.notebook_pages(app)
        for sentence in false_findings(
            outputs.executed_file(app, page).read_text("utf-8")
        )
    ]
    if lines:
        head = "The site is built. Here, these findings came out otherwise:"
        atexit.register(print, "\n".join([f"\n{head}", *lines]))
