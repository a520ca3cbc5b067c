"""The whole chapter as one PDF, printed by Chromium when pages change.

Chromium cannot set the number of the page that a link leads to. It prints
with the numbers of the last time, and again until they have not changed.

WeasyPrint sets each formula within a line on a line of its own. Paged.js
numbers pages by itself, but needs Node.js in a build.
"""

import json
import os
import re
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

from chapter import hooks, keys
from chapter.offer.downloads import PDF
from chapter.print import browser, document

OPTIONS = [
    # It opens nothing but our own document; as root, and on some systems,
    # it does not start otherwise.
    "--no-sandbox",
    "--headless", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]  # fmt: skip
NODE = re.compile(rb"\(node\d{8}\)")
TIMEOUT = 900  # seconds to print, many times what is needed
TIMES = 4  # to print at most, until the numbers of pages are right
logger = logging.getLogger(__name__)


def make(app: Sphinx) -> None:
    """Print the site, unless the PDF shows it already."""
    target, folder = Path(app.outdir, PDF), Path(app.outdir).parent / "print"
    if browser.find() is None:
        target.unlink(missing_ok=True)
        logger.info("no PDF is made: there is no Chromium or Chrome")
        return
    folder.mkdir(exist_ok=True)
    seen, state = folder / "seen", shown(app)
    if target.exists() and seen.exists() and seen.read_text("utf-8") == state:
        return
    try:
        draft = print_numbered(app, folder)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("Chromium cannot print the PDF: %s", error)
        return
    target.parent.mkdir(exist_ok=True)
    finish(app, draft, target)
    seen.write_text(state, "utf-8")


def shown(app: Sphinx) -> str:
    """Return a checksum of all that the PDF shows, and of how it is made."""
    site = Path(app.outdir)
    pages = [site / f"{name}.html" for name in document.in_order(app)]
    images = sorted(site.joinpath("_images").glob("*"))
    own = sorted(Path(__file__).parent.glob("[!.]*.*"))
    also = [site / "_static" / "style.css", site / document.SCRIPT]
    files = [*pages, *images, *also, *own]
    return keys.checksum(*(file.read_bytes() for file in files))


def print_numbered(app: Sphinx, folder: Path) -> Path:
    """Print until the contents state the pages that the titles are on."""
    contents = document.articles(app)
    source, draft = folder / "chapter.html", folder / "chapter.pdf"
    kept = folder / "numbers.json"
    numbers = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for attempt in range(TIMES):
        logger.info("printing the PDF%s", " once more" if attempt else "")
        html = document.document(app, contents, numbers)
        source.write_text(html, "utf-8")
        run(source, draft)
        before, numbers = numbers, page_numbers(draft)
        if numbers == before:
            kept.write_text(json.dumps(numbers), "utf-8")
            return draft
    raise OSError("the numbers of pages change each time")


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


def page_numbers(file: Path) -> dict[str, int]:
    """Return on which page of a PDF each named place is."""
    import pikepdf  # takes a while

    with pikepdf.open(file) as pdf:
        pages = {page.obj.objgen: i for i, page in enumerate(pdf.pages, 1)}
        return {
            str(name).removeprefix("/"): pages[target[0].objgen]
            for name, target in pdf.Root.Dests.items()
        }


def finish(app: Sphinx, draft: Path, target: Path) -> None:
    """Write the PDF, small, the same each time, and open with its outline."""
    import pikepdf

    with pikepdf.open(BytesIO(renumber(draft.read_bytes()))) as pdf:
        del pdf.docinfo
        pdf.docinfo["/Title"] = app.config.html_title
        pdf.docinfo["/Author"] = app.config.author
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = {"/DisplayDocTitle": True}
        part = draft.with_suffix(".part")
        pdf.save(
            part, deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )  # fmt: skip
    os.replace(part, target)


def renumber(pdf: bytes) -> bytes:
    """Count the parts of tables from 1; Chromium begins anywhere."""
    names = sorted(set(NODE.findall(pdf)))
    if b"/IDTree" in pdf and not names:
        raise hooks.Broken("Skia, by which Chromium prints, names parts anew")
    numbers = {name: b"(node%08d)" % i for i, name in enumerate(names, 1)}
    return NODE.sub(lambda match: numbers[match[0]], pdf)
