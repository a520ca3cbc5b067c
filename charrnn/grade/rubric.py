"""The rubric: how many points each property of an attempt is worth."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from charrnn.checks import CHECKS

SHIPPED = Path(__file__).with_name("rubric.toml")


@dataclass(frozen=True)
class Limits:
    """Hold how long a cell and a notebook may take, and its memory in MB."""

    cell: float = 10
    notebook: float = 180
    memory: int = 2048


@dataclass(frozen=True)
class Rubric:
    """Hold the points of each property, by check and property."""

    points: Mapping[str, Mapping[str, float]]
    settings: Mapping[str, Any]
    limits: Limits
    text: str

    @property
    def most(self) -> float:
        """Return the points of a notebook without a mistake."""
        return sum(map(self.of, self.points))

    def of(self, check: str) -> float:
        """Return the points of a check."""
        return sum(self.points[check].values())


def load(path: Path = SHIPPED) -> Rubric:
    """Read a rubric.

    Raises OSError if it cannot be read, and ValueError, which says what is
    wrong with it.
    """
    try:
        text = path.read_text("utf-8")
        tables = tomllib.loads(text)
        settings = read_settings(tables.pop("settings", {}))
        limits = read_limits(tables.pop("limits", {}))
        for name, table in tables.items():
            check_table(name, table)
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError too
        raise ValueError(f"{path}: {error}") from None
    points = {name: tables[name] for name in CHECKS if name in tables}
    rubric = Rubric(points, settings, limits, text)
    if not rubric.most > 0:
        raise ValueError(f"{path}: there is no point to be had")
    return rubric


def check_table(check: str, table: object) -> None:
    """Raise ValueError if a table is not one of a check and its points."""
    if check not in CHECKS:
        raise ValueError(
            f"no check is named {check!r}; there are {', '.join(CHECKS)}"
        )
    if not isinstance(table, dict):
        raise ValueError(f"[{check}] is to be a table of properties")
    known = CHECKS[check].properties
    for name, points in table.items():
        if name not in known:
            raise ValueError(
                f"[{check}] has no property {name!r}; it has "
                f"{', '.join(known)}"
            )
        if not is_number(points) or points < 0:
            raise ValueError(
                f"[{check}] {name} is to be a number of points, 0 or more, "
                f"not {points!r}"
            )


def read_settings(table: object) -> dict[str, Any]:
    """Return the variables that shorten the runs."""
    if not isinstance(table, dict):
        raise ValueError("[settings] is to be a table of variables")
    for name, value in table.items():
        plain = isinstance(value, str | int | float)
        if not name.isidentifier() or not plain:
            raise ValueError(f"[settings] {name} is no variable with a value")
    return table


def read_limits(table: object) -> Limits:
    """Return the limits, those of the class where the table has none."""
    if not isinstance(table, dict):
        raise ValueError("[limits] is to be a table")
    known = [field.name for field in fields(Limits)]
    for name, value in table.items():
        if name not in known:
            raise ValueError(
                f"[limits] has no {name!r}; it has {', '.join(known)}"
            )
        if not is_number(value) or not value > 0:
            raise ValueError(
                f"[limits] {name} is to be above 0, not {value!r}"
            )
    limits = Limits(**table)
    if not isinstance(limits.memory, int):
        raise ValueError("[limits] memory is to be a whole number of MB")
    return limits


def is_number(value: object) -> bool:
    """Return whether a value of a rubric is a finite number."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)  # type: ignore[arg-type]
