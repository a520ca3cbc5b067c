"""Figures have a second drawing, for narrow screens, and some a script.

The kernel keeps the narrow drawing of a figure, and the data that move it,
in the metadata of the wide drawing, which MyST-NB puts into the page. Here
the narrow one becomes a file of the site, and the browser chooses.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import imagesize
from bs4 import BeautifulSoup, Tag
from myst_nb.ext.glue import GLUE_PREFIX
from sphinx.builders import Builder

from chapter.execution import outputs
from chapter.theme import lazy_scripts

SVG = "image/svg+xml"
PHONE = "screen and (max-width: 600px)"  # paper shows the wide drawing


def prepare_images(page: BeautifulSoup, builder: Builder, name: str) -> None:
    """Add narrow drawings, scripts, and sizes to the images of a page.

    With its size known, an image moves nothing when it arrives.
    """
    metadata = drawing_metadata(builder, name)
    sources = {copy: source for source, copy in builder.images.items()}
    for image in page.select("article img[src*='_images/']"):
        _, _, file_name = str(image["src"]).rpartition("/")
        file = Path(builder.srcdir, sources[unquote(file_name)])
        image.attrs.update(image_size(file))
        image["loading"], image["decoding"] = "lazy", "async"
        facts: dict[str, Any] = {}
        if file.suffix == ".svg":
            facts = metadata.get(normalize(file.read_text("utf-8")), {})
        if "moving" in facts:
            lazy_scripts.add_moving(page, image, facts["moving"])
        if "narrow" in facts:
            add_narrow(page, image, facts["narrow"], Path(builder.outdir))


def drawing_metadata(builder: Builder, name: str) -> dict[str, Any]:
    """Return the metadata of the drawings on a page, by the drawings.

    The type of a drawing that another page pastes has a prefix.
    """
    if name not in outputs.notebook_pages(builder.app):
        return {}
    return {
        normalize(drawing): facts
        for cell in outputs.read_executed(builder.app, name).cells
        for output in cell.get("outputs", [])
        if (facts := output.get("metadata", {}).get(SVG))
        for kind, drawing in output.data.items()
        if kind in (SVG, GLUE_PREFIX + SVG)
    }


def normalize(drawing: str) -> str:
    """Return a drawing with the line ends that it has in every file."""
    return "\n".join(drawing.splitlines())


def image_size(file: Path) -> dict[str, str]:
    """Return the size of an image as attributes."""
    width, height = imagesize.get(file)
    return {"width": str(round(width)), "height": str(round(height))}


def add_narrow(
    page: BeautifulSoup, image: Tag, drawing: str, site: Path
) -> None:
    """Write a narrow drawing, and let the browser choose it for an image."""
    folder, _, name = str(image["src"]).rpartition("/")
    file = site / "_images" / f"{Path(unquote(name)).stem}-narrow.svg"
    file.parent.mkdir(exist_ok=True)
    file.write_text(drawing, "utf-8")
    address = f"{folder}/{quote(file.name)}"
    attributes = {"media": PHONE, "srcset": address, **image_size(file)}
    source = page.new_tag("source", attrs=attributes)
    image.wrap(page.new_tag("picture")).insert(0, source)
