"""Downloads: each page, and the whole chapter as PDF and as zip.

The PDF and the zip take longer than the rest of a build, so they are made on
request. Other builds leave them as they are.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from chapter import hooks
from chapter.execution import outputs
from chapter.print import browser
from chapter.print.pdf import PDF

SETTING = "CHAPTER_DOWNLOADS"  # "yes" is the request
ZIP = "_downloads/chapter.zip"  # in the site


def are_requested() -> bool:
    """Return whether this build is to make the PDF and the zip."""
    return os.environ.get(SETTING) == "yes"


def available(site: Path) -> str:
    """Return which of the two the site will have after this build."""
    made = {}
    if are_requested():
        made = {PDF: bool(browser.find_browser()), ZIP: True}
    files = (f for f in (PDF, ZIP) if made.get(f, (site / f).exists()))
    return " ".join(files)


def add_download_menu(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Add the menu of downloads to a page that has a source."""
    if page not in app.env.found_docs:
        return
    notebook, text = f"_sources/{page}.ipynb", context["sourcename"]
    is_notebook = page in outputs.notebook_pages(app)
    made = app.config.downloads
    files = [
        (is_notebook, "Notebook (.ipynb)", notebook, "fa-code"),
        (True, "Text source (.md)", f"_sources/{text}", "fa-file-lines"),
        (PDF in made, "Whole chapter (.pdf)", PDF, "fa-file-pdf"),
        (ZIP in made, "Whole site (.zip)", ZIP, "fa-file-zipper"),
    ]
    entries = [
        (name, context["pathto"](file, resource=True), icon)
        for exists, name, file, icon in files
        if exists
    ]
    hooks.add_menu(context, "download", "Download", "fa-download", entries)


def state_size(app: Sphinx) -> None:
    """State the size of the PDF where pages offer it, which are made before.

    They keep their times, so that the PDF stays newer than they are.
    """
    site = Path(app.outdir)
    if not (pdf := site / PDF).exists():
        return
    size = f"{pdf.stat().st_size / 1e6:.0f} MB"
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        stated = re.sub(r"(\(\.pdf)[^)]*(?=\))", rf"\1, {size}", text)
        if stated != text:
            times = page.stat()
            page.write_text(stated, "utf-8")
            os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))


def make_zip(app: Sphinx) -> None:
    """Pack the site without an older zip of it, if it has changed."""
    site, target = Path(app.outdir), Path(app.outdir, ZIP)
    files = (file for file in site.rglob("*") if file.is_file())
    if all(outputs.is_up_to_date(target, file) for file in files):
        return
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    made = shutil.make_archive(
        str(site.with_name("chapter")), "zip", site.parent, site.name
    )
    shutil.move(made, target)
