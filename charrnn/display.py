"""Display of the package's own source in the pages."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any


class Source:
    """Show the source of functions and classes, or of a module, as code.

    All come from one module, as it is installed, and methods of one class
    are shown under its name. Of a docstring only the first line is shown, as
    the page around it says the rest. The block is Markdown, which the site
    and Jupyter both render.
    """

    def __init__(self, *objects: Callable[..., Any] | ModuleType) -> None:
        self.objects = objects

    def __repr__(self) -> str:
        """Return the plain source."""
        return "\n\n".join(map(brief_source, self.objects))

    def _repr_markdown_(self) -> str:
        first = self.objects[0]
        module = getattr(first, "__module__", first.__name__)
        place = f"`{module.replace('.', '/')}.py`"
        names = [getattr(shown, "__qualname__", "") for shown in self.objects]
        owners = {name.rpartition(".")[0] for name in names}
        if len(owners) == 1 and "" not in owners:
            place += f", class `{owners.pop()}`"
        return f"{place}\n\n```python\n{self!r}```"


def brief_source(shown: Callable[..., Any] | ModuleType) -> str:
    """Return a source in which each docstring has its first line alone."""
    source = textwrap.dedent(inspect.getsource(shown))
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(node, documented) and ast.get_docstring(node):
            text = node.body[0]
            last = text.end_lineno or text.lineno
            if last > text.lineno:
                summary = lines[text.lineno - 1].rstrip("\n")
                lines[text.lineno - 1] = f'{summary}"""\n'
                lines[text.lineno : last] = [""] * (last - text.lineno)
    return "".join(lines)
