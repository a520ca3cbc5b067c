"""The feedback on an attempt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from coursework.kit import data
from coursework.kit.calling import NO_ERROR

NO_VALUE = "None comes from a function that returns nothing, or not enough"


@dataclass(frozen=True)
class Failure:
    """Explain why a property does not hold; ``hint`` may be empty."""

    lacked: data.Property
    called: str
    got: str
    expected: str
    hint: str = ""
    is_late: bool = False

    def with_hints(self, mistake: str, likely: str) -> "Failure":
        """Return the same failure with the best hint that there is.

        This is the mistake that was made, if it is known, or one on the error
        that came, or a mistake by which the property fails in the same way.
        """
        nothing = NO_VALUE if self.got == "None" else ""
        hint = mistake or self.hint or likely or nothing
        return replace(self, hint=hint)

    @property
    def address(self) -> str:
        """Return where the site explains it, if a handout knows the site."""
        title, mark, section = self.lacked.page.partition(" > ")
        page = data.addresses().get(title, "")
        anchor = re.sub(r"\W+", "-", section.lower()).strip("-")
        return page and (f"{page}#{anchor}" if mark else page)

    def __str__(self) -> str:
        """Return a line for each part that is not empty."""
        parts = {
            "Called": self.called,
            "Got": self.got,
            "Expected": self.expected,
            "Rule": self.lacked.rule if self.expected != NO_ERROR else "",
            "Hint": self.hint,
            "Read": f"{self.lacked.page} {self.address}".strip(),
        }
        return "\n".join(
            f"  {name + ':':10} {text}" for name, text in parts.items() if text
        )


@dataclass(frozen=True)
class Feedback:
    """The result of a check: a failure or None for each property.

    ``others`` are functions of the student that do not work yet; the check has
    used ours instead.
    """

    check: str
    failures: Mapping[str, Failure | None]
    others: tuple[str, ...] = ()

    @property
    def first(self) -> Failure | None:
        """Return the failure to look at first."""
        return next(filter(None, self.failures.values()), None)

    @property
    def passed(self) -> bool:
        """Return whether every property holds."""
        return self.first is None

    def __str__(self) -> str:
        """Return which properties hold or fail, and the first failure."""
        lines = [f"{self.check} passed: {', '.join(self.failures)}"]
        if self.first:
            wrong = ", ".join(n for n, f in self.failures.items() if f)
            lines = [f"{self.check} not yet: {wrong}", str(self.first)]
        if self.others:
            broken = ", ".join(self.others)
            lines.append(f"  Not working yet: {broken}. Ours were used here.")
        return "\n".join(lines)

    __repr__ = __str__


class CheckFailed(AssertionError):
    """Raised if an attempt does not pass its check."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(str(feedback))
        self.feedback = feedback

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the feedback instead of a traceback."""
        return str(self.feedback).splitlines()
