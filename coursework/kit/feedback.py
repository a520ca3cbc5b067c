"""What a check is made of, and the feedback that it gives on an attempt."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from coursework.kit import references
from coursework.kit.calling import NO_ERROR, Mismatch, OutOfTime, function_of
from coursework.kit.values import near, show

Test = Callable[..., None]
ADDRESSES = Path(__file__).with_name("addresses.json")  # of pages, by title


def require(
    condition: bool, what: str, got: Any, expected: Any, hint: str = ""
) -> None:
    """Raise Mismatch unless the condition is true.

    ``what`` is the expression whose value is ``got``; both values are shown
    by their ``repr``.
    """
    if not condition:
        raise Mismatch(what, show(got), show(expected), hint)


def expect(
    what: str, got: Any, expected: Any, hint: str = "", *, rtol: float = 1e-3
) -> None:
    """Raise Mismatch unless ``got`` is equal to ``expected``, or near it."""
    require(near(got, expected, rtol), what, got, expected, hint)


def compare(what: str, found: Any, right: Tensor, hint: str = "") -> None:
    """Require a tensor; show its shape, or the first number that differs."""
    require(isinstance(found, Tensor), what, found, right.float(), hint)
    expect(f"{what}.shape", tuple(found.shape), tuple(right.shape), hint)
    wrong = ~torch.isclose(found.double(), right.double(), 1e-3, 1e-5)
    for place in wrong.nonzero().tolist():
        numbers = found[tuple(place)].item(), right[tuple(place)].item()
        require(False, f"{what}{place}", *numbers, hint)


@dataclass(frozen=True)
class Property:
    """Something that must hold for an attempt.

    ``test(*attempt, seed)`` calls the attempt, and raises Mismatch if the
    property does not hold. The seed determines the case. ``page`` is where
    the chapter explains it: a page, and its section.
    """

    test: Test
    called: str
    page: str

    @property
    def rule(self) -> str:
        """Return the docstring of the test, which states the property."""
        return self.test.__doc__ or ""

    @property
    def address(self) -> str:
        """Return where the site explains it, if a handout knows the site."""
        if not ADDRESSES.exists():
            return ""
        title, mark, section = self.page.partition(" > ")
        page = json.loads(ADDRESSES.read_text("utf-8")).get(title, "")
        anchor = re.sub(r"\W+", "-", section.lower()).strip("-")
        return page and (f"{page}#{anchor}" if mark else page)


PROPERTIES: dict[str, dict[str, Property]] = {}  # by part and name


def property_of(called: str, page: str) -> Callable[[Test], Test]:
    """Register a test as a property of the part whose module has it.

    Students read its docstring, one sentence that states the property.
    """

    def register(test: Test) -> Test:
        part = test.__module__.rpartition(".")[2]
        found = Property(test, called, page)
        PROPERTIES.setdefault(part, {})[test.__name__] = found
        return test

    return register


@dataclass(frozen=True)
class Failure:
    """Explain why a property does not hold; ``hint`` may be empty."""

    lacked: Property
    what: str
    got: str
    expected: str
    hint: str
    is_late: bool = False

    def __str__(self) -> str:
        """Return a line for each part that is not empty."""
        parts = {
            "Called": self.lacked.called,
            "Looked at": self.what,
            "Got": self.got,
            "Expected": self.expected,
            "Rule": self.lacked.rule if self.expected != NO_ERROR else "",
            "Hint": self.hint,
            "Read": f"{self.lacked.page} {self.lacked.address}".strip(),
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
        """Return which properties hold, and the first failure."""
        right = ", ".join(n for n, f in self.failures.items() if not f)
        wrong = ", ".join(n for n, f in self.failures.items() if f)
        lines = [f"{self.check} passed: {right}"]
        if self.first:
            rest = f" (right: {right})" if right else ""
            lines = [f"{self.check} not yet: {wrong}{rest}", str(self.first)]
        if self.others:
            broken = ", ".join(self.others)
            lines.append(f"  Not working yet: {broken}. Ours were used here.")
        return "\n".join(lines)

    __repr__ = __str__


def evaluate(part: str, *attempt: Any, seed: int = 0) -> Feedback:
    """Test all properties of a part; return the feedback.

    A function may call more functions of the student. If a property fails, it
    is tested again with ours instead, so that no mistake counts twice.
    """
    failures, used = failures_of_part(part, attempt, seed)
    names = globals_of(attempt[0])
    broken = [name for name in sorted(used) if not works(name, names)]
    return Feedback(part, failures, tuple(broken))


def failures_of_part(
    part: str, attempt: tuple[Any, ...], seed: int
) -> tuple[dict[str, Failure | None], set[str]]:
    """Return the failures, and which of ours have mended some.

    After a call that has not ended, what is stuck is not called again.
    """
    names = globals_of(attempt[0])
    others = references.REFERENCES.keys() - {part}
    failures: dict[str, Failure | None] = {}
    used: set[str] = set()
    is_stuck = False  # with their own versions of the rest
    failure: Failure | None = None
    for key, found in PROPERTIES[part].items():
        if failure and failure.is_late:  # also with ours
            failures[key] = replace(failure, lacked=found)
            continue
        failure = None if is_stuck else failure_of(found, attempt, seed)
        if names and (failure or is_stuck):
            is_stuck |= failure is not None and failure.is_late
            with references.in_place(names, others) as called:
                again = failure_of(found, attempt, seed)
            # An error hides what else is wrong.
            if not (failure and again) or (
                failure.expected == NO_ERROR != again.expected
            ):
                failure = again
                used |= called
        failures[key] = failure
    return failures, set() if is_stuck else used


def globals_of(attempt: Any) -> dict[str, Any]:
    """Return the names that a function or a class of a notebook can use."""
    own = function_of(attempt) if callable(attempt) else None
    return own.__globals__ if own else {}


def is_own(attempt: Any) -> bool:
    """Return whether a function or a class was written in a notebook."""
    origin = getattr(attempt, "__module__", None)
    return not callable(attempt) or origin in (None, "__main__")


def works(name: str, names: dict[str, Any]) -> bool:
    """Return whether a function of a notebook passes its own check."""
    if name not in PROPERTIES:
        return True  # it is given
    if name not in names or not is_own(names[name]):
        return False
    failures, _ = failures_of_part(name, (names[name],), 0)
    return not any(failures.values())


def is_blank(attempt: Any) -> bool:
    """Return whether a function has a docstring at most."""
    code: Any = getattr(attempt, "__code__", None)
    length = len((lambda: None).__code__.co_code)
    return code is not None and (
        len(code.co_code) == length
        and {*code.co_consts} <= {attempt.__doc__, None}
    )


def failure_of(
    found: Property, attempt: tuple[Any, ...], seed: int
) -> Failure | None:
    """Return why an attempt lacks a property, or None if it has it."""
    try:
        found.test(*attempt, seed)
    except Mismatch as error:
        what, got, expected, hint = error.args
        if is_blank(attempt[0]):
            hint = "nothing is written here yet"
        is_late = isinstance(error.__cause__, OutOfTime)
        return Failure(found, what, got, expected, hint, is_late)
    except Exception as error:  # by a value that nothing can be compared with
        got = f"{type(error).__name__}: {error}".split("\n")[0]
        return Failure(found, "the result", got, "a different type", "")
    return None


class CheckFailed(AssertionError):
    """Raised if an attempt does not pass its check."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(str(feedback))
        self.feedback = feedback

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the feedback instead of a traceback."""
        return str(self.feedback).splitlines()
