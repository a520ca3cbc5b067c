"""The fingerprint of the code that decides the result of a training.

It is taken at import, in case a source is edited while a training runs. An
edit of a comment or a docstring does not change it.
"""

import ast
import hashlib
import inspect
import io
import tokenize
from pathlib import Path

from charrnn.history import History, evaluate

DECIDING_MODULES = (
    "charrnn/corpus.py",
    "charrnn/model.py",
    "charrnn/bptt.py",
    "charrnn/training.py",
    "bookkit/processor.py",
    "bookkit/recipes.py",
)
ROOT = Path(__file__).resolve().parents[1]


def code_of(source: str) -> str:
    """Return the lines of a source without comments and docstrings.

    They are the same for every version of Python.
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    for node in ast.walk(ast.parse(source)):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(node, documented) and ast.get_docstring(node):
            text = node.body[0]
            end = text.end_lineno or text.lineno
            lines[text.lineno - 1 : end] = [""] * (end - text.lineno + 1)
    return "\n".join(filter(None, lines))


def fingerprint() -> str:
    """Return the SHA-256 of the deciding code, as hex.

    Of the history, the fields that are stored with a model decide, and how
    held-out text is evaluated.
    """
    sources = [ROOT.joinpath(n).read_text("utf-8") for n in DECIDING_MODULES]
    code = map(code_of, [*sources, inspect.getsource(evaluate)])
    parts = [*code, *History.__dataclass_fields__]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


CODE = fingerprint()
