"""Blank the code that a student is to write.

First it is marked, as nbgrader has its sources marked: a body as a whole, or
step by step, so that its loops stand. Then a comment takes its place.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HEADS = ast.For | ast.While | ast.With  # what stands step by step
MARKED = re.compile(rf"{BEGIN}\n.*?{END}$", re.M | re.S)
SHAPE = re.compile(r"# (\(.*)")  # a comment on a shape, or on an equation


class Blank(NamedTuple):
    """Lines to be blanked, counted from 1, the last one included."""

    first: int
    last: int
    is_all: bool  # nothing else stands in this block


def mark(source: str, given: Collection[str], *, by_steps: bool) -> str:
    """Return the source of functions with what is to be blanked marked.

    Signatures and docstrings stand, and if the student goes by steps, calls
    of what is ``given``, and the heads of loops and of ``with``. Comments on
    shapes stand below the blank. A block that would be empty has dots.

    Raises ValueError if a statement begins behind something else in a line.
    """
    lines, tree = source.splitlines(), ast.parse(source)
    statements = [n for n in ast.walk(tree) if isinstance(n, ast.stmt)]
    for statement in statements:
        before = lines[statement.lineno - 1][: statement.col_offset]
        if before.strip():
            raise ValueError(
                f"give a line of its own to what follows {before}"
            )
    shapes = shapes_in(source, statements)
    found = [
        b for f in functions(tree.body) for b in blanks(f, given, by_steps)
    ]
    for blank in reversed(found):
        at = lines[blank.first - 1]
        indent = at[: len(at) - len(at.lstrip())]
        first = blank.first
        while re.match(r"\s*(#|$)", lines[first - 2]):
            first -= 1
        kept = [s for n, s in shapes.items() if first <= n <= blank.last]
        kept += ["..."] if blank.is_all else []
        lines[first - 1 : blank.last] = [
            indent + BEGIN,
            *lines[first - 1 : blank.last],
            indent + END,
            *(indent + line for line in kept),
        ]
    return "\n".join(lines)


def clear(source: str, comment: str) -> str:
    """Return a source with a comment in place of what is marked, or of all."""
    return MARKED.sub(comment, source) if BEGIN in source else comment


def functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Return the functions, and the methods of the classes, in their order."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node.body)


def blanks(
    block: ast.FunctionDef | HEADS, given: Collection[str], by_steps: bool
) -> Iterator[Blank]:
    """Return what is to be blanked in a block, from above to below."""

    def stands(statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(ast.Constant(str())):  # the docstring
                return True
            case ast.Expr(ast.Call(ast.Name(name))):
                return by_steps and name in given
        return by_steps and isinstance(statement, HEADS)

    for is_standing, group in groupby(block.body, stands):
        run = list(group)
        if not is_standing:
            first, last = min(map(first_line, run)), run[-1].end_lineno
            yield Blank(first, last or first, len(run) == len(block.body))
        for statement in run:
            if is_standing and isinstance(statement, HEADS):
                yield from blanks(statement, given, by_steps)


def first_line(node: ast.stmt) -> int:
    """Return the line at which a definition begins, decorators included."""
    parts = [node, *getattr(node, "decorator_list", [])]
    return min(int(part.lineno) for part in parts)


def shapes_in(source: str, statements: list[ast.stmt]) -> dict[int, str]:
    """Return the comments on shapes by their lines, with what has the shape.

    They stand behind code: ``H = X @ W  # (n, h)`` leaves ``# H: (n, h)``.
    """
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        comment, line = SHAPE.fullmatch(token.string), token.start[0]
        if token.type == tokenize.COMMENT and comment:
            before = (s for s in statements if s.lineno <= line)
            name = result(max(before, key=lambda s: s.lineno))
            found[line] = f"# {name}{comment[1]}"
    return found


def result(statement: ast.stmt) -> str:
    """Return the name of what a statement makes, the first of several."""
    if isinstance(statement, ast.Return):
        return "returned: "
    target = getattr(statement, "target", None)
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
    if isinstance(target, ast.Tuple):
        target = target.elts[0]
    return f"{target.id}: " if isinstance(target, ast.Name) else ""
