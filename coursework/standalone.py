"""What a handout carries, so that its checks run without the chapter.

It is a zip of the checks, and of those modules of ``charrnn`` that hold no
part of the solution.
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


def files() -> dict[str, str]:
    """Return the text of each file, by its place in the zip."""
    found = sorted(file for place in FILES for file in ROOT.glob(place))
    return {
        file.relative_to(ROOT).as_posix(): file.read_text("utf-8")
        for file in found
    }


def pack() -> bytes:
    """Return the zip, the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files().items():
            entry = zipfile.ZipInfo(name)  # which has a fixed date
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
