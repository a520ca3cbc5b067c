"""The findings that pages state, read from the texts of the pages.

This is a separate module, because what a page shows of it changes with the
findings of all pages.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CELL = re.compile(
    r"^```\{code-cell\}.*\n"
    r"(?:---\n(?s:.*?)^---\n|(?::.*\n)*)"  # its tags
    r"((?s:.*?))^```$",
    re.M,
)


class Stated(NamedTuple):
    """A finding, and the page that states it."""

    page: str
    name: str
    sentence: str


def stated(folder: Path) -> list[Stated]:
    """Return the findings that the pages in a folder state."""
    return [
        Stated(page.stem, name, sentence)
        for page in sorted(folder.glob("*.md"))
        for code in CELL.findall(page.read_text("utf-8"))
        for name, sentence in calls(code)
    ]


def calls(code: str) -> Iterator[tuple[str, str]]:
    """Return the name and the sentence of each call of ``finding``."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # the build reports it when the cell runs
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Name("finding"),
                [ast.Constant(str(name)), ast.Constant(str(sentence)), *_],
            ):
                yield name, sentence
