"""What was handed in: notebooks in files, in folders, and in zips."""

import hashlib
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from os.path import commonprefix
from pathlib import Path
from typing import Any

SIZE = 50 << 20  # bytes of a notebook, or a zip in a zip, at most
FILES = 5000  # in a zip
DEPTH = 2  # zips within zips
SKIPPED = ("__MACOSX", ".ipynb_checkpoints")


@dataclass(frozen=True)
class HandIn:
    """Hold the cells of a notebook, or the reason why there are none.

    ``place`` is where it was found, in parts, and ``name`` as much of it as
    tells it from the others. ``digest`` is that of its bytes.
    """

    place: tuple[str, ...]
    cells: list[str] = field(default_factory=list)
    reason: str = ""
    digest: str = ""
    name: str = ""

    @property
    def path(self) -> str:
        """Return where it was found."""
        return "/".join(self.place).replace("//", "/", 1)


def find(paths: Iterable[Path]) -> list[HandIn]:
    """Return what was handed in, in the order of places, with names."""
    files = {file.resolve() for path in paths for file in expand(path)}
    found = [hand_in for file in sorted(files) for hand_in in read_file(file)]
    return give_names(found)


def expand(path: Path) -> list[Path]:
    """Return the notebooks and zips of a folder; another path is itself."""
    files = [
        file
        for kind in ("*.ipynb", "*.zip")
        for file in path.rglob(kind)
        if file.is_file() and not skipped(file.relative_to(path).parts)
    ]
    return files or [path]


def parts(path: Path) -> tuple[str, ...]:
    """Return the parts of a path which people can read."""
    return tuple(map(readable, path.parts))


def readable(text: str) -> str:
    """Return a text without characters that cannot be printed."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def skipped(names: Iterable[str]) -> bool:
    """Return whether a file is one that systems leave beside others."""
    return any(name in SKIPPED or name.startswith("._") for name in names)


def read_file(path: Path) -> Iterator[HandIn]:
    """Yield what a file holds."""
    try:
        if path.is_dir():
            raise ValueError("a folder without a notebook")
        if not path.is_file():
            raise ValueError("no file")
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04" or path.suffix == ".zip"
            if is_zip:  # may be large: it is not read at once
                yield from read_zip(file, parts(path))
                return
            file.seek(0)
            data = file.read(SIZE + 1)
        yield read_notebook(data, parts(path))
    except (OSError, ValueError) as error:
        yield HandIn(parts(path), reason=str(error))


def read_zip(
    file: Any, place: tuple[str, ...], depth: int = DEPTH
) -> Iterator[HandIn]:
    """Yield what a zip holds, which is read and never written anywhere."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if wanted(m)]
            if len(members) > FILES:
                raise ValueError(f"a zip with more than {FILES} notebooks")
            for member in members:
                inner = (*place, *map(readable, member.filename.split("/")))
                yield from read_member(archive, member, inner, depth)
        if not members:
            yield HandIn(place, reason="a zip without a notebook")
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield HandIn(place, reason=f"no zip that can be read: {error}")


def wanted(member: zipfile.ZipInfo) -> bool:
    """Return whether a file of a zip is one to look at."""
    name = member.filename.lower()
    ours = name.endswith((".ipynb", ".zip"))
    return ours and not skipped(member.filename.split("/"))


def read_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    place: tuple[str, ...],
    depth: int,
) -> Iterator[HandIn]:
    """Yield what a file of a zip holds."""
    if member.flag_bits & 1:
        yield HandIn(place, reason="encrypted: ask for it without a password")
        return
    try:
        with archive.open(member) as file:
            data = file.read(SIZE + 1)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
        ValueError,
    ) as error:  # fmt: skip
        yield HandIn(place, reason=f"cannot be unpacked: {error}")
        return
    if not member.filename.lower().endswith(".zip"):
        yield read_notebook(data, place)
    elif depth == 0 or len(data) > SIZE:
        yield HandIn(place, reason="a zip too deep or too large in a zip")
    else:
        yield from read_zip(io.BytesIO(data), place, depth - 1)


def read_notebook(data: bytes, place: tuple[str, ...]) -> HandIn:
    """Return the code cells of a notebook, or why there are none."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        return HandIn(place, code_cells(data), digest=digest)
    except (ValueError, RecursionError) as error:
        return HandIn(place, reason=str(error), digest=digest)


def code_cells(data: bytes) -> list[str]:
    """Return the sources of the code cells of a notebook.

    Raises ValueError if it is no notebook.
    """
    if len(data) > SIZE:
        raise ValueError(f"larger than {SIZE >> 20} MB")
    if not data.strip():
        raise ValueError("an empty file")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no notebook: {error}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError(
            "no notebook of format 4: open it in Jupyter and save it again"
        )
    return [
        source(cell)
        for cell in cells
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]


def source(cell: dict[str, Any]) -> str:
    """Return the source of a cell; it may be stored as a list of lines."""
    found = cell.get("source", "")
    lines = found if isinstance(found, list) else [found]
    return "".join(line for line in lines if isinstance(line, str))


def give_names(found: list[HandIn]) -> list[HandIn]:
    """Name each by what is its own in its place.

    Of ``hand_in/anna/lab.ipynb`` and ``hand_in/ben/lab.ipynb`` that is
    ``anna`` and ``ben``.
    """
    places = [without_suffix(h) for h in found]
    begins = len(commonprefix([place[:-1] for place in places]))
    places = [place[begins:] for place in places]
    ends = len(commonprefix([place[:0:-1] for place in places]))
    names = ["/".join(place[: len(place) - ends]) for place in places]
    counts = Counter(names)
    return [
        replace(h, name=name if counts[name] == 1 else h.path)
        for h, name in zip(found, names, strict=True)
    ]


def without_suffix(hand_in: HandIn) -> list[str]:
    """Return the parts of a place; a notebook goes by its name alone."""
    *folders, name = hand_in.place
    is_notebook = name.lower().endswith(".ipynb")
    return [*folders, name[: -len(".ipynb")] if is_notebook else name]
