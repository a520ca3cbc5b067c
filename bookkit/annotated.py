"""A program with a note on each of its lines.

This is a separate module, because a page that shows the notes changes with
them.
"""

import inspect
import tomllib
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from types import ModuleType

PIECE = """\
```python
{code}
```

{note}
"""


class Annotated:
    """Show a program, piece by piece, with a note on each piece.

    The notes on ``whole.py`` are in ``whole.toml``, a list of pieces in the
    order of the program. A piece has its ``code``, which is one or more whole
    lines, and its ``note``, a paragraph of Markdown. The site puts them side
    by side, and a notebook has them as prose.

    Raises ValueError if a line of the program has no note, or a note no line.
    """

    def __init__(self, program: ModuleType) -> None:
        self.source = inspect.getsource(program)
        notes = Path(inspect.getfile(program)).with_suffix(".toml")
        self.pieces = tomllib.loads(notes.read_text("utf-8"))["pieces"]
        compare(self.source, [piece["code"] for piece in self.pieces])

    def __repr__(self) -> str:
        """Return the plain source."""
        return self.source

    def _repr_markdown_(self) -> str:
        return "\n".join(PIECE.format(**piece) for piece in self.pieces)


def compare(source: str, pieces: Iterable[str]) -> None:
    """Raise ValueError where pieces differ from a source, blank lines aside.

    The message names the line.
    """
    lines = filter(None, source.splitlines())
    noted = filter(None, "\n".join(pieces).splitlines())
    for line, other in zip_longest(lines, noted):
        if line != other:
            raise ValueError(
                f"the program has the line {line!r}, where the next note is "
                f"for {other!r}"
            )
