"""The whole chapter as one PDF, printed by Chromium when pages change.

WeasyPrint puts each formula within a line on a line of its own.
"""

import subprocess
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from chapter.execution.outputs import is_up_to_date
from chapter.print import browser, single_html

PDF = "_downloads/chapter.pdf"  # in the site
OPTIONS = [
    # It opens nothing but our own document. As root, and on some systems, it
    # does not start with its sandbox.
    "--no-sandbox",
    "--headless", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]  # fmt: skip
TIMEOUT = 900  # seconds, many times what is needed
logger = logging.getLogger(__name__)


def make_pdf(app: Sphinx) -> None:
    """Print the site, unless the PDF is up to date."""
    target, folder = Path(app.outdir, PDF), Path(app.outdir).parent / "print"
    if browser.find_browser() is None:
        target.unlink(missing_ok=True)
        logger.info("no PDF is made: there is no Chromium or Chrome")
        return
    if all(is_up_to_date(target, file) for file in find_sources(app)):
        return
    logger.info("printing the PDF")
    source, draft = folder / "chapter.html", folder / "chapter.pdf"
    folder.mkdir(exist_ok=True)
    target.parent.mkdir(exist_ok=True)
    source.write_text(single_html.build_document(app), "utf-8")
    try:
        print_to_pdf(source, draft)
        draft.replace(target)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("Chromium cannot print the PDF: %s", error)


def find_sources(app: Sphinx) -> list[Path]:
    """Return the files that the PDF shows, and those that make it."""
    site = Path(app.outdir)
    pages = [site / f"{name}.html" for name in app.env.collect_relations()]
    images = site.joinpath("_images").glob("*")
    sheets = site.joinpath("_static").glob("*.css")
    return [*pages, *images, *sheets, *Path(__file__).parent.glob("*.*")]


def print_to_pdf(source: Path, target: Path) -> None:
    """Print an HTML document by Chromium, with a profile of its own."""
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            str(browser.find_browser()), *OPTIONS,
            f"--user-data-dir={profile}", f"--print-to-pdf={target}",
            source.as_uri(),
        ]  # fmt: skip
        subprocess.run(
            command, timeout=TIMEOUT, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    if not target.exists():
        raise FileNotFoundError(f"it has written no {target}")
