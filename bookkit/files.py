"""Files that are kept, for an earlier result to be used again."""

import os
from collections.abc import Callable
from pathlib import Path

KEPT = 4  # of a name: a change that is undone finds the old file again


def keep(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file, whole or not at all, and remove old ones of its name.

    It is called by a name, a dash, and a hash of 16 digits. ``write`` writes
    to the path that it is given. Only the most recently used files are kept.
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
