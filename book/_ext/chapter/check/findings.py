"""Findings that came out otherwise are named at the end of a build.

The page shows a note at its place, and the site is built all the same: a
network that was trained here is not the one of the author.
"""

import atexit
from pathlib import Path

import nbformat
from sphinx.application import Sphinx


def otherwise(executed: Path, page: str) -> list[str]:
    """Return the findings of a page that came out otherwise, as sentences."""
    file = executed / f"{page}.ipynb"
    if not file.exists():
        return []
    return [
        output.metadata["charrnn"]["finding"]
        for cell in nbformat.read(file, as_version=4).cells
        for output in cell.get("outputs", [])
        if "charrnn" in output.get("metadata", {})
    ]


def list_otherwise(app: Sphinx, exception: Exception | None) -> None:
    """List these findings when the process ends, below all else."""
    if exception or app._warncount or app.builder.format != "html":
        return
    executed = Path(app.outdir).parent / "jupyter_execute"
    lines = [
        f"{page}: {sentence}"
        for page in sorted(app.env.found_docs)
        for sentence in otherwise(executed, page)
    ]
    if lines:
        head = "The site is built. Here, these findings came out otherwise:"
        atexit.register(print, "\n".join([f"\n{head}", *lines]))


def setup(app: Sphinx) -> dict:
    """Connect the hook."""
    app.connect("build-finished", list_otherwise, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
