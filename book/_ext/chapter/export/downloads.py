"""What can be downloaded: a page, and the whole chapter as PDF and as zip.

The last two take longer than all else in a build, and are made on request.
A build without one leaves them as they are.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from chapter import hooks
from chapter.execution import outputs
from chapter.print import browser

SETTING = "CHAPTER_DOWNLOADS"  # "yes" is the request
PDF, ZIP = "_downloads/chapter.pdf", "_downloads/chapter.zip"  # in the site


def are_made() -> bool:
    """Return whether this build makes the PDF and the zip."""
    return os.environ.get(SETTING) == "yes"


def offered(site: Path) -> str:
    """Return which of the two there will be."""
    made = {PDF: bool(browser.find()), ZIP: True} if are_made() else {}
    places = (p for p in (PDF, ZIP) if made.get(p, (site / p).exists()))
    return " ".join(places)


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Put the menu above a page that has a source."""
    if page not in app.env.found_docs:
        return
    notebook, text = f"_sources/{page}.ipynb", context["sourcename"]
    offers, is_notebook = app.config.downloads, page in outputs.notebooks(app)
    files = [
        (is_notebook, "Notebook (.ipynb)", notebook, "fa-code"),
        (True, "Text source (.md)", f"_sources/{text}", "fa-file-lines"),
        (PDF in offers, "Whole chapter (.pdf)", PDF, "fa-file-pdf"),
        (ZIP in offers, "Whole site (.zip)", ZIP, "fa-file-zipper"),
    ]
    entries = [
        (name, context["pathto"](place, resource=True), icon)
        for is_there, name, place, icon in files
        if is_there
    ]
    hooks.add_menu(context, "download", "Download", "fa-download", entries)


def pack(app: Sphinx) -> None:
    """Pack the site, without an older zip of it."""
    site, target = Path(app.outdir), Path(app.outdir, ZIP)
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    made = shutil.make_archive(
        str(site.with_name("chapter")), "zip", site.parent, site.name
    )
    shutil.move(made, target)
