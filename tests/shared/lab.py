"""The code of the lab's page, and attempts that differ from its solution."""

import linecache
import re
from functools import cache
from typing import Any, NamedTuple

import yaml

from coursework.checks import evaluate
from shared.site import source

CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.M | re.S)
HEAD = re.compile(r"(?:---\n(.*?)^---\n|:tags: (\[.*?\])\n\n)", re.M | re.S)
KINDS = {"given", "settings", "blank", "check", "page-only"}


class Cell(NamedTuple):
    """A code cell of the lab."""

    kind: str
    code: str
    metadata: dict


@cache
def cells() -> list[Cell]:
    """Return the code cells of the lab's page."""
    found = []
    for text in CELL.findall(source("book/lab")):
        head = HEAD.match(text)
        metadata = yaml.safe_load(head[1] or f"tags: {head[2]}")
        (kind,) = KINDS.intersection(metadata["tags"])
        found.append(Cell(kind, text[head.end() :], metadata))
    return found


def namespace(edits: dict[str, str] | None = None) -> dict[str, Any]:
    """Run the imports and the functions of the lab; return their names.

    ``edits`` have the code to put in place of some code of the solution, all
    of it in one function. Raises ValueError if there is no such code.
    """
    codes = [
        cell.code
        for cell in cells()
        if cell.kind in ("given", "blank", "settings")
        and re.match("import|def|class|batch_size", cell.code)
    ]
    whole = "\n\n".join(codes)
    for old, new in (edits or {}).items():
        if old not in whole:
            raise ValueError(f"the lab has no {old!r}: edit it")
        whole = whole.replace(old, new)
    names: dict[str, Any] = {"__name__": "__main__"}
    linecache.cache["lab"] = len(whole), None, whole.splitlines(True), "lab"
    exec(compile(whole, "lab", "exec"), names)
    return names


def attempt(name: str, edits: dict[str, str] | None = None) -> Any:
    """Return a function or the class of the lab, with edits."""
    return namespace(edits)[name]


def accept(check: str, *attempt: Any, seeds: int = 5) -> None:
    """Assert that an attempt passes its check."""
    for seed in range(seeds):
        found = evaluate(check, *attempt, seed=seed)
        assert found.passed, found


def refuse(check: str, *attempt: Any, because: dict[str, str]) -> None:
    """Assert that just the properties of ``because`` fail.

    Each comes with a pattern that its hint matches, or "" if there must be
    no hint.
    """
    for seed in range(3):
        found = evaluate(check, *attempt, seed=seed)
        failures = {name: f for name, f in found.failures.items() if f}
        assert failures.keys() == because.keys(), found
        for name, failure in failures.items():
            assert failure.got != failure.expected, failure
            pattern = because[name]
            assert re.search(pattern, failure.hint), failure
            assert pattern or not failure.hint, failure
