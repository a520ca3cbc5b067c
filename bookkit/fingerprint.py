"""The fingerprint of the code that decides the result of a run.

It is taken at import, in case a source is edited during a run. It covers the
syntax alone, as every version of Python reads it: comments, docstrings, and
line ends do not change it.
"""

import ast
from pathlib import Path

from bookkit.files import checksum

DECIDING_MODULES = (
    "charrnn/corpus.py",
    "charrnn/model.py",
    "charrnn/bptt.py",
    "charrnn/history.py",
    "charrnn/in_place.py",
    "charrnn/training.py",
    "bookkit/processor.py",
    "bookkit/recipes.py",
)
ROOT = Path(__file__).resolve().parents[1]


def syntax(node: object) -> object:
    """Return a tree of syntax as lists, without docstrings and what is empty.

    ``ast.dump`` would depend on the version of Python.
    """
    if isinstance(node, list):
        return [syntax(child) for child in node if not is_docstring(child)]
    if isinstance(node, ast.AST):
        fields = [(name, syntax(x)) for name, x in ast.iter_fields(node)]
        return [type(node).__name__, *(f for f in fields if f[1])]
    return None if node is None else repr(node)


def is_docstring(node: object) -> bool:
    """Return whether a statement is only a string."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def fingerprint() -> str:
    """Return the checksum of the deciding code."""
    sources = [ROOT.joinpath(n).read_text("utf-8") for n in DECIDING_MODULES]
    return checksum(*(repr(syntax(ast.parse(text))) for text in sources))


CODE = fingerprint()
