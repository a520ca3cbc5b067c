"""The typeface in fixed weights, for the print.

Of a font whose weight varies, Chromium makes drawings of the letters, which
a reader of PDFs shows less well than a font.
"""

from base64 import b64encode
from os.path import getmtime
from pathlib import Path

STYLES = {"normal": "literata", "italic": "literata-italic"}
WEIGHTS = {400: "400", 600: "500 700"}  # and the weights it stands for
FACE = """\
@font-face {{
  font-family: "Fixed Literata";
  src: url("{url}");
  font-style: {style};
  font-weight: {weights};
}}"""


def fix(source: Path, weight: int, target: Path) -> None:
    """Write a font in one weight."""
    from fontTools.ttLib import TTFont  # takes a while
    from fontTools.varLib import instancer

    font = TTFont(source, recalcTimestamp=False)
    fixed = instancer.instantiateVariableFont(font, {"wght": weight})
    fixed.flavor = None
    fixed.save(target)


def faces(fonts: Path, folder: Path) -> str:
    """Return the style that holds the fonts; make them if need be.

    They are within it: Chromium may print before it has read other files.
    """
    folder.mkdir(exist_ok=True)
    declared = []
    for style, name in STYLES.items():
        source = fonts / f"{name}.woff2"
        for weight, weights in WEIGHTS.items():
            target = folder / f"{name}-{weight}.ttf"
            if not is_newer(target, source):
                fix(source, weight, target)
            data = b64encode(target.read_bytes()).decode()
            url = f"data:font/ttf;base64,{data}"
            face = FACE.format(url=url, style=style, weights=weights)
            declared.append(face)
    return "\n".join(declared)


def is_newer(target: Path, source: Path) -> bool:
    """Return whether a file was made from another as it is now."""
    return target.exists() and getmtime(target) >= getmtime(source)
