"""Pack the checks into a zip that runs where the chapter is not installed.

Of ``charrnn`` it holds only modules that show no solution. Without an
``__init__.py`` they form a namespace package, so that an installed
``charrnn`` takes precedence.
"""

import io
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = (
    "charrnn/interface.py",
    "charrnn/corpus.py",
    "charrnn/history.py",
    "coursework/__init__.py",
    "coursework/checks/*.py",
)


def pack() -> bytes:
    """Return the zip. The same files give the same bytes."""
    texts = {"charrnn/": ""}  # without this entry, zipimport finds no charrnn
    for file in sorted(file for place in FILES for file in ROOT.glob(place)):
        texts[file.relative_to(ROOT).as_posix()] = file.read_text("utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name)  # its date is always the same
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
