"""Pack the checks into a zip that runs where the chapter is not installed.

Of ``charrnn`` it holds only modules that show no solution.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = (
    "charrnn/interface.py",
    "charrnn/corpus.py",
    "coursework/__init__.py",
    "coursework/checks.py",
    "coursework/kit/*.py",
    "coursework/parts/*.py",
)


def program(name: str, facts: Mapping[str, object] | None = None) -> str:
    """Return a program to hand out, below the facts that it needs."""
    text = (ROOT / "coursework/programs" / f"{name}.py").read_text("utf-8")
    given = [f"{key} = {value!r}\n" for key, value in (facts or {}).items()]
    return "".join([*given, text])


def pack(addresses: Mapping[str, str] | None = None) -> bytes:
    """Return the zip of the checks, with the addresses of pages by title."""
    files = {
        "__main__.py": program("zip_main"),
        "charrnn/__init__.py": "",
        "coursework/kit/addresses.json": json.dumps(addresses or {}),
    }
    for file in sorted(f for place in FILES for f in ROOT.glob(place)):
        files[file.relative_to(ROOT).as_posix()] = file.read_text("utf-8")
    return zipped(files)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of files. The same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # its date is always the same
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
