"""An attempt at an exercise: a stub to edit, and a check of the answer.

Both are cut from the solution, so that they cannot drift from it. The check
is what asserts, or states a finding. The stub has what the check looks at:
each function without its body, all other names in a comment. Where this is
not the right cut, the author gives the tag ``check`` to those cells of the
solution that are the check, and all others are the answer. A function that
the exercise itself shows, such as one with a mistake, stays whole.
"""

import ast
import builtins
import textwrap
from collections.abc import Iterable, Iterator
from symtable import SymbolTable, symtable
from typing import NamedTuple

BLANK = "# type your code here"
PASSED = 'print("The check passes.")'
CHECKING = {"assert_close", "finding"}  # by a call of these
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


class Attempt(NamedTuple):
    """What is to be written, what checks it, and the names it looks at."""

    stub: str
    check: str
    names: list[str]


class Part(NamedTuple):
    """A statement of a solution, and whether it belongs to the check."""

    code: str  # with the comments before it
    node: ast.stmt
    checks: bool


def statements(code: str) -> Iterator[tuple[str, ast.stmt]]:
    """Return the statements of some code with their lines.

    What stands before one, blank lines and comments, is among them.
    """
    every, end = code.splitlines(), 0
    for node in ast.parse(code).body:
        begin, end = end, node.end_lineno or end
        yield "\n".join(every[begin:end]), node


def is_check(node: ast.stmt) -> bool:
    """Return whether a statement checks something when it runs."""
    if isinstance(node, DEFINITIONS):
        return False
    inner = list(ast.walk(node))
    called = {ast.unparse(n.func) for n in inner if isinstance(n, ast.Call)}
    return bool(CHECKING & {name.rpartition(".")[2] for name in called}) or (
        any(isinstance(n, ast.Assert) for n in inner)
    )


def divide(cells: list[tuple[str, bool]]) -> list[Part]:
    """Return the statements of a solution, of which some are the check.

    Each cell comes with whether it has the tag that makes it the check.
    """
    are_tagged = any(tagged for _, tagged in cells)
    return [
        Part(code, node, tagged if are_tagged else is_check(node))
        for cell, tagged in cells
        for code, node in statements(cell)
    ]


def assigned(table: SymbolTable) -> list[str]:
    """Return the names that code defines or assigns, in their order."""
    return [
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() and not symbol.is_imported()
    ]


def used(table: SymbolTable) -> set[str]:
    """Return the global names that code uses, also within functions."""
    is_top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_top or symbol.is_global())
    }
    return found.union(*map(used, table.get_children()))


def blanked(code: str) -> str:
    """Return a function or a class without its body, but for the docstring.

    Comments before it are dropped too.
    """
    (definition,) = ast.parse(code).body
    assert isinstance(definition, DEFINITIONS)
    begin = min(n.lineno for n in (definition, *definition.decorator_list))
    first, body = definition.body[0], [f"    {BLANK}"]
    end = first.lineno - 1
    if ast.get_docstring(definition):
        end = first.end_lineno or end
    else:
        body.append("    ...")
    return "\n".join([*code.splitlines()[begin - 1 : end], *body])


def shown(blocks: Iterable[str]) -> dict[str, str]:
    """Return the functions that an exercise shows, by their names.

    Some of what it shows is only a part of a program.
    """
    found = {}
    for block in blocks:
        try:
            parts = list(statements(block))
        except SyntaxError:
            continue
        for code, node in parts:
            if isinstance(node, DEFINITIONS):
                found[node.name] = code.strip("\n")
    return found


def split(cells: Iterable[tuple[str, bool]], blocks: Iterable[str]) -> Attempt:
    """Return an attempt, given the cells of a solution, and what is shown.

    Each cell comes with whether it has the tag that makes it the check;
    ``blocks`` are the pieces of code in the text of the exercise.
    """
    parts, known = divide(list(cells)), shown(blocks)
    answer = [part for part in parts if not part.checks]
    check = lines(part.code for part in parts if part.checks)
    table = symtable(check, "check", "exec")
    given = {*assigned(table), *known, *vars(builtins)}
    asked = used(table) - given
    imports = [code for code, node, _ in answer if isinstance(node, IMPORTS)]
    functions = {
        node.name: known.get(node.name) or blanked(code)
        for code, node, _ in answer
        if isinstance(node, DEFINITIONS) and node.name in asked | set(known)
    }
    whole = symtable(lines(part.code for part in answer), "answer", "exec")
    names = [name for name in assigned(whole) if name in asked]
    free = [name for name in names if name not in functions]
    pieces = [lines(imports), *functions.values(), to_name(free)]
    stub = "\n\n\n".join(filter(None, pieces))
    return Attempt(stub, f"{check}\n{PASSED}", names)


def lines(codes: Iterable[str]) -> str:
    """Return pieces of code below each other."""
    return "\n".join(codes).strip("\n")


def to_name(names: list[str]) -> str:
    """Return the comments that ask for names, nothing if there are none."""
    if not names:
        return ""
    asked = f"# name these: {', '.join(names)}"
    asked = textwrap.fill(asked, 79, subsequent_indent="#   ")
    return f"{asked}\n{BLANK}"
