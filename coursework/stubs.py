"""Cut the solution of an exercise into a stub to edit and a check.

The check consists of the statements that assert, or state a finding. The stub
has what the check uses: each function without its body, and all remaining
names in a comment. Where that is not the right cut, the author gives the tag
``check`` to the cells of the solution that check. A function that the text of
the exercise shows, such as one with a mistake, stays whole.
"""

import ast
import builtins
import re
import textwrap
from collections.abc import Iterable, Iterator
from symtable import SymbolTable, symtable
from typing import NamedTuple

from coursework.blanks import BLANK, first_line

PASSED = 'print("The check passes.")'
CHECKING = re.compile(r"^\s*assert |\b(assert_close|finding)\(", re.M)
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
Statement = tuple[str, ast.stmt]  # with its code


class StubAndCheck(NamedTuple):
    """A stub, the check of the answer, and the names that it uses."""

    stub: str
    check: str
    names: list[str]


def statements(code: str) -> Iterator[Statement]:
    """Return the statements of some code with their lines.

    The blank lines and comments before a statement belong to it.
    """
    every, end = code.splitlines(), 0
    for node in ast.parse(code).body:
        begin, end = end, node.end_lineno or end
        yield "\n".join(every[begin:end]), node


def is_check(node: ast.stmt) -> bool:
    """Return whether a statement checks something when it runs."""
    found = CHECKING.search(ast.unparse(node))
    return found is not None and not isinstance(node, DEFINITIONS)


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
    first, rest = definition.body[0], [f"    {BLANK}", "    ..."]
    end = first.lineno - 1
    if ast.get_docstring(definition):
        end = first.end_lineno or end
        rest.pop()
    begin = first_line(definition) - 1
    return "\n".join([*code.splitlines()[begin:end], *rest])


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
    cells: list[tuple[str, bool]], blocks: Iterable[str]
) -> StubAndCheck:
    """Cut the cells of a solution into a stub and a check.

    Each cell comes with whether it has the tag ``check``. ``blocks`` are the
    pieces of code in the text of the exercise.
    """
    answer: list[Statement] = []
    checking: list[Statement] = []
    are_tagged = any(tagged for _, tagged in cells)
    for cell, tagged in cells:
        for code, node in statements(cell):
            checks = tagged if are_tagged else is_check(node)
            part = checking if checks else answer
            part.append((code, node))
    check, known = join(checking), shown_functions(blocks)
    table = symtable(check, "check", "exec")
    given = {*assigned(table), *known, *vars(builtins)}
    asked = used(table) - given
    imports = [each for each in answer if isinstance(each[1], IMPORTS)]
    functions = {
        node.name: known.get(node.name) or blanked(code)
        for code, node in answer
        if isinstance(node, DEFINITIONS) and node.name in asked | set(known)
    }
    whole = symtable(join(answer), "answer", "exec")
    names = [name for name in assigned(whole) if name in asked]
    free = [name for name in names if name not in functions]
    pieces = [join(imports), *functions.values(), ask_for(free)]
    stub = "\n\n\n".join(filter(None, pieces))
    return StubAndCheck(stub, f"{check}\n{PASSED}", names)


def join(parts: list[Statement]) -> str:
    """Return the code of statements."""
    return "\n".join(code for code, _ in parts).strip("\n")


def ask_for(names: list[str]) -> str:
    """Return the comment that asks for names, or "" if there are none."""
    asked = f"# name these: {', '.join(names)}"
    asked = textwrap.fill(asked, 79, subsequent_indent="#   ")
    return f"{asked}\n{BLANK}" if names else ""
