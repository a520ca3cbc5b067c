"""Figures have a second drawing, for narrow screens, and some a script.

The package draws each figure twice, and the kernel keeps the narrow drawing
beside the wide one, which MyST-NB puts into the page. The narrow one becomes
a file beside it, and the page says which is for what screen. So does what
lets a figure move, until the page takes it in.
"""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import imagesize
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from myst_nb.ext.glue import GLUE_PREFIX
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.builders import Builder

from chapter.execute import outputs
from chapter.page import late

SVG = "image/svg+xml"
PHONE = "screen and (max-width: 600px)"  # what is printed is wide


def keep_beside(app: Sphinx, doctree: nodes.document) -> None:
    """Write what belongs to the drawings of a page beside them."""
    if "kernelspec" not in app.env.metadata[app.env.docname]:
        return
    drawn = facts_of_drawings(outputs.executed(app, app.env.docname))
    for image in doctree.findall(nodes.image):
        file = Path(app.srcdir, image["uri"])
        if file.suffix == ".svg" and file.exists():
            wide = file.read_text("utf-8")
            facts = drawn.get("\n".join(wide.splitlines()), {})
            moving = facts.get("moving")
            keep(narrow_of(file), facts.get("narrow"))
            keep(moving_of(file), moving and json.dumps(moving))


def keep(file: Path, text: str | None) -> None:
    """Write a file, or remove one of before, which would be stale."""
    if text:
        file.write_text(text, "utf-8")
    else:
        file.unlink(missing_ok=True)


def facts_of_drawings(notebook: NotebookNode) -> dict[str, dict[str, Any]]:
    """Return what the kernel knows of the drawings of a notebook, by them.

    A drawing that is to be glued elsewhere has a longer name.
    """
    return {
        "\n".join(drawn.splitlines()): facts
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if (facts := output.get("metadata", {}).get(SVG))
        for kind, drawn in output.data.items()
        if kind in (SVG, GLUE_PREFIX + SVG)
    }


def narrow_of(wide: Path) -> Path:
    """Return where the narrow drawing of a file is."""
    return wide.with_name(f"{wide.stem}-narrow.svg")


def moving_of(wide: Path) -> Path:
    """Return where that is which lets the drawing of a file move.

    A drawing that is shown twice, and is the same file, moves at both places
    or at none.
    """
    return wide.with_name(f"{wide.stem}-moving.json")


def choose(page: BeautifulSoup, builder: Builder) -> None:
    """Let a narrow screen show the narrow drawings, if there are some.

    All images get their size, so that nothing moves when they arrive.
    """
    sources = {name: source for source, name in builder.images.items()}
    for image in page.select("article img[src*='_images/']"):
        name = unquote(Path(str(image["src"])).name)
        file = Path(builder.srcdir, sources[name])
        image.attrs.update(size(file))
        image["loading"], image["decoding"] = "lazy", "async"
        if moving_of(file).exists():
            facts = json.loads(moving_of(file).read_text("utf-8"))
            late.add_moving(page, image, facts)
        if narrow_of(file).exists():
            add_narrow(page, image, narrow_of(file), Path(builder.outdir))


def size(file: Path) -> dict[str, str]:
    """Return the size of an image as attributes, if it has one."""
    width, height = imagesize.get(file)
    if width <= 0:  # an SVG may have none
        return {}
    return {"width": str(round(width)), "height": str(round(height))}


def add_narrow(
    page: BeautifulSoup, image: Tag, narrow: Path, site: Path
) -> None:
    """Offer a narrow drawing in place of an image."""
    folder = site / "_images"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(narrow, folder / narrow.name)
    address = str(image["src"]).rpartition("/")[0]
    place = f"{address}/{quote(narrow.name)}"
    facts = {"media": PHONE, "srcset": place, **size(narrow)}
    source = page.new_tag("source", attrs=facts)
    image.wrap(page.new_tag("picture")).insert(0, source)
