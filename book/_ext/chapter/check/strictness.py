"""A build fails when it must: this time, and every time until it is mended."""

import re
import sys
from logging import Filter, LogRecord, getLogger
from pathlib import Path
from urllib.parse import unquote

import nbformat
from docutils import nodes
from myst_nb.core.execute.base import ExecutionError
from nbclient.exceptions import CellExecutionError
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.logging import WarningStreamHandler

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
            number = sum(line <= place.line for line in before)
            logger.warning(
                "an image has no alt text: say what it shows%s",
                f", in code cell {number} with mystnb: {{image: {{alt: ...}}}}"
                if by_cell
                else "",
                location=place,
            )


def locate(image: nodes.image) -> tuple[nodes.Node, bool]:
    """Return the node that has a line, and whether a cell made the image."""
    place, by_cell, node = image, False, image
    while node.parent is not None:
        node = node.parent
        place = place if place.line else node
        by_cell = by_cell or node.get("nb_element") == "cell_code"
    return place, by_cell


def refuse_stderr(app: Sphinx, exception: Exception | None) -> None:
    """Warn of cells that write to stderr, also where the page hides it."""
    if exception or app.builder.format != "html":
        return
    for page in sorted(app.env.found_docs):
        cells = zip(code_cells(app, page), on_stderr(app, page), strict=False)
        for number, (line, text) in enumerate(cells, start=1):
            if text:
                message = "code cell %d writes to stderr: %s"
                logger.warning(message, number, text, location=(page, line))


def on_stderr(app: Sphinx, page: str) -> list[str]:
    """Return what each code cell of a page has written to stderr."""
    file = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    if not file.exists():
        return []
    cells = nbformat.read(file, as_version=4).cells
    return [
        "".join(
            o.text for o in cell.outputs if o.get("name") == "stderr"
        ).strip()
        for cell in cells
        if cell.cell_type == "code"
    ]


def check_images(app: Sphinx, exception: Exception | None) -> None:
    """Warn of images without alt text or file in the pages as written.

    Sphinx knows nothing of those that come by glue or in raw HTML. It has
    warned of the others.
    """
    if exception or app._warncount or app.builder.format != "html":
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


class Causes(Filter):
    """Let all warnings pass, and remember them."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = []

    def filter(self, record: LogRecord) -> bool:
        """Remember a warning."""
        self.messages.append(record.getMessage())
        return True


def remember_warnings(app: Sphinx) -> None:
    """Remember the warnings that Sphinx shows, and counts."""
    app.causes = Causes()
    for handler in getLogger("sphinx").handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(app.causes)


def state_causes(app: Sphinx, exception: Exception | None) -> None:
    """End with what has to be mended, not far above the end.

    After the cell and its traceback, a hundred lines would follow about how
    the build came there; after a warning, the rest of the build.
    """
    if isinstance(exception, ExecutionError):
        sys.exit(f"\n{name_cell(app, exception)}")
    if app._warncount and not exception:
        sys.exit("\n".join(["\nThe build failed:", *app.causes.messages]))


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


def setup(app: Sphinx) -> dict:
    """Connect the hooks; collect all warnings of a build, then fail."""
    begin(app)
    remember_warnings(app)
    app.keep_going = True
    app.warningiserror = False
    app.connect("doctree-read", require_alt_text)
    app.connect("build-finished", refuse_stderr, priority=600)
    app.connect("build-finished", check_images, priority=600)
    app.connect("build-finished", end, priority=900)
    app.connect("build-finished", state_causes, priority=1000)
    return {"parallel_read_safe": True}
