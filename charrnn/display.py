"""Display of the package's own source in the pages."""

import inspect
from collections.abc import Callable


class Source:
    """Show the source of functions and classes as a block of code.

    It renders itself as Markdown for the site and as highlighted code in
    Jupyter, taken from the package as it is installed.
    """

    def __init__(self, *objects: Callable) -> None:
        self.objects = objects

    def __repr__(self) -> str:
        """Return the plain source."""
        return "\n\n".join(inspect.getsource(obj) for obj in self.objects)

    def _repr_markdown_(self) -> str:
        return f"```python\n{self!r}```"
