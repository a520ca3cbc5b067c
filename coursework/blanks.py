"""Blank the code that a student is to write.

The code is first marked, by the comments that nbgrader uses: the whole body
of a function, or step by step, so that its loops remain. Then a comment
replaces what is marked.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Block = ast.For | ast.While | ast.With  # its head stays in blanks by steps
MARKED = re.compile(rf"{BEGIN}\n.*?{END}$", re.M | re.S)
SHAPE = re.compile(r"# (\(.*)")  # a comment on a shape, or on an equation


class Blank(NamedTuple):
    """The lines to blank, from 1, with the last one included."""

    first: int
    last: int
    fills_block: bool  # nothing else is left of the block


def mark(source: str, given: Collection[str], by_steps: bool) -> str:
    """Return the source of functions with the lines to blank marked.

    Signatures and docstrings stay. By steps, so do calls of the functions
    that are ``given``, and the heads of loops and ``with``. Comments on
    shapes move below the blank. A block that would be empty gets dots.

    Raises ValueError if two statements share a line.
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
        kept += ["..."] if blank.fills_block else []
        lines[first - 1 : blank.last] = [
            indent + BEGIN,
            *lines[first - 1 : blank.last],
            indent + END,
            *(indent + line for line in kept),
        ]
    return "\n".join(lines)


def clear(source: str, comment: str) -> str:
    """Replace what is marked by a comment, or all if nothing is marked."""
    return MARKED.sub(comment, source) if BEGIN in source else comment


def functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Return functions and methods in the order of their definition."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node.body)


def blanks(
    block: ast.FunctionDef | Block, given: Collection[str], by_steps: bool
) -> Iterator[Blank]:
    """Return the blanks of a block in order."""

    def stays(statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(ast.Constant(str())):  # the docstring
                return True
            case ast.Expr(ast.Call(ast.Name(name))):
                return by_steps and name in given
        return by_steps and isinstance(statement, Block)

    for stay, group in groupby(block.body, stays):
        run = list(group)
        if not stay:
            first, last = min(map(first_line, run)), run[-1].end_lineno
            yield Blank(first, last or first, len(run) == len(block.body))
        for statement in run:
            if stay and isinstance(statement, Block):
                yield from blanks(statement, given, by_steps)


def first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, with its decorators."""
    parts = [node, *getattr(node, "decorator_list", [])]
    return min(int(part.lineno) for part in parts)


def shapes_in(source: str, statements: list[ast.stmt]) -> dict[int, str]:
    """Return the comments on shapes by line, with the name of the variable.

    ``H = X @ W  # (n, h)`` leaves ``# H: (n, h)``.
    """
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        comment, line = SHAPE.fullmatch(token.string), token.start[0]
        if token.type == tokenize.COMMENT and comment:
            before = (s for s in statements if s.lineno <= line)
            name = assigned_name(max(before, key=lambda s: s.lineno))
            found[line] = f"# {name}{comment[1]}"
    return found


def assigned_name(statement: ast.stmt) -> str:
    """Return the variable that a statement assigns, the first of several."""
    if isinstance(statement, ast.Return):
        return "returned: "
    target = getattr(statement, "target", None)
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
    if isinstance(target, ast.Tuple):
        target = target.elts[0]
    return f"{target.id}: " if isinstance(target, ast.Name) else ""
