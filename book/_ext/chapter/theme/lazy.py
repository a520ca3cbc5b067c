"""Scripts that are loaded when a reader comes near what they are for.

A cell can show HTML that holds a script and its data, see
``widgets/src/output.py``, and a figure can come with a script that moves
it. In a notebook, such a script stands in the output. Here it becomes a file,
named by its content, and so do the weights of a network: what a page names is
what its own cells have made.
"""

import os
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from chapter import keys
from chapter.theme.markup import one

FOLDER = "_static/lazy"
# A script stands beside what it draws, and is loaded once, however often it is
# wanted. An address may hold what one is to be given: that one comes at once.
LOADER = """
(() => {
  const [known, link] = [new Set(), location.hash];
  const load = ({ dataset: { src } }) => {
    if (known.has(src)) return;
    known.add(src);
    const script = document.createElement("script");
    document.head.append(Object.assign(script, { src }));
  };
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      load(target.querySelector(".lazy"));
    }
  }, { rootMargin: "600px" });
  for (const script of document.querySelectorAll(".lazy")) {
    if (link.startsWith(`#${script.dataset.name}=`)) load(script);
    else near.observe(script.parentElement);
  }
})();
"""


def add_moving(page: BeautifulSoup, image: Tag, facts: dict[str, Any]) -> None:
    """Put the script that moves a figure, and its data, into the figure."""
    figure = image.find_parent("figure")
    assert figure is not None  # a figure that moves has a caption
    caption = one(figure, "figcaption")  # which is the last
    data = page.new_tag("script", type="application/json")
    data["class"], data["data-name"] = "moving", facts["name"]
    data.string = facts["data"]
    script = page.new_tag("script")
    script["class"], script["data-name"] = "lazy", facts["name"]
    script.string = facts["script"]
    caption.insert_before(data, script)


def take_out(page: BeautifulSoup, site: Path) -> None:
    """Put scripts and weights of a page into files, and load them lazily."""
    style = one(page, "link[rel=stylesheet]")
    prefix = str(style["href"]).split("_static/")[0]
    for weights in page.select("script.weights"):
        text = f"document.currentScript.data = {weights.string};\n"
        move(weights, "weights", text, site, prefix)
    for script in page.select("script.lazy"):
        name = str(script["data-name"])
        move(script, name, str(script.string), site, prefix)
    if page.select("script.lazy"):
        loader = page.new_tag("script")
        loader.string = LOADER
        one(page, "body").append(loader)


def move(element: Tag, name: str, text: str, site: Path, prefix: str) -> None:
    """Write a text to a file, and let an element name the file instead."""
    file = site / FOLDER / f"{name}-{keys.checksum(text)[:8]}.js"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part")
        draft.write_text(text, "utf-8")
        os.replace(draft, file)
    element.clear()
    element["data-src"] = f"{prefix}{FOLDER}/{file.name}"
    # It is no script until it is loaded from there.
    element["type"] = "application/json"
