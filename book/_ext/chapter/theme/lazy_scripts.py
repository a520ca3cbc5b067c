"""Scripts that are loaded when a reader comes near, or touches a form.

A cell can show HTML with a script and its data, see ``widgets/embed.py`` and
``bookkit/figures/moving.py``. In a notebook, such a script stands in the
output. Here it becomes a file, named by its checksum, and so do the weights of
a network. So a page always loads what its own cells have made.
"""

from pathlib import Path

from bs4 import BeautifulSoup, Tag

from bookkit.files import checksum
from chapter.markup import select_one

FOLDER = "_static/lazy"
LOADER = Path(__file__).with_suffix(".js").read_text("utf-8")


def extract_scripts(page: BeautifulSoup, site: Path) -> None:
    """Move scripts and weights of a page into files, and add the loader."""
    style = select_one(page, "link[rel=stylesheet]")
    prefix = str(style["href"]).split("_static/")[0]
    for weights in page.select("script.weights"):
        text = f"document.currentScript.data = {weights.string};\n"
        move_to_file(weights, "weights", text, site, prefix)
    for script in page.select("script.lazy"):
        name = str(script["data-name"])
        move_to_file(script, name, str(script.string), site, prefix)
    if page.select("script.lazy"):
        loader = page.new_tag("script")
        loader.string = LOADER
        select_one(page, "body").append(loader)


def move_to_file(
    element: Tag, name: str, text: str, site: Path, prefix: str
) -> None:
    """Write a text to a file, and let an element refer to it instead."""
    file = site / FOLDER / f"{name}-{checksum(text)[:8]}.js"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    element.clear()
    element["data-src"] = f"{prefix}{FOLDER}/{file.name}"
    element["type"] = "application/json"  # so that the browser ignores it
