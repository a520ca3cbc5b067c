"""The lesson plans, each of which has a handout."""

import tomllib
from functools import cache
from typing import NamedTuple

from coursework.lab import ROOT


class Plan(NamedTuple):
    """A lesson: the level of its handout, and its steps.

    A step is its minutes, what happens, and the parts that students write.
    """

    level: str
    steps: list[tuple[int, str, list[str]]]

    @property
    def parts(self) -> list[str]:
        """Return what students write, in order."""
        return [name for *_, names in self.steps for name in names]


@cache
def plans() -> dict[str, Plan]:
    """Read the plans, by their minutes."""
    text = ROOT.joinpath("coursework/plans.toml").read_text("utf-8")
    return {key: Plan(**plan) for key, plan in tomllib.loads(text).items()}
