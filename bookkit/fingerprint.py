"""The fingerprint of the code that decides the result of a training.

It is taken at import, in case a source is edited while a training runs. An
edit of a comment or a docstring does not change it.
"""

import ast
import hashlib
import inspect
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


def syntax_of(source: str) -> str:
    """Return what Python executes of a source: no comments, no docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(node, documented) and ast.get_docstring(node):
            del node.body[0]
    return ast.dump(tree)


def fingerprint() -> str:
    """Return the SHA-256 of the deciding code, as hex.

    Of the history, the fields that are stored with a model decide, and how
    held-out text is evaluated.
    """
    sources = [ROOT.joinpath(n).read_text("utf-8") for n in DECIDING_MODULES]
    code = map(syntax_of, [*sources, inspect.getsource(evaluate)])
    parts = [*code, *History.__dataclass_fields__]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


CODE = fingerprint()
