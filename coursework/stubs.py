"""Cut the solution of an exercise into a stub to edit and a check.

The check consists of the statements that assert, or state a finding. The
stub has what the check uses: each function without its body, and all other
names in a comment. Where that is not the right cut, the author gives the tag
``check`` to the cells of the solution that check. A function that the text
of the exercise shows, such as one with a mistake, stays whole.
"""

import ast
import builtins
import textwrap
from collections.abc import Iterable, Iterator
from symtable import SymbolTable, symtable
from typing import NamedTuple

BLANK = "# type your code here"
PASSED = 'print("The check passes.")'
CHECKING = {"assert_close", "finding"}  # functions that check
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


class StubAndCheck(NamedTuple):
    """A stub, the check of the answer, and the names that it uses."""

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

    The blank lines and comments before a statement belong to it.
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
    """Divide a solution into statements; tell which of them check.

    Each cell comes with whether it has the tag ``check``.
    """
    are_tagged = any(tagged for _, tagged in cells)
    return [
        Part(code, node, tagged if are_tagged else is_check(node))
        for cell, tagged in cells
        for code, node in statements(cell)
    ]


def assigned(table: SymbolTable) -> list[str]:
    """Return the names that code defines or assigns, in order."""
    return [
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() and not symbol.is_imported()
    ]


def used(table: SymbolTable) -> set[str]:
    """Return the global names that code uses, functions included."""
    is_top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_top or symbol.is_global())
    }
    return found.union(*map(used, table.get_children()))


def blanked(code: str) -> str:
    """Return a function or a class with its docstring and no body.

    Comments before it are dropped.
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


def shown_functions(blocks: Iterable[str]) -> dict[str, str]:
    """Return the functions that an exercise shows, by name.

    Skip blocks that are not complete programs.
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


def split(
    cells: Iterable[tuple[str, bool]], blocks: Iterable[str]
) -> StubAndCheck:
    """Cut the cells of a solution into a stub and a check.

    Each cell comes with whether it has the tag ``check``. ``blocks`` are the
    pieces of code in the text of the exercise.
    """
    parts, known = divide(list(cells)), shown_functions(blocks)
    answer = [part for part in parts if not part.checks]
    check = join(part.code for part in parts if part.checks)
    table = symtable(check, "check", "exec")
    given = {*assigned(table), *known, *vars(builtins)}
    asked = used(table) - given
    imports = [code for code, node, _ in answer if isinstance(node, IMPORTS)]
    functions = {
        node.name: known.get(node.name) or blanked(code)
        for code, node, _ in answer
        if isinstance(node, DEFINITIONS) and node.name in asked | set(known)
    }
    whole = symtable(join(part.code for part in answer), "answer", "exec")
    names = [name for name in assigned(whole) if name in asked]
    free = [name for name in names if name not in functions]
    pieces = [join(imports), *functions.values(), ask_for(free)]
    stub = "\n\n\n".join(filter(None, pieces))
    return StubAndCheck(stub, f"{check}\n{PASSED}", names)


def join(codes: Iterable[str]) -> str:
    """Join pieces of code."""
    return "\n".join(codes).strip("\n")


def ask_for(names: list[str]) -> str:
    """Return the comment that asks for names, or "" if there are none."""
    if not names:
        return ""
    asked = f"# name these: {', '.join(names)}"
    asked = textwrap.fill(asked, 79, subsequent_indent="#   ")
    return f"{asked}\n{BLANK}"
