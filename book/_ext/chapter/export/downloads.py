"""Downloads of a page, in the theme's menu, and of the whole site as a zip.

The zip is made on request. Other builds leave it as it is.
"""

import os
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookkit.files import keep
from chapter.execution import outputs

ZIP = "_downloads/chapter.zip"  # in the site


def is_requested() -> bool:
    """Return whether this build is to make the zip."""
    return os.environ.get("CHAPTER_DOWNLOADS") == "yes"


def name_notebook(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Tell the theme that a page can be downloaded as a notebook."""
    if page in outputs.notebook_pages(app):
        context["ipynb_source"] = f"{page}.ipynb"


def add_zip(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Add the zip to the theme's menu, on a page that has one."""
    button = {
        "type": "link", "text": "Whole site (.zip)",
        "url": context["pathto"](ZIP, resource=True),
        "icon": "fas fa-file-zipper",
    }  # fmt: skip
    for menu in context["header_buttons"]:
        if menu["label"] == "download-buttons" and app.config.has_zip:
            menu["buttons"].append(button)


def make_zip(app: Sphinx) -> None:
    """Pack the site, without an older zip of it, if a page is newer."""
    site, target = Path(app.outdir), Path(app.outdir, ZIP)

    def pack(draft: Path) -> None:
        with zipfile.ZipFile(
            draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            for file in site.rglob("*"):
                if file.is_file() and file not in (target, draft):
                    archive.write(file, file.relative_to(site.parent))

    pages = (site / f"{page}.html" for page in app.env.found_docs)
    if not all(outputs.is_up_to_date(target, page) for page in pages):
        keep(target, pack)
