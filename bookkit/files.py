"""Files that hold earlier results: their checksums, and how they are kept."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

KEPT = 4  # results: after a change that is undone, the old one is there
MADE = ("__pycache__", "_build")  # the names of folders that are no source


def checksum(*parts: str | bytes) -> str:
    """Return the checksum of text and data as 16 hexadecimal digits."""
    data = [p.encode() if isinstance(p, str) else p for p in parts]
    return hashlib.sha256(b"\0".join(data)).hexdigest()[:16]


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
    remove_old(file, files)


def remove_old(used: Path, kept: Iterable[Path]) -> None:
    """Remove files or folders but the latest, which are the last ``used``."""
    with suppress(OSError):  # another process does the same
        os.utime(used)
        for old in sorted(kept, key=os.path.getmtime)[:-KEPT]:
            remove = shutil.rmtree if old.is_dir() else os.unlink
            remove(old)
