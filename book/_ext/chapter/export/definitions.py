"""Definitions in a notebook, where its page lists functions of a package.

A page shows ``Source(rnn)``. Its notebook defines ``rnn`` there, so that a
student can edit it, and the cells below use the edited function. All is read
from the files of the packages: none of them is imported.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from symtable import symtable
from textwrap import fill
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

import bookkit
from bookkit.display import shorten
from coursework import stubs
from coursework.blanks import first_line

ROOT = Path(bookkit.__file__).parents[1]
PACKAGES = {"bookkit", "charrnn"}
LOADERS = {"load_or_train", "load_snapshots"}
LOADED = """\
# The package has trained this network, and it is loaded from a file here. What
# you change above has no part in it: to train your own, call train_rnn.
"""
AGAIN = """\
# These call what is defined above. Defined here again, they use your version.
"""
KEPT = "# The package's version, not yours, is at work below in %s."
MOST_CALLERS, MOST_LINES = 3, 80  # that are defined again for one name
Names = dict[str, str]  # what each name stands for, such as charrnn.model.rnn


class Module(NamedTuple):
    """The global names of a module, and the code of those it defines."""

    names: Names
    code: dict[str, str]


@cache
def read_module(path: str) -> Module | None:
    """Return a module of the packages, or None if it is not one."""
    file = ROOT.joinpath(*path.split("."))
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    if path.partition(".")[0] not in PACKAGES or not file.exists():
        return None
    source = shorten(file.read_text("utf-8"))
    lines, code = source.splitlines(), {}
    for node in ast.parse(source).body:
        if isinstance(node, stubs.DEFINITIONS):
            span = slice(first_line(node) - 1, node.end_lineno)
            code[node.name] = "\n".join(lines[span])
    own = {name: f"{path}.{name}" for name in assigned(source)}
    return Module(imported(source) | own, code)


def assigned(code: str) -> list[str]:
    """Return the global names that code defines or assigns."""
    return stubs.assigned(symtable(code, "code", "exec"))


def used(code: str) -> set[str]:
    """Return the global names that code uses."""
    return stubs.used(symtable(code, "code", "exec"))


def imported(code: str) -> Names:
    """Return the names that code imports."""
    found = {}
    for node in ast.parse(code).body:
        if isinstance(node, stubs.IMPORTS):
            is_from = isinstance(node, ast.ImportFrom)
            start = f"{node.module}." if is_from else ""
            for name in node.names:
                found[name.asname or name.name] = start + name.name
    return found


def resolve(path: str) -> str:
    """Return where something is defined that modules import and pass on."""
    parent, _, name = path.rpartition(".")
    module = read_module(parent)
    origin = module.names.get(name, path) if module else path
    return path if origin == path else resolve(origin)


def code_of(path: str) -> str | None:
    """Return the code of a function or a class, or None if it is neither."""
    parent, _, name = path.rpartition(".")
    module = read_module(parent)
    return module.code.get(name) if module else None


def globals_of(path: str) -> Names:
    """Return the names that are global where something is defined."""
    module = read_module(path.rpartition(".")[0])
    return module.names if module else {}


def without_annotations(code: str) -> str:
    """Return code without the types of arguments and results."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(tree)


def called(code: str, names: Names) -> Names:
    """Return what code uses of the packages, by the names it has there."""
    code = without_annotations(code)
    found = {name: names[name] for name in used(code) & set(names)}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute):
            owner = found.get(ast.unparse(node.value))
            if owner and read_module(owner):
                found[ast.unparse(node)] = f"{owner}.{node.attr}"
    every = {name: resolve(path) for name, path in found.items()}
    return {name: path for name, path in every.items() if code_of(path)}


@cache
def callees(path: str) -> set[str]:
    """Return what a function or a class uses of the packages."""
    code = code_of(path)
    return set(called(code, globals_of(path)).values()) if code else set()


def callers(root: str, targets: Iterable[str]) -> list[str]:
    """Return the root and what it uses, as far as they lead to targets."""
    reachable, more = {root}, {root}
    while more := set().union(*map(callees, more)) - reachable:
        reachable |= more
    found = list(targets)
    start = len(found)
    while near := [
        path
        for path in sorted(reachable.difference(found))
        if not callees(path).isdisjoint(found)
    ]:
        found += near
    return found[start:]


def listed(code: str, names: Names) -> list[str]:
    """Return what a cell lists by ``Source``, if the notebook can define it.

    Of a method, that is its class.
    """
    match ast.parse(code).body:
        case [ast.Expr(ast.Call(ast.Name("Source"), arguments, []))]:
            pass
        case _:
            return []
    found = []
    for argument in arguments:
        first, *rest = ast.unparse(argument).split(".")
        path = names.get(first, first)
        while rest and not code_of(path):
            path = resolve(f"{path}.{rest.pop(0)}")
        found.append(path)
    return list(dict.fromkeys(found)) if all(map(code_of, found)) else []


def needed(paths: list[str], names: Names) -> Names:
    """Return what definitions need besides what the names stand for."""
    found: Names = {}
    for path in paths:
        own = globals_of(path)
        for name in used(code_of(path) or "") & set(own):
            origin = resolve(own[name])
            if origin not in paths and names.get(name) != origin:
                found[name] = origin
    return found


def import_lines(names: Names) -> str:
    """Return statements that import names: first Python's, last our own."""
    groups: dict[str, list[str]] = {}
    for name, path in sorted(names.items()):
        parent, _, own = path.rpartition(".")
        renamed = own if own == name else f"{own} as {name}"
        start = f"from {parent} import" if parent else f"import {path}"
        groups.setdefault(start, []).extend([renamed] if parent else [])

    def rank(start: str) -> tuple[bool, bool, bool, str]:
        word, path, *_ = start.split()
        package = path.partition(".")[0]
        is_standard = package in sys.stdlib_module_names
        return package in PACKAGES, not is_standard, word == "from", start

    return "\n".join(
        f"{start} {', '.join(groups[start])}".rstrip()
        for start in sorted(groups, key=rank)
    )


def last(path: str) -> str:
    """Return the last part of a path, a name."""
    return path.rpartition(".")[2]


class Code:
    """The code of a notebook, whose listings become definitions in turn."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes
        self.names = {
            name: resolve(path)
            for code in codes
            for name, path in imported(code).items()
        }
        self.own = {name for code in codes for name in assigned(code)}
        every = [listed(code, self.names) for code in codes]
        self.listings = [[] if self.clash(paths) else paths for paths in every]
        self.known: Names = {}  # what names stand for so far
        self.done: set[str] = set()  # is defined so far

    def clash(self, paths: list[str]) -> bool:
        """Return whether definitions take a name that has another use."""
        new = needed(paths, {}) | {last(path): path for path in paths}
        return any(
            name in self.own or self.names.get(name, path) != path
            for name, path in new.items()
        )

    def write(self, paths: list[str]) -> str:
        """Return definitions, after what they import."""
        imports = needed(paths, self.known)
        self.known |= imports | {last(path): path for path in paths}
        self.done.update(paths)
        code = [code_of(path) or "" for path in paths]
        return "\n\n\n".join(filter(None, [import_lines(imports), *code]))

    def uses_below(self, index: int) -> Names:
        """Return what is used below a cell, and not defined above its use."""
        found: Names = {}
        done = set(self.done)
        for code, paths in zip(self.codes[index:], self.listings[index:]):
            done.update(paths)
            uses = called(code, self.names)
            if paths:
                inner = set().union(*map(callees, paths))
                uses = {last(path): path for path in inner}
            for name, path in uses.items():
                if path not in done or name != last(path):
                    found[name] = path
        return found

    def followers(self, index: int) -> tuple[list[str], list[str]]:
        """Return what to define again for a listing, and what keeps to ours.

        The latter are names in the cells below.
        """
        again, kept, shown = [], [], self.listings[index]
        for name, path in sorted(self.uses_below(index + 1).items()):
            chain = callers(path, shown)
            if name == last(path) and self.is_small(chain):
                again += [each for each in chain if each not in self.done]
            elif (chain or path in shown) and name not in LOADERS:
                kept.append(name)
        return list(dict.fromkeys(again)), kept

    def is_small(self, chain: list[str]) -> bool:
        """Return whether it makes sense to define some callers again."""
        lines = sum(len((code_of(path) or "").splitlines()) for path in chain)
        return (
            len(chain) <= MOST_CALLERS
            and lines <= MOST_LINES
            and all(path.startswith("charrnn.") for path in chain)
            and not self.clash(chain)
        )

    def cells(self, index: int) -> Iterator[NotebookNode]:
        """Return a listing as a definition, with its callers below it."""
        code = self.write(self.listings[index])
        again, kept = self.followers(index)
        if kept:
            note = fill(KEPT % ", ".join(kept), 79, subsequent_indent="# ")
            code = f"{code}\n\n{note}"
        yield new_code_cell(code)
        if again:
            folded = {"jupyter": {"source_hidden": True}}
            yield new_code_cell(AGAIN + self.write(again), metadata=folded)


def define(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells of a notebook with definitions for its listings."""
    sources = [c.source if c.cell_type == "code" else "" for c in cells]
    code, result = Code(sources), []
    for index, cell in enumerate(cells):
        if code.listings[index]:
            result += code.cells(index)
        else:
            code.known |= {n: resolve(p) for n, p in imported(sources[index]).items()}
            result.append(cell)
    for cell, source in zip(cells, sources):
        if LOADERS & used(source):
            cell.source = LOADED + source
            break
    return result
