"""Find the numbers that questions type, although a cell should compute them.

When the chapter changes, a question whose options are computed changes with
it, or fails the build; see ``bookkit/questions.py``.
"""

import ast
import builtins
import re
from collections.abc import Iterator

NUMERAL = re.compile(r"(?<![\w.:{])\d")  # not that in H_0, or in {:.2f}
RESULT = re.compile(r"(?<![\w.:])(?:\d[\d,]*\.\d|\d+\s?%|\d[\d,]*\d\d)")


def typed_numbers(code: str) -> Iterator[str]:
    """Return what the questions in some code type and should compute.

    In an option this is any number, by itself, in a tuple, or in a text; in
    the other texts it is a number that looks like a result. An option that is
    not a tuple in the call cannot be looked at, and counts as typed.
    """
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and is_question(call):
            yield from filter(RESULT.search, texts(call))
            options = [o for o in call.args[1:] if isinstance(o, ast.Tuple)]
            yield from filter(None, map(typed_option, options))
            if not options or len(options) < len(call.args) - 1:
                yield "an option is no tuple in the call"


def is_question(call: ast.Call) -> bool:
    """Return whether a call makes a question."""
    return ast.unparse(call.func).rpartition(".")[2] == "Question"


def typed_option(option: ast.Tuple) -> str:
    """Return the value of an option if it is typed, otherwise ""."""
    value = option.elts[0]
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return ast.unparse(value) if any(map(is_typed, parts)) else ""


def texts(code: ast.AST) -> Iterator[str]:
    """Return the texts in an expression, without what they compute."""
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value
    if not isinstance(code, ast.FormattedValue | ast.Subscript):
        for part in ast.iter_child_nodes(code):
            yield from texts(part)


def is_typed(value: ast.expr) -> bool:
    """Return whether an option, or a part of it, has a number and no name."""
    parts = list(ast.walk(value))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    is_computed = bool(names - {*vars(builtins), "torch", "math"})
    numbers = [part for part in parts if isinstance(part, ast.Constant)]
    has_number = any(type(each.value) in (int, float) for each in numbers)
    has_numeral = any(map(NUMERAL.search, texts(value)))
    return has_numeral or (has_number and not is_computed)
