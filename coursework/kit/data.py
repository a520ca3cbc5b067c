"""The data of the parts: their properties with points, and known mistakes."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "parts"
BLANK = "blank"  # the kind of a cell that is left to students
ADDRESSES = Path(__file__).with_name("addresses.json")  # in a handout


@dataclass
class Property:
    """What must hold for an attempt.

    ``rule`` is a sentence for students, and ``page`` where the chapter
    explains it: the title of a page, and its section. If it ``hides`` the
    right value, the feedback does not tell it. It keeps its points while those
    that it comes ``after``, on which it depends, cost theirs.
    """

    rule: str
    page: str
    points: int = 1
    hides: bool = False
    after: str = ""


@dataclass
class Mistake:
    """A mistake: code of the solution, and what replaces it.

    Its name is the hint. If not all that seems to fail is a fault, ``costs``
    are the properties that it costs.
    """

    edit: Mapping[str, str]
    costs: tuple[str, ...] = ()


@dataclass
class Part:
    """What a check needs to know of a part."""

    properties: dict[str, Property]
    mistakes: dict[str, Mistake]

    @property
    def points(self) -> dict[str, int]:
        """Return the points by property."""
        return {name: p.points for name, p in self.properties.items()}


@cache
def parts() -> dict[str, Part]:
    """Read the data of all parts, by name.

    Raises TypeError if an entry is unknown or missing, and ValueError if the
    file is no TOML; both name the file.
    """
    return {file.stem: read(file) for file in sorted(FOLDER.glob("*.toml"))}


def read(file: Path) -> Part:
    """Read the data of a part."""
    try:
        found: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        mistakes = found.pop("mistakes", {})
        return Part(
            {
                name: Property(**p)
                for name, p in found.pop("properties").items()
            },
            {name: Mistake(**m) for name, m in mistakes.items()},
            **found,
        )
    except (KeyError, TypeError, ValueError) as error:
        error.add_note(f"in {file}")
        raise


@cache
def addresses() -> dict[str, str]:
    """Return the addresses of pages by title, if a handout knows the site."""
    if not ADDRESSES.exists():
        return {}
    return dict(json.loads(ADDRESSES.read_text("utf-8")))
