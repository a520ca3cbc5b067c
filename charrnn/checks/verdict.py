"""What a check says of an attempt, as a tutor would."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Seen = Mapping[str, Any]  # what a probe saw: numbers, text, tensors, lists


@dataclass(frozen=True)
class Complaint:
    """Say what was called, what came, and what was expected instead.

    ``hint`` names the likely mistake, and ``page`` is where the chapter
    explains the matter, such as ``"Prediction > Read first, then
    write"``: the title of a page, and of a section.
    """

    called: str
    came: str
    expected: str
    hint: str
    page: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return the parts of the answer, each with its heading."""
        return [
            ("Called", self.called),
            ("Came", self.came),
            ("Expected", self.expected),
            ("Perhaps", self.hint),
            ("Read", self.page),
        ]


@dataclass(frozen=True)
class Verdict:
    """Hold what a check found: for each property, a complaint or None."""

    name: str
    complaints: Mapping[str, Complaint | None]

    @property
    def passed(self) -> bool:
        """Return whether every property holds."""
        return not any(self.complaints.values())

    @property
    def first(self) -> Complaint | None:
        """Return the complaint to begin with."""
        return next(filter(None, self.complaints.values()), None)

    @property
    def summary(self) -> str:
        """Return in one line which properties hold."""
        right = [name for name, found in self.complaints.items() if not found]
        wrong = [name for name, found in self.complaints.items() if found]
        if self.passed:
            return f"{self.name} passed: {', '.join(right)}"
        rest = f" (right: {', '.join(right)})" if right else ""
        return f"{self.name} not yet: {', '.join(wrong)}{rest}"

    def __str__(self) -> str:
        """Return the verdict as plain text."""
        lines = self.first.lines if self.first else []
        text = [f"  {head + ':':10} {line}" for head, line in lines]
        return "\n".join([self.summary, *text])

    __repr__ = __str__


class Unsolved(AssertionError):
    """Say that an attempt does not pass its check yet, and why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """Let Jupyter show the answer, and no traceback."""
        return str(self.verdict).splitlines()


Property = Callable[[Seen], Complaint | None]


@dataclass(frozen=True)
class Check:
    """Hold how an attempt is looked at, and how what is seen is judged.

    ``needs`` names what holds the attempt in a notebook. ``probe(*attempt,
    seed=0)`` calls the attempt and returns plain data; an error of the
    attempt is part of it. ``properties`` judge the data. The two halves can
    be run by different processes.
    """

    name: str
    needs: Sequence[str]
    probe: Callable[..., dict[str, Any]]
    properties: Mapping[str, Property]

    def judge(self, seen: Seen) -> Verdict:
        """Return the verdict on what a probe saw."""
        judged = {name: of(seen) for name, of in self.properties.items()}
        return Verdict(self.name, judged)
