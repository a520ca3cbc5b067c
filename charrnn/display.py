"""Display of the package's own source in the pages."""

import inspect
import textwrap
from collections.abc import Callable
from typing import Any


class Source:
    """Show the source of functions and classes as a block of code.

    All come from one module. The block is taken from the package as it is
    installed, and is Markdown, which the site and Jupyter both render.
    """

    def __init__(self, *objects: Callable[..., Any]) -> None:
        self.objects = objects

    def __repr__(self) -> str:
        """Return the plain source."""
        sources = (inspect.getsource(obj) for obj in self.objects)
        return "\n\n".join(map(textwrap.dedent, sources))

    def _repr_markdown_(self) -> str:
        file = self.objects[0].__module__.replace(".", "/") + ".py"
        return f"`{file}`\n\n```python\n{self!r}```"
