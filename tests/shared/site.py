"""The built site, as the tests read it."""

import subprocess
from functools import cache
from pathlib import Path
from sysconfig import get_path

from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"

CHAPTER = [
    "corpus",
    "one_hot",
    "parameters",
    "model",
    "prediction",
    "bptt",
    "clipping",
    "training",
    "state",
    "quality",
    "decoding",
    "inside",
    "speed",
]  # fmt: skip
REFERENCE = ["rerun", "notation", "equations", "api", "bibliography"]
PAGES = ["index", *CHAPTER, "summary", *REFERENCE]
NOTEBOOKS = [*CHAPTER, "rerun"]


# Of a small book, which is quick to build.
HEAD = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# A Page
"""
CELL = """
```{code-cell} ipython3
from charrnn.corpus import clean

print("answer:", clean("A Word"))
```
"""
PAGE = HEAD + CELL

COMMAND = [Path(get_path("scripts"), "jupyter-book"), "build", "."]


def build(book: Path, *options: str) -> subprocess.CompletedProcess:
    """Build ``book`` by the command of the README."""
    return subprocess.run(
        [*COMMAND, *options],
        cwd=book,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


@cache
def page(name: str) -> BeautifulSoup:
    """Return a built page."""
    html = (SITE / "book" / f"{name}.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser")


def article(name: str) -> Tag:
    """Return the part of a page that its author wrote."""
    return page(name).select_one("article.bd-article")


def outputs(name: str) -> str:
    """Return all text that the cells of a page printed."""
    cells = article(name).select(".cell_output")
    return "\n".join(cell.get_text() for cell in cells)
