"""Run the solution of the lab, with edits or without."""

import linecache
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coursework.kit.calling import suppress_output
from coursework.kit.data import BLANK

FILE = Path(__file__).parents[2] / "solution.py"  # of a handout
CELL = re.compile(r"^# %% (\w+) ?(\w*)\n(.*?)\n*(?=^# %% |\Z)", re.M | re.S)
SILENT = {"report_training": lambda *_: None}  # it is given, and draws
Names = dict[str, Any]
Settings = tuple[tuple[str, Any], ...]


@cache
def cells() -> list[tuple[str, str, str]]:
    """Return the kind, the part, and the code of each cell of the lab."""
    if FILE.exists():
        return CELL.findall(FILE.read_text("utf-8"))
    from coursework import lab  # reads the page

    return lab.cells()


def blanks() -> dict[str, str]:
    """Return the solution of each part that has a blank."""
    return {name: code for kind, name, code in cells() if kind == BLANK}


def attempt(
    part: str, edit: Mapping[str, str], settings: Settings = ()
) -> Names:
    """Run the solution with edits of a part; return the names.

    An edit is code of the solution, and what replaces it. Raises ValueError if
    it has no such code, or the lab has no such blank. ``settings`` replace
    those of the page.
    """
    if part not in blanks():
        raise ValueError(f"the lab has no blank above a check of {part}")
    code = blanks()[part]
    for old, new in edit.items():
        if old not in code:
            raise ValueError(f"the solution of {part} has no {old!r}")
        code = code.replace(old, new)
    names = {**whole(settings)}
    execute(code, names)
    return names


@cache
def whole(settings: Settings) -> Names:
    """Run the lab down to its last blank, before anything is trained."""
    names: Names = {"__name__": "__main__"}
    last = max(i for i, (kind, *_) in enumerate(cells()) if kind == BLANK)
    for kind, _, code in cells()[: last + 1]:
        if kind != "check":
            execute(code, names)
        if kind == "settings":
            names.update(settings)
    names.update(SILENT)
    return names


def execute(code: str, names: Names) -> None:
    """Execute code, whose lines a check can quote."""
    file, lines = f"cell {hash(code)}", code.splitlines(keepends=True)
    linecache.cache[file] = len(code), None, lines, file
    with suppress_output():
        exec(compile(code, file, "exec"), names)
