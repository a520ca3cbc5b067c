"""Files that hold earlier results: their checksums, and how they are kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

KEPT = 4  # of a name: a change that is undone finds the old file again
MADE = ("__pycache__", "_build")  # the names of folders that are no source


def checksum(*parts: str | bytes) -> str:
    """Return the checksum of text and data as 16 hexadecimal digits."""
    result = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        result.update(hashlib.sha256(data).digest())
    return result.hexdigest()[:16]


def content(path: Path) -> str:
    """Return the checksum of a file, or of the names in a folder.

    It is empty if there is neither, or if it cannot be read.
    """
    try:
        if not path.is_dir():
            return checksum(path.read_bytes())
        names = {entry.name for entry in path.iterdir()}.difference(MADE)
        return checksum(*sorted(x for x in names if not x.startswith(".")))
    except OSError:
        return ""


def keep_text(file: Path, text: str) -> None:
    """Write a text into a file that does not have it already."""
    if not file.exists() or file.read_text("utf-8") != text:
        keep(file, lambda draft: draft.write_text(text, "utf-8"))


def keep(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file, whole or not at all, and remove old ones of its name.

    If it is called by a name, a dash, and a checksum, the most recently used
    files of that name are kept. ``write`` writes to the path that it is given.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.part")
    try:
        write(draft)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    name, _, _ = file.stem.rpartition("-")
    files = file.parent.glob(f"{name}-{'[0-9a-f]' * 16}{file.suffix}")
    for old in sorted(files, key=os.path.getmtime)[:-KEPT]:
        old.unlink()
