"""Access of the tests to the sources of the book and to the built site.

Pages are named by their docnames, such as ``book/corpus``.
"""

import copy
import json
import re
from functools import cache
from pathlib import Path
from sysconfig import get_path

import yaml
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))


def source(name: str) -> str:
    """Return the text of a page, as its author wrote it."""
    return (ROOT / f"{name}.md").read_text("utf-8")


def front_matter(name: str) -> dict:
    """Return the metadata of a page, which stand before its text."""
    before, _, rest = source(name).partition("---\n")
    return {} if before else yaml.safe_load(rest.partition("---\n")[0])


CHAPTER = [  # numbered
    chapter["file"]
    for part in TOC["parts"]
    for chapter in part["chapters"]
    if part.get("numbered")
]
PAGES = [TOC["root"]] + [
    chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]
]
NOTEBOOKS = [page for page in PAGES if "kernelspec" in front_matter(page)]
LESSONS = [page for page in CHAPTER if page in NOTEBOOKS]
GONE = CONFIG["sphinx"]["config"]["redirects"]
COMMAND = [Path(get_path("scripts"), "jupyter-book"), "build", "."]


@cache
def page(name: str) -> BeautifulSoup:
    """Return a built page."""
    html = (SITE / f"{name}.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser")


def article(name: str) -> Tag:
    """Return the part of a page that its author wrote."""
    return page(name).select_one("article.bd-article")


def sections(page: Tag) -> list[Tag]:
    """Return the sections of a page, and before them its beginning."""
    page = copy.copy(page)
    parts = page.select("section > section:not(section section section)")
    return [page, *(part.extract() for part in parts)]


@cache
def notebook(name: str) -> dict:
    """Return a page as an executed notebook."""
    file = SITE.parent / "jupyter_execute" / f"{name}.ipynb"
    return json.loads(file.read_text("utf-8"))


def page_files() -> list[str]:
    """Return the paths of all pages in the site, with those of Sphinx."""
    files = (f for f in SITE.rglob("*.html") if "_static" not in f.parts)
    return sorted(file.relative_to(SITE).as_posix() for file in files)


def pages_with(selector: str) -> list[str]:
    """Return the pages that have an element."""
    return [name for name in PAGES if article(name).select(selector)]


def figures(name: str) -> list[str]:
    """Return the names of a page's figures, in order."""
    return re.findall(r"^ *:?name: (fig-\S+)$", source(name), re.M)


def numbered_equations(name: str) -> list[str]:
    """Return the labels of a page's equations, in order."""
    return re.findall(r"^\$\$ \((eq-\S+)\)$", source(name), re.M)
