"""The lab: the data of its parts, and the code of its page.

Beside the module of a part, in ``parts``, its data say what it teaches, what
is asked of a student, its points, and mistakes that its check must find.
"""

import linecache
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from bookkit.extracts import from_pages
from coursework.kit.calling import suppress_output

ROOT = Path(__file__).parents[1]
PAGE = "book/lab.md"
BLANK = "blank"
KINDS = {"given", "settings", BLANK, "check", "page-only"}
CHECK = re.compile(r'check\("(\w+)"\)')  # the code of a check cell
PREDICT = re.compile(
    rf"^:::{{container}} predict\n(.*?)\n:::.*?{CHECK.pattern}", re.M | re.S
)
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
Names = dict[str, Any]


@dataclass
class Mistake:
    """A mistake: code of the solution, and what replaces it.

    ``fails`` has a pattern of the hint for each property that must fail, or
    "" if there must be none. ``kind`` is the row for teachers; without it,
    they do not see the mistake.
    """

    edit: Mapping[str, str]
    fails: Mapping[str, str]
    kind: str = ""


@dataclass
class Part:
    """What teachers and handouts need to know of a part.

    ``wrong`` are two lines for the blank in disorder, ``explain`` is the
    question below code that is given, ``ask`` has short ones for a talk. The
    keys say what to look for in an answer, to a prediction and to ``explain``.
    ``needs`` are the parts that only its check looks at.
    """

    page: str
    teaches: str
    minutes: int
    points: Mapping[str, int] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    predict_key: str = ""
    explain: str = ""
    explain_key: str = ""
    ask: tuple[str, ...] = ()
    mistakes: dict[str, Mistake] = field(default_factory=dict)


@cache
def parts() -> dict[str, Part]:
    """Read the data of all parts, by name.

    Raises TypeError if an entry is unknown or missing, and ValueError if the
    file is no TOML; both name the file.
    """
    found = {}
    for file in sorted(ROOT.glob("coursework/parts/*.toml")):
        try:
            data = tomllib.loads(file.read_text("utf-8"))
            mistakes = data.pop("mistakes", {})
            part = Part(**data)
            part.mistakes = {n: Mistake(**m) for n, m in mistakes.items()}
        except (TypeError, ValueError) as error:
            error.add_note(f"in {file}")
            raise
        found[file.stem] = part
    return found


@from_pages
@cache
def predictions() -> dict[str, str]:
    """Return the questions of the page that ask for a prediction, by part."""
    found = PREDICT.findall((ROOT / PAGE).read_text("utf-8"))
    return {part: " ".join(question.split()) for question, part in found}


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
        tags = KINDS.intersection(cell.metadata.get("tags", []))
        if len(tags) != 1:
            raise CellError(number, f"give it one of the tags {sorted(KINDS)}")
        node = new_code_cell(cell.source, metadata={"tags": [*tags]})
        if tags == {"given"}:
            node.metadata |= FOLDED
        if tags == {"check"}:
            found = CHECK.fullmatch(cell.source)
            if found is None:
                raise CellError(number, "a check of a part is expected here")
            if found[1] not in parts():
                lacking = f"there is no coursework/parts/{found[1]}.toml"
                raise CellError(number, lacking)
            part = node.metadata.part = found[1]
        if tags == {BLANK}:
            if not part or len(parts()[part].wrong) != 2:
                raise CellError(number, "give it two wrong lines, and a check")
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


def attempt(part: str, edit: Mapping[str, str], **settings: Any) -> Names:
    """Run the lab up to the solution of a part; return the names.

    The solution is run with edits: code of it, and what replaces it. Raises
    ValueError if it has no such code, or the page has no such blank.
    ``settings`` replace the ones of the page.
    """
    blanks = {name: c for kind, name, c in cells() if kind == BLANK}
    if part not in blanks:
        raise ValueError(f"{PAGE} has no blank above a check of {part}")
    names, code = {**above(part, tuple(settings.items()))}, blanks[part]
    for old, new in edit.items():
        if old not in code:
            raise ValueError(f"the solution has no {old!r}")
        code = code.replace(old, new)
    execute(code, names)
    return names


@cache
def above(part: str, settings: tuple[tuple[str, Any], ...]) -> Names:
    """Run the lab down to the blank of a part; return the names."""
    names: Names = {"__name__": "__main__"}
    for kind, name, code in cells():
        if (kind, name) == (BLANK, part):
            break
        if kind != "check":
            execute(code, names)
        if kind == "settings":
            names.update(settings)
    return names


def execute(code: str, names: Names) -> None:
    """Execute code, whose lines a check can quote."""
    file, lines = f"cell {hash(code)}", code.splitlines(keepends=True)
    linecache.cache[file] = len(code), None, lines, file
    with suppress_output():
        exec(compile(code, file, "exec"), names)
