"""A build fails when it must: this time, and every time until it is mended."""

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

from chapter import hooks, state
from chapter.execution import outputs

logger = logging.getLogger(__name__)


def code_cells(app: Sphinx, page: str) -> list[int]:
    """Return the lines at which the code cells of a page begin."""
    text = Path(app.env.doc2path(page)).read_text("utf-8")
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if re.match(r"(```+|~~~+|:::+){code-cell}", line)
    ]


def require_alt_text(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of images that a screen reader could say nothing about."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            place, by_cell = locate(image)
            before = code_cells(app, app.env.docname)
            number = sum(line <= (place.line or 0) for line in before)
            logger.warning(
                "an image has no alt text: say what it shows%s",
                f", in code cell {number} with mystnb: {{image: {{alt: ...}}}}"
                if by_cell
                else "",
                location=place,
            )


def locate(image: nodes.Element) -> tuple[nodes.Element, bool]:
    """Return the node that has a line, and whether a cell made the image."""
    place, by_cell, node = image, False, image
    while node.parent is not None:
        node = node.parent
        place = place if place.line else node
        by_cell = by_cell or node.get("nb_element") == "cell_code"
    return place, by_cell


def refuse_stderr(app: Sphinx) -> None:
    """Warn of cells that write to stderr, also where the page hides it.

    A page that was not read again has been found good, or the last build
    would have failed, and this one read all pages.
    """
    message = "code cell %d writes to stderr: %s"
    for page in sorted(set(state.of(app).read) & set(outputs.notebooks(app))):
        notebook = hooks.executed(app, page).read_text("utf-8")
        texts = map(on_stderr, outputs.code_cells(notebook))
        cells = zip(code_cells(app, page), texts, strict=False)
        for number, (line, text) in enumerate(cells, start=1):
            if text:
                logger.warning(message, number, text, location=(page, line))


def on_stderr(cell: dict[str, Any]) -> str:
    """Return what an executed code cell wrote to stderr."""
    written = [o for o in cell["outputs"] if o.get("name") == "stderr"]
    return "".join("".join(output["text"]) for output in written).strip()


def check_images(app: Sphinx) -> None:
    """Warn of images without alt text or file in the pages as written.

    Sphinx knows nothing of those that come by glue or in raw HTML. Of the
    others it has warned in its own words.
    """
    for name in sorted(app.env.found_docs):
        page = Path(app.outdir, f"{name}.html")
        for tag in re.findall(r"<img\b[^>]*>", page.read_text("utf-8")):
            found = dict(re.findall(r"""\b(alt|src)=(".*?"|'.*?')""", tag))
            if not found.get("alt", "").strip("\"'"):
                logger.warning("no alt text: %s", tag, location=name)
            if is_missing(page, found.get("src", "").strip("\"'")):
                logger.warning("no such image: %s", tag, location=name)


def is_missing(page: Path, address: str) -> bool:
    """Return whether a page refers to a file of the site that is not there."""
    inside = ":" not in address
    return inside and not (page.parent / unquote(address)).is_file()


def begin(app: Sphinx) -> None:
    """Read everything again if the last build did not end well.

    Sphinx repeats no warning of a page that it does not read again, and
    does not write a page again that was read and not written: by a build
    that was interrupted, or one that only checked links.
    """
    unfinished = Path(app.doctreedir, "unfinished")
    if unfinished.exists():
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()


def end(app: Sphinx) -> None:
    """Note that a build of the site has ended without a warning."""
    Path(app.doctreedir, "unfinished").unlink(missing_ok=True)


def state_causes(app: Sphinx, exception: Exception | None) -> None:
    """End with what has to be mended, not far above the end.

    After the cell and its traceback, a hundred lines would follow about how
    the build came there; after a warning, the rest of the build.
    """
    if isinstance(exception, hooks.Broken):
        sys.exit(f"\n{exception}")
    if isinstance(exception, ExecutionError):
        sys.exit(f"\n{name_cell(app, exception)}")
    if app._warncount and not exception:
        sys.exit("\n".join(["\nThe build failed:", *state.of(app).causes]))


def name_cell(app: Sphinx, exception: ExecutionError) -> str:
    """Return page and cell that failed, and how."""
    where = Path(str(exception)).relative_to(app.srcdir).as_posix()
    what = str(exception.__cause__)
    if isinstance(exception.__cause__, CellExecutionError):
        plain = re.sub(r"\x1b\[[\d;]*m", "", what)
        if cell := re.search(r"In\[(\d+)\]", plain):
            where += f", code cell {cell[1]}"
        what = f"{exception.__cause__.ename}: {exception.__cause__.evalue}"
    return f"{where}: {what}"
