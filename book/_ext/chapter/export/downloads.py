"""Downloads of a page, in the theme's menu, and of the whole site as a zip.

The zip is made on request. Other builds leave it as it is.
"""

import os
import zipfile
from pathlib import Path
from typing import Any
from zlib import crc32

from sphinx.application import Sphinx

from bookkit.files import keep
from chapter.execution import outputs

SETTING = "CHAPTER_DOWNLOADS"  # "yes" is the request
ZIP = "_downloads/chapter.zip"  # in the site


def is_requested() -> bool:
    """Return whether this build is to make the zip."""
    return os.environ.get(SETTING) == "yes"


def has_zip(site: Path) -> bool:
    """Return whether the site will have the zip after this build."""
    return is_requested() or (site / ZIP).exists()


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
    """Pack the site without an older zip of it, if it has changed.

    Its files are compared by their contents, because some are written anew
    at every build.
    """
    site, target = Path(app.outdir), Path(app.outdir, ZIP)
    files = {
        file.relative_to(site.parent).as_posix(): file
        for file in site.rglob("*")
        if file.is_file() and file != target
    }

    def pack(draft: Path) -> None:
        with zipfile.ZipFile(
            draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            for name, file in files.items():
                archive.write(file, name)

    checksums = {name: crc32(f.read_bytes()) for name, f in files.items()}
    if packed_checksums(target) != checksums:
        keep(target, pack)


def packed_checksums(target: Path) -> dict[str, int]:
    """Return the checksum of each file in a zip; none if there is no zip."""
    if not target.exists():
        return {}
    with zipfile.ZipFile(target) as archive:
        return {info.filename: info.CRC for info in archive.infolist()}
