"""Definitions in a notebook, where its page lists functions of a package.

A page shows ``Source(rnn)``. Its notebook defines ``rnn`` there, so that a
student can edit it, and the cells below use what was edited. What calls
``rnn`` for them is defined again, too. Where that is too much, or a cell says
``model.rnn``, a comment says that the package's is used.
"""

import ast
import sys
from collections.abc import Iterator
from textwrap import fill

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from chapter.export.packages import (
    PACKAGES,
    Names,
    assigned,
    calls,
    chain,
    code_of,
    last,
    needed,
    origins,
    resolve,
    used,
)

LOADERS = {"load_or_train", "load_snapshots"}
LOADED = """\
# The package has trained this network, and it is loaded from a file here. What
# you change above has no part in it: to train your own, call train_rnn.
"""
AGAIN = """\
# These call what is defined above. Defined here again, they use your version.
"""
KEPT = "# The package's version, not yours, is at work below in: %s."
MOST_CALLERS, MOST_LINES = 3, 80  # to define again for one name


def listed(code: str, names: Names) -> list[str]:
    """Return what a cell lists by ``Source``, if all of it can be defined.

    Of a method, that is its class.
    """
    match ast.parse(code).body:
        case [ast.Expr(ast.Call(ast.Name("Source"), arguments, []))]:
            parts = [ast.unparse(each).split(".") for each in arguments]
        case _:
            return []
    found = []
    for first, *rest in parts:
        path = names.get(first, first)
        while rest and not code_of(path):
            path = resolve(f"{path}.{rest.pop(0)}")
        found.append(path)
    return list(dict.fromkeys(found)) if all(map(code_of, found)) else []


def scope(paths: list[str]) -> Names:
    """Return the names that definitions use, and their own."""
    found = {last(path): path for path in paths}
    for path in paths:
        found |= needed(path)
    return found


def import_lines(names: Names) -> list[str]:
    """Return statements that import names: first Python's, last our own."""
    groups: dict[str, list[str]] = {}
    for name, path in sorted(names.items()):
        parent, _, own = path.rpartition(".")
        start = f"from {parent} import " if parent else f"import {path}"
        renamed = own if own == name else f"{own} as {name}"
        groups.setdefault(start, []).extend([renamed] if parent else [])

    def rank(start: str) -> tuple[bool, bool, bool, str]:
        word, path, *_ = start.split()
        package = path.partition(".")[0]
        is_standard = package in sys.stdlib_module_names
        return package in PACKAGES, not is_standard, word == "from", path

    return [f"{s}{', '.join(groups[s])}" for s in sorted(groups, key=rank)]


class Definer:
    """Define what the cells of a notebook list, one listing after another.

    A listing stays if one of its names has a different use in the notebook.
    """

    def __init__(self, codes: list[str]) -> None:
        self.codes, self.listings = list(codes), []
        self.own = {name for code in codes for name in assigned(code)}
        self.names: Names = {}  # in the whole notebook
        self.known: Names = {}  # above what is defined next
        self.defined: set[str] = set()
        for code in codes:
            self.names |= origins(code)
        for number, code in enumerate(codes):
            paths = listed(code, self.names)
            self.listings.append([] if self.clash(paths) else paths)
            if self.listings[number]:
                self.codes[number] = "\n".join(map(code_of, paths))
                self.names |= scope(paths)

    def clash(self, paths: list[str]) -> bool:
        """Return whether definitions need a name that has a different use."""
        return any(
            name in self.own or self.names.get(name, path) != path
            for name, path in scope(paths).items()
        )

    def define(self, paths: list[str]) -> str:
        """Return definitions, after the imports that they still need."""
        names = scope(paths)
        missing = {
            name: path
            for name, path in names.items()
            if path not in paths and self.known.get(name) != path
        }
        self.known |= names
        self.defined |= set(paths)
        parts = ["\n".join(import_lines(missing)), *map(code_of, paths)]
        return "\n\n\n".join(filter(None, parts))

    def uses_below(self, number: int) -> dict[str, tuple[str, set[str]]]:
        """Return what cells below one use without defining it by then.

        Each path comes with what has been defined at its first use.
        """
        found: dict[str, tuple[str, set[str]]] = {}
        defined = set(self.defined)
        for below in range(number + 1, len(self.codes)):
            defined |= set(self.listings[below])
            for name, path in calls(self.codes[below], self.names).items():
                if path not in defined or name != last(path):
                    found.setdefault(name, (path, set(defined)))
        return found

    def callers(self, number: int) -> tuple[list[str], list[str]]:
        """Return what to define again below a listing, and what is kept.

        The latter are names in the cells below.
        """
        again: list[str] = []
        kept, listing = [], self.listings[number]
        for name, (path, defined) in sorted(self.uses_below(number).items()):
            found = chain(path, listing)
            new = [each for each in found if each not in defined]
            if name == last(path) and self.can_repeat(new):
                again += [each for each in new if each not in again]
            elif name not in LOADERS and (found or path in listing):
                kept.append(name)
        return again, kept

    def can_repeat(self, paths: list[str]) -> bool:
        """Return whether it makes sense to define something again."""
        lines = [line for path in paths for line in code_of(path).splitlines()]
        return (
            len(paths) <= MOST_CALLERS
            and len(lines) <= MOST_LINES
            and all(path.startswith("charrnn.") for path in paths)
            and not self.clash(paths)
        )

    def cells(self, number: int) -> Iterator[NotebookNode]:
        """Return definitions in place of a listing, with their callers."""
        code = self.define(self.listings[number])
        again, kept = self.callers(number)
        if kept:
            note = fill(KEPT % ", ".join(kept), 79, subsequent_indent="# ")
            code += f"\n\n\n{note}"
        yield new_code_cell(code)
        if again:
            folded = {"jupyter": {"source_hidden": True}}
            yield new_code_cell(AGAIN + self.define(again), metadata=folded)


def note_loading(cells: list[NotebookNode]) -> None:
    """Say in the first cell that loads a trained network that it does.

    A check that is off loads nothing.
    """
    for cell in cells:
        is_running = not cell.source.startswith("if False:")
        is_code = cell.cell_type == "code" and is_running
        if is_code and LOADERS & used(cell.source):
            cell.source = LOADED + cell.source
            break


def define(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells of a notebook, with definitions for its listings."""
    codes = [c.source if c.cell_type == "code" else "" for c in cells]
    definer = Definer(codes)
    result: list[NotebookNode] = []
    for number, cell in enumerate(cells):
        if definer.listings[number]:
            result += definer.cells(number)
        else:
            result.append(NotebookNode(cell))
            definer.known |= origins(codes[number])
    note_loading(result)
    return result
