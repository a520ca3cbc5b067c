"""What the modules of the packages define and use, read from their files.

Nothing is imported. A path, such as ``charrnn.model.rnn``, leads to a function
or a class.
"""

import ast
from functools import cache
from pathlib import Path
from symtable import symtable

import bookkit
from bookkit.display import shorten
from coursework import stubs
from coursework.blanks import first_line

Names = dict[str, str]  # the path that each global name stands for

ROOT = Path(bookkit.__file__).parents[1]
PACKAGES = {"bookkit", "charrnn"}


def assigned(code: str) -> list[str]:
    """Return the global names that code defines or assigns."""
    return stubs.assigned(symtable(code, "code", "exec"))


def used(code: str) -> set[str]:
    """Return the global names that code uses."""
    return stubs.used(symtable(code, "code", "exec"))


def imported(code: str) -> Names:
    """Return what code imports."""
    found: Names = {}
    for node in ast.parse(code).body:
        if isinstance(node, stubs.IMPORTS):
            start = ""
            if isinstance(node, ast.ImportFrom):
                start = f"{node.module}."
            found |= {n.asname or n.name: start + n.name for n in node.names}
    return found


@cache
def read_module(path: str) -> tuple[Names, dict[str, str]]:
    """Return the global names of a module, and the code of what it defines.

    Docstrings are shortened. Both are empty if it is not of the packages.
    """
    file = ROOT.joinpath(*path.split("."))
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    if path.partition(".")[0] not in PACKAGES or not file.exists():
        return {}, {}
    source = shorten(file.read_text("utf-8"))
    lines, code = source.splitlines(), {}
    for node in ast.parse(source).body:
        if isinstance(node, stubs.DEFINITIONS):
            span = lines[first_line(node) - 1 : node.end_lineno]
            code[node.name] = "\n".join(span)
    own = {name: f"{path}.{name}" for name in assigned(source)}
    return imported(source) | own, code


def last(path: str) -> str:
    """Return the last name of a path."""
    return path.rpartition(".")[2]


def names_of(path: str) -> Names:
    """Return the global names of the module that a path leads into."""
    return read_module(path.rpartition(".")[0])[0]


def code_of(path: str) -> str:
    """Return the code of a function or a class, or "" if it is neither."""
    return read_module(path.rpartition(".")[0])[1].get(last(path), "")


def resolve(path: str) -> str:
    """Return where something is defined that modules import and pass on."""
    origin = names_of(path).get(last(path), path)
    return path if origin == path else resolve(origin)


def origins(code: str) -> Names:
    """Return what code imports, from where it is defined."""
    return {name: resolve(path) for name, path in imported(code).items()}


def needed(path: str) -> Names:
    """Return the global names that a definition uses."""
    names = names_of(path)
    found = used(code_of(path)) & set(names)
    return {name: resolve(names[name]) for name in found}


def calls(code: str, names: Names) -> Names:
    """Return the functions and classes that code uses, types aside.

    One that is used as ``gates.lstm`` has this name.
    """
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    found = {n: names[n] for n in used(ast.unparse(tree)) & set(names)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = found.get(ast.unparse(node.value), "")
            found[ast.unparse(node)] = f"{owner}.{node.attr}"
    every = {name: resolve(path) for name, path in found.items()}
    return {name: path for name, path in every.items() if code_of(path)}


@cache
def callees(path: str) -> set[str]:
    """Return the functions and classes that one uses."""
    return set(calls(code_of(path), names_of(path)).values())


def chain(path: str, targets: list[str]) -> list[str]:
    """Return what leads from a function to targets, the function included."""
    reached, new = {path}, {path}
    while new := set().union(*map(callees, new)) - reached:
        reached |= new
    found = list(targets)
    while near := [
        each
        for each in sorted(reached.difference(found))
        if not callees(each).isdisjoint(found)
    ]:
        found += near
    return found[len(targets) :]
