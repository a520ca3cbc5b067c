"""The lab: the code of its page, and what teachers need to know of its parts.

The data of the checks, with points and mistakes, are in ``kit.data``.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from bookkit.extracts import from_pages
from coursework.kit import data
from coursework.kit.data import BLANK

ROOT = Path(__file__).parents[1]
PAGE = "book/lab.md"
KINDS = {"given", "settings", BLANK, "check", "page-only"}
CHECK = re.compile(r'check\("(\w+)"\)')  # the code of a check cell
PREDICT = re.compile(r"^:::{container} predict (\w+)\n(.*?)\n:::", re.M | re.S)
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}


@dataclass
class Teaching:
    """What teachers need to know of a part.

    ``explain`` is a question about its code. The keys say what to look for in
    an answer to it, and to the prediction that the page asks for.
    """

    teaches: str = ""
    minutes: int = 0
    predict_key: str = ""
    explain: str = ""
    explain_key: str = ""


@cache
def teaching() -> dict[str, Teaching]:
    """Return what teachers need to know, by part, in the order of the page."""
    text = (ROOT / "coursework/teaching.toml").read_text("utf-8")
    return {name: Teaching(**t) for name, t in tomllib.loads(text).items()}


@from_pages
@cache
def predictions() -> dict[str, str]:
    """Return the questions of the page that ask for a prediction, by part."""
    found = PREDICT.findall((ROOT / PAGE).read_text("utf-8"))
    return {part: " ".join(question.split()) for part, question in found}


class CellError(ValueError):
    """Raised with the place of a cell that cannot be part of the lab."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"{PAGE}, code cell {number}: {message}")


def read(shown: list[tuple[int, NotebookNode]]) -> dict[int, NotebookNode]:
    """Return the cells of the solution by the numbers of the page's cells.

    A check and the blank above it have the name of their part in the
    metadata. Raises CellError if a cell does not fit in.
    """
    made, part = {}, ""
    for number, cell in reversed(shown):
        every = cell.metadata.get("tags", [])
        tags = KINDS.intersection(every)
        if len(tags) != 1:
            raise CellError(number, f"give it one of the tags {sorted(KINDS)}")
        node = new_code_cell(cell.source, metadata={"tags": [*tags]})
        if {"hide-input", "imports"}.intersection(every):
            node.metadata |= FOLDED
        elif tags != {BLANK}:  # Jupyter runs on if it fails
            node.metadata.tags.append("raises-exception")
        if tags == {"check"}:
            found = CHECK.fullmatch(cell.source)
            if found is None:
                raise CellError(number, "a check of a part is expected here")
            if found[1] not in data.parts():
                lacking = f"there is no coursework/parts/{found[1]}.toml"
                raise CellError(number, lacking)
            part = node.metadata.part = found[1]
        if tags == {BLANK}:
            if not part:
                raise CellError(number, "give it a check")
            node.metadata.part, part = part, ""
        if tags != {"page-only"}:
            made[number] = node
    return dict(sorted(made.items()))


@from_pages
@cache
def cells() -> list[tuple[str, str, str]]:
    """Return the kind, the part, and the code of each cell of the lab."""
    page = read_myst_markdown_notebook((ROOT / PAGE).read_text("utf-8"))
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    return [
        (cell.metadata.tags[0], cell.metadata.get("part", ""), cell.source)
        for cell in read([*enumerate(code, start=1)]).values()
    ]


def order() -> list[str]:
    """Return the parts in the order of the page."""
    return [part for kind, part, _ in cells() if kind == "check"]
