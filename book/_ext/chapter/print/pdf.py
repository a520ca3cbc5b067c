"""The whole chapter as one PDF, printed by Chromium when pages change.

WeasyPrint sets each formula within a line on a line of its own.
"""

import subprocess
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from chapter.execution.outputs import is_newer
from chapter.export.downloads import PDF
from chapter.print import browser, document

OPTIONS = [
    # It opens nothing but our own document; as root, and on some systems,
    # it does not start otherwise.
    "--no-sandbox",
    "--headless", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]  # fmt: skip
TIMEOUT = 900  # seconds to print, many times what is needed
logger = logging.getLogger(__name__)


def make(app: Sphinx) -> None:
    """Print the site, unless the PDF shows it already."""
    target, folder = Path(app.outdir, PDF), Path(app.outdir).parent / "print"
    if browser.find() is None:
        target.unlink(missing_ok=True)
        logger.info("no PDF is made: there is no Chromium or Chrome")
        return
    if all(is_newer(target, file) for file in shown(app)):
        return
    logger.info("printing the PDF")
    source, draft = folder / "chapter.html", folder / "chapter.pdf"
    folder.mkdir(exist_ok=True)
    target.parent.mkdir(exist_ok=True)
    source.write_text(document.document(app), "utf-8")
    try:
        run(source, draft)
        draft.replace(target)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("Chromium cannot print the PDF: %s", error)


def shown(app: Sphinx) -> list[Path]:
    """Return the files that the PDF shows, and those that make it."""
    site = Path(app.outdir)
    pages = [site / f"{name}.html" for name in document.in_order(app)]
    images = site.joinpath("_images").glob("*")
    sheets = site.joinpath("_static").glob("*.css")
    return [*pages, *images, *sheets, *Path(__file__).parent.glob("*.*")]


def run(source: Path, target: Path) -> None:
    """Let Chromium print a document, with a profile of its own."""
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            str(browser.find()), *OPTIONS, f"--user-data-dir={profile}",
            f"--print-to-pdf={target}", source.as_uri(),
        ]  # fmt: skip
        subprocess.run(
            command, timeout=TIMEOUT, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    if not target.exists():
        raise FileNotFoundError(f"it has written no {target}")
