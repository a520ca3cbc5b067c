"""A build with a warning fails, and so does the next, until it is fixed."""

import atexit
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from myst_nb.core.execute.base import ExecutionError
from nbclient.exceptions import CellExecutionError
from sphinx.application import Sphinx
from sphinx.util import logging

from bookkit.stated_findings import stated
from chapter import state
from chapter.execution import outputs
from chapter.markup import parse, select_one
from chapter.strictness.typed_numbers import typed_numbers

STDERR = "code cell %d writes to stderr: %s"
TYPED = "a question has a typed number, compute it: %s"
NO_ALT_TEXT = "an image has no alt text: say what it shows by alt: ..."
REPLICAS = "studies/replicas.json"
logger = logging.getLogger(__name__)


def require_alt_text(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Warn of images that a screen reader cannot describe."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            node: nodes.Element = image
            while not node.line and node.parent is not None:
                node = node.parent
            logger.warning(NO_ALT_TEXT, location=node)


def code_cell_lines(app: Sphinx, page: str) -> list[int]:
    """Return the lines at which the code cells of a page begin."""
    text = Path(app.env.doc2path(page)).read_text("utf-8")
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if re.match(r"(```+|~~~+|:::+){code-cell}", line)
    ]


def check_cells(app: Sphinx) -> None:
    """Warn of cells that write to stderr, or type the options of questions.

    What is written to stderr may be hidden by the page.
    """
    pages = state.get_build(app).pages_read & {*outputs.notebook_pages(app)}
    for page in sorted(pages):
        codes = outputs.code_cells(outputs.read_executed(app, page))
        cells = zip(codes, code_cell_lines(app, page), strict=False)
        for number, (cell, line) in enumerate(cells, start=1):
            for typed in typed_numbers(cell.source):
                logger.warning(TYPED, typed, location=(page, line))
            texts = [o.text for o in cell.outputs if o.get("name") == "stderr"]
            if text := "".join(texts).strip():
                logger.warning(STDERR, number, text, location=(page, line))


def check_images(app: Sphinx) -> None:
    """Warn of images in new raw HTML without an alt text or a file.

    Sphinx does not see these.
    """
    rendered = state.get_build(app).pages_rendered
    for page in sorted(app.env.found_docs & rendered):
        file = Path(app.outdir, f"{page}.html")
        for tag in re.findall(r"<img\b[^>]*>", file.read_text("utf-8")):
            image = select_one(parse(tag), "img")
            address = str(image.get("src", ""))
            if not image.get("alt"):
                logger.warning("no alt text: %s", tag, location=page)
            local = file.parent / unquote(address)
            if ":" not in address and not local.is_file():
                logger.warning("no such image: %s", tag, location=page)


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
    if isinstance(exception, ExecutionError):
        sys.exit(f"\n{describe_failed_cell(app, exception)}")
    if app._warncount and not exception:
        warnings = state.get_build(app).warnings
        sys.exit("\n".join(["\nThe build failed:", *warnings]))


def describe_failed_cell(app: Sphinx, exception: ExecutionError) -> str:
    """Return the page and the cell that failed, and its error."""
    where = Path(str(exception)).relative_to(app.srcdir).as_posix()
    what = str(exception.__cause__)
    if isinstance(exception.__cause__, CellExecutionError):
        plain = re.sub(r"\x1b\[[\d;]*m", "", what)
        if cell := re.search(r"In\[(\d+)\]", plain):
            where += f", code cell {cell[1]}"
        what = f"{exception.__cause__.ename}: {exception.__cause__.evalue}"
    return f"{where}: {what}"


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
    head = "The site is built. Here, these findings came out otherwise:"
    print_at_end(head, lines)


def list_unrecorded_findings(app: Sphinx) -> None:
    """List the findings that the replicas have not judged.

    They wait for the next run of the replicas, which takes more than an hour.
    """
    root = Path(app.srcdir)
    if not (root / REPLICAS).exists():
        return
    record = json.loads((root / REPLICAS).read_text("utf-8"))
    lines = [
        f"book/{page}: {name}"
        for page, name, _ in stated(root / "book")
        if name not in record["results"]["false_in"]
    ]
    print_at_end(f"These findings are not yet recorded in {REPLICAS}:", lines)


def print_at_end(head: str, lines: list[str]) -> None:
    """Print lines under a head, if there are any, when the process ends."""
    if lines:
        atexit.register(print, "\n".join([f"\n{head}", *lines]))
