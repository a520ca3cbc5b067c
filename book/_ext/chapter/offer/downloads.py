"""What can be downloaded: a page, and the whole chapter as PDF and as zip.

The last two take longer than all else in a build, and are made on request.
A build without one leaves them as they are.
"""

import os
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from chapter.execute import outputs
from chapter.offer import menus
from chapter.print import browser

SETTING = "CHAPTER_DOWNLOADS"  # "yes" is the request
PDF, ZIP = "_downloads/chapter.pdf", "_downloads/chapter.zip"  # in the site


def are_made() -> bool:
    """Return whether this build makes the PDF and the zip."""
    return os.environ.get(SETTING) == "yes"


def note_offers(app: Sphinx, config: Config) -> None:
    """Note which of the two there will be.

    All pages are written again when that has changed.
    """
    made = {PDF: bool(browser.find()), ZIP: True} if are_made() else {}
    config.downloads = " ".join(
        place
        for place in (PDF, ZIP)
        if made.get(place, Path(app.outdir, place).exists())
    )


def files(app: Sphinx, page: str, source: str) -> dict[str, tuple[str, str]]:
    """Return the files of a page and of the chapter: name, place, icon."""
    found = {}
    if page in outputs.notebooks(app):
        found["Notebook (.ipynb)"] = f"_sources/{page}.ipynb", "fa-code"
    found["Text source (.md)"] = f"_sources/{source}", "fa-file-lines"
    if PDF in app.config.downloads:
        found["Whole chapter (.pdf)"] = PDF, "fa-file-pdf"
    if ZIP in app.config.downloads:
        found["Whole site (.zip)"] = ZIP, "fa-file-zipper"
    return found


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Put the menu above a page that has a source."""
    if page not in app.env.found_docs:
        return
    found = files(app, page, context["sourcename"]).items()
    links = [
        menus.link(text, context["pathto"](place, resource=True), icon)
        for text, (place, icon) in found
    ]
    menus.add(context, "download", "Download", "fa-download", links)
