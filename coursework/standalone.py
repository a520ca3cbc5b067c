"""The files beside a handout, which run where the chapter is not installed.

Of ``charrnn`` they hold only modules that show no solution.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pprint import pformat
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = "checks"  # beside a handout
FILES = (
    "charrnn/interface.py",
    "charrnn/corpus.py",
    "coursework/__init__.py",
    "coursework/checks.py",
    "coursework/kit/*.py",
    "coursework/parts/*.py",
    "coursework/parts/*.toml",
)
Cells = list[tuple[str, str, str]]  # kind, part, and code


def program(name: str, facts: dict[str, Any] | None = None) -> str:
    """Return a program to hand out, below the facts that it needs."""
    text = (ROOT / "coursework/programs" / f"{name}.py").read_text("utf-8")
    for key, fact in reversed((facts or {}).items()):
        text = f"{key} = {pformat(fact, sort_dicts=False)}\n{text}"
    return text


def names() -> list[str]:
    """Return the names of the files."""
    return sorted(files([], {}))


def files(cells: Cells, addresses: Mapping[str, str]) -> dict[str, str]:
    """Return the files by name, with the solution and addresses of pages."""
    found = {
        "__main__.py": program("fresh"),
        "charrnn/__init__.py": "",
        "coursework/kit/addresses.json": json.dumps(addresses, indent=1),
        "solution.py": "\n\n".join(
            f"# %% {kind} {part}".rstrip() + f"\n{code}"
            for kind, part, code in cells
            if kind != "check"
        ),
    }
    for file in sorted(f for place in FILES for f in ROOT.glob(place)):
        found[file.relative_to(ROOT).as_posix()] = file.read_text("utf-8")
    return found


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of files. The same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # its date is always the same
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, which need not exist."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(raw)
