"""A small book with the chapter's configuration, quick to build."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, ResultSet, Tag

from shared.site import COMMAND, ROOT

INDEX = "book/index"
PACKAGES = ("charrnn", "bookkit", "widgets", "coursework")
SMALL_RECIPES = """
SEQUENTIAL = replace(SEQUENTIAL, num_epochs=2, num_hiddens=32)
RANDOM = replace(RANDOM, num_epochs=2, num_hiddens=32)
RECIPES = {recipe.name: recipe for recipe in (SEQUENTIAL, RANDOM)}
"""
HEAD = """\
---
goal: write a page
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


def cell(code: str) -> str:
    """Return the text of a code cell in a page."""
    return f"\n```{{code-cell}} ipython3\n{code}\n```\n"


PAGE = HEAD + cell(
    "from charrnn.corpus import clean\n\nprint('answer:', clean('A Word'))"
)
TRAINED = cell(
    "from bookkit import recipes\n"
    "from bookkit.networks import load_or_train\n\n"
    "trained = load_or_train(recipes.RANDOM)\n"
    "print(len(trained.history), 'epochs')"
)


@dataclass(frozen=True)
class Book:
    """A book in a folder of its own; pages are named by their docnames."""

    root: Path

    @property
    def site(self) -> Path:
        """Return the folder of the site."""
        return self.root / "_build" / "html"

    def write(self, text: str = "", page: str = INDEX) -> None:
        """Write a page: a cell that prints an answer, and a text after it."""
        (self.root / f"{page}.md").write_text(PAGE + text, "utf-8")

    def list_pages(self, *pages: str) -> None:
        """Write a table of contents: the first page, and a part for each."""
        lines = ["format: jb-book", f"root: {INDEX}"]
        if pages:
            part = "- {{caption: {0}, chapters: [{{file: {0}}}]}}"
            lines += ["parts:", *map(part.format, pages)]
        (self.root / "_toc.yml").write_text("\n".join(lines), "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a source file."""
        file = self.root / name
        before = file.read_text("utf-8")
        assert old in before
        file.write_text(before.replace(old, new), "utf-8")

    def build(
        self, *options: str, fails: bool = False, **settings: str
    ) -> str:
        """Build the book, and return what is printed.

        The settings are environment variables.
        """
        others = {k: v for k, v in os.environ.items() if "CHAPTER" not in k}
        result = subprocess.run(
            [*COMMAND, *options], cwd=self.root, env=others | settings,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        assert bool(result.returncode) is fails, result.stdout[-4000:]
        return result.stdout

    def fail(self, *options: str) -> str:
        """Expect a build to fail, and return what is printed."""
        return self.build(*options, fails=True)

    def html(self, page: str = INDEX) -> str:
        """Return a page of the site."""
        return (self.site / f"{page}.html").read_text("utf-8")

    def select(self, selector: str, page: str = INDEX) -> ResultSet[Tag]:
        """Return elements of a page."""
        return BeautifulSoup(self.html(page), "html.parser").select(selector)


def make_book(root: Path) -> Book:
    """Make a book of one page, without building it."""
    for name in (*PACKAGES, "studies", "book/_ext", "book/_static"):
        ignore = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    for name in ("_config.yml", "book/references.bib"):
        shutil.copy(ROOT / name, root / name)
    book = Book(root)
    book.list_pages()
    book.write()
    return book


def shorten_recipes(book: Book) -> None:
    """Leave two recipes in a book, which take a second to train."""
    recipes = book.root / "bookkit" / "recipes.py"
    recipes.write_text(recipes.read_text("utf-8") + SMALL_RECIPES, "utf-8")
