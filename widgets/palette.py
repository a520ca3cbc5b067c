"""The colours of the widgets and the figures, and their roles."""

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("src") / "palette.css"
PROPERTY = re.compile(r"^ *--([\w-]+): ([#\w]+|var\(--[\w-]+\));", re.M)


@cache
def read_palette() -> dict[str, str]:
    """Return the colours of palette.css by name, and the colours of roles.

    Raises KeyError if a role refers to a colour that does not precede it.
    """
    text = FILE.read_text("utf-8")
    colors: dict[str, str] = {}
    for name, value in PROPERTY.findall(text):
        reference = re.fullmatch(r"var\(--([\w-]+)\)", value)
        colors[name] = colors[reference[1]] if reference else value
    return colors
