"""Figures have a second drawing, for narrow screens, and some a script.

The kernel keeps the narrow drawing of a figure beside the wide one, which
MyST-NB puts into the page. Here the narrow one becomes a file of the site, and
the page says which is for what screen. So does what lets a figure move, until
the page takes it in.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import imagesize
from bs4 import BeautifulSoup, Tag
from myst_nb.ext.glue import GLUE_PREFIX
from sphinx.builders import Builder

from chapter.execution import outputs
from chapter.theme import lazy

SVG = "image/svg+xml"
PHONE = "screen and (max-width: 600px)"  # what is printed is wide


def choose(page: BeautifulSoup, builder: Builder, name: str) -> None:
    """Let a narrow screen show the narrow drawings of a page.

    All images get their size, so that nothing moves when they arrive.
    """
    drawn = facts_of_drawings(builder, name)
    sources = {copy: source for source, copy in builder.images.items()}
    for image in page.select("article img[src*='_images/']"):
        file = Path(builder.srcdir, sources[unquote(name_of(image))])
        image.attrs.update(size(file))
        image["loading"], image["decoding"] = "lazy", "async"
        facts: dict[str, Any] = {}
        if file.suffix == ".svg":
            facts = drawn.get(lines_of(file.read_text("utf-8")), {})
        if "moving" in facts:
            lazy.add_moving(page, image, facts["moving"])
        if "narrow" in facts:
            add_narrow(page, image, facts["narrow"], Path(builder.outdir))


def facts_of_drawings(builder: Builder, name: str) -> dict[str, Any]:
    """Return what the kernel knows of the drawings of a page, by them.

    A drawing that is glued elsewhere has a longer name.
    """
    if name not in outputs.notebooks(builder.app):
        return {}
    return {
        lines_of(drawn): facts
        for cell in outputs.executed(builder.app, name).cells
        for output in cell.get("outputs", [])
        if (facts := output.get("metadata", {}).get(SVG))
        for kind, drawn in output.data.items()
        if kind in (SVG, GLUE_PREFIX + SVG)
    }


def lines_of(drawing: str) -> str:
    """Return a drawing without what the way to a file does to its lines."""
    return "\n".join(drawing.splitlines())


def name_of(image: Tag) -> str:
    """Return the name of the file of an image, as its address has it."""
    return str(image["src"]).rpartition("/")[2]


def size(file: Path) -> dict[str, str]:
    """Return the size of an image as attributes, if it has one."""
    width, height = imagesize.get(file)
    if width <= 0:  # an SVG may have none
        return {}
    return {"width": str(round(width)), "height": str(round(height))}


def add_narrow(
    page: BeautifulSoup, image: Tag, drawing: str, site: Path
) -> None:
    """Offer a narrow drawing in place of an image."""
    folder, _, name = str(image["src"]).rpartition("/")
    file = site / "_images" / f"{Path(unquote(name)).stem}-narrow.svg"
    file.parent.mkdir(exist_ok=True)
    file.write_text(drawing, "utf-8")
    place = f"{folder}/{quote(file.name)}"
    facts = {"media": PHONE, "srcset": place, **size(file)}
    source = page.new_tag("source", attrs=facts)
    image.wrap(page.new_tag("picture")).insert(0, source)
