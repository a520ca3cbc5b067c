"""A build fails when it must: this time, and every time until it is mended."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from myst_nb.core.execute.base import ExecutionError
from nbclient.exceptions import CellExecutionError
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def require_alt_text(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of images that a screen reader could say nothing about."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            place, cell = locate(image)
            logger.warning(
                "an image has no alt text: say what it shows%s",
                f", in cell {cell} with mystnb: {{image: {{alt: ...}}}}"
                if cell is not None
                else "",
                location=place,
            )


def locate(image: nodes.image) -> tuple[nodes.Node, int | None]:
    """Return the node that has a line, and the cell, of an image."""
    place, cell, node = image, None, image
    while node.parent is not None:
        node = node.parent
        place = place if place.line else node
        if node.get("nb_element") == "cell_code":
            cell = node["cell_index"]
    return place, cell


def check_images(app: Sphinx, exception: Exception | None) -> None:
    """Warn of images without alt text or file in the pages as written.

    Sphinx knows nothing of those that come by glue or in raw HTML.
    """
    if exception or app.builder.format != "html":
        return
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


def end(app: Sphinx, exception: Exception | None) -> None:
    """Note that a build of the site has ended without a warning."""
    if not exception and not app._warncount and app.builder.format == "html":
        Path(app.doctreedir, "unfinished").unlink(missing_ok=True)


def name_cell(app: Sphinx, exception: Exception | None) -> None:
    """End with the page and cell that failed, not with Jupyter Book's own.

    The cell and its traceback have been printed; what would follow is a
    hundred lines about how the build came there.
    """
    if not isinstance(exception, ExecutionError):
        return
    where = Path(str(exception)).relative_to(app.srcdir).as_posix()
    what = str(exception.__cause__)
    if isinstance(exception.__cause__, CellExecutionError):
        plain = re.sub(r"\x1b\[[\d;]*m", "", what)
        if cell := re.search(r"In\[(\d+)\]", plain):
            where += f", code cell {cell[1]}"
        what = f"{exception.__cause__.ename}: {exception.__cause__.evalue}"
    sys.exit(f"\n{where}: {what}")


def setup(app: Sphinx) -> dict:
    """Connect the hooks; collect all warnings of a build, then fail."""
    begin(app)
    app.keep_going = True
    app.warningiserror = False
    app.connect("doctree-read", require_alt_text)
    app.connect("build-finished", check_images)
    app.connect("build-finished", end, priority=900)
    app.connect("build-finished", name_cell, priority=1000)
    return {"parallel_read_safe": True}
