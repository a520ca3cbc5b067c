"""Blank the code that a student is to write.

The code is first marked, by the comments that nbgrader uses: the whole body of
a function, or step by step, so that its loops remain. Then a comment replaces
what is marked.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

BLANK = "# type your code here"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
MARKED = re.compile(rf"{BEGIN}\n.*?{END}$", re.M | re.S)
Block = ast.For | ast.While | ast.With  # its head stays in blanks by steps
TARGET = re.compile(r"\s*(?:for )?\(?(\w+)[^=(]*? (?:[-+*/@]?=|in) ")


class Blank(NamedTuple):
    """The lines to blank, from 1, with the last one included."""

    first: int
    last: int
    fills_block: bool  # nothing else is left of the block


class Line(NamedTuple):
    """A statement, or the head of a block, without comments."""

    number: int  # of its last line
    text: str
    shapes: list[str]  # ``H = X @ W  # (n, h)`` has the shape ``H: (n, h)``


def mark(source: str, given: Collection[str], by_steps: bool) -> str:
    """Return code with the lines to blank marked.

    Code without functions is marked as a whole. Signatures and docstrings
    stay. By steps, so do calls of the functions that are ``given``, and the
    heads of loops and ``with``. Comments on shapes move below the blank. A
    block that would be empty gets dots.
    """
    lines, code = source.splitlines(), [*logical_lines(source)]
    for first, last, fills_block in reversed(blanks(source, given, by_steps)):
        at = lines[first - 1]
        indent = at[: len(at) - len(at.lstrip())]
        while first > 1 and re.match(r"\s*(#|$)", lines[first - 2]):
            first -= 1
        kept = [
            f"# {shape}"
            for line in code
            if first <= line.number <= last
            for shape in line.shapes
        ]
        lines[first - 1 : last] = [
            indent + BEGIN,
            *lines[first - 1 : last],
            indent + END,
            *(indent + line for line in kept + ["..."] * fills_block),
        ]
    return "\n".join(lines)


def logical_lines(source: str) -> Iterator[Line]:
    """Return the statements and heads of some code in order."""
    lines, begin, shapes = source.splitlines(), 0, []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        row, column = token.start
        if token.type == tokenize.COMMENT:
            lines[row - 1] = lines[row - 1][:column].rstrip()
            shapes += re.findall(r"^# (\(.*)", token.string)
        elif token.type == tokenize.NEWLINE:
            text = "\n".join(filter(None, lines[begin:row]))
            target = TARGET.match(text)
            name = f"{target[1]}: " if target else ""
            if text.lstrip().startswith("return"):
                name = "returned: "
            yield Line(row, text, [name + shape for shape in shapes])
            begin, shapes = row, []


def blanks(source: str, given: Collection[str], by_steps: bool) -> list[Blank]:
    """Return the blanks of functions, or a single one if there are none."""

    def stays(statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(ast.Constant(str())):  # the docstring
                return True
            case ast.Expr(ast.Call(ast.Name(name))):
                return by_steps and name in given
        return by_steps and isinstance(statement, Block)

    def within(block: ast.FunctionDef | Block) -> Iterator[Blank]:
        for stay, group in groupby(block.body, stays):
            run = list(group)
            if not stay:
                first, last = first_line(run[0]), run[-1].end_lineno
                yield Blank(first, last or first, len(run) == len(block.body))
            for statement in run:
                if stay and isinstance(statement, Block):
                    yield from within(statement)

    body = ast.parse(source).body
    found = [
        blank
        for node in body
        for inner in (node.body if isinstance(node, ast.ClassDef) else [node])
        if isinstance(inner, ast.FunctionDef)
        for blank in within(inner)
    ]
    return found or [Blank(1, body[-1].end_lineno or 1, fills_block=False)]


def first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, with its decorators."""
    parts = [node, *getattr(node, "decorator_list", [])]
    return min(int(part.lineno) for part in parts)
