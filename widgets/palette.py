"""The palette: the colours of figures and widgets, which palette.css lists."""

import re
from functools import cache

from widgets.bundle import FOLDER

PROPERTY = re.compile(r"^ *--([\w-]+): ([#\w]+|var\(--[\w-]+\));", re.M)


@cache
def read_palette() -> dict[str, str]:
    """Return the colours by name, and the colours of roles.

    Raises KeyError if a role refers to a colour that does not precede it.
    """
    text = (FOLDER / "palette.css").read_text("utf-8")
    colors: dict[str, str] = {}
    for name, value in PROPERTY.findall(text):
        reference = re.fullmatch(r"var\(--([\w-]+)\)", value)
        colors[name] = colors[reference[1]] if reference else value
    return colors
