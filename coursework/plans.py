"""The lesson plans, each of which has a handout."""

import tomllib
from functools import cache

from coursework.lab import ROOT

Step = tuple[int, str, list[str]]  # minutes, what happens, what is written


@cache
def plans() -> dict[str, list[Step]]:
    """Return the steps of each lesson, by its minutes."""
    text = ROOT.joinpath("coursework/plans.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return {
        lesson: [
            (minutes[i], what, parts)
            for what, parts, minutes in data["steps"]
            if minutes[i]
        ]
        for i, lesson in enumerate(data["lessons"])
    }


def parts_of(lesson: str) -> list[str]:
    """Return what students write in a lesson, in order."""
    return [name for *_, parts in plans()[lesson] for name in parts]
