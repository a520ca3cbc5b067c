"""What a check is made of, and what it says of an attempt."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from coursework.checks.values import describe

Attempt = Callable[..., Any]
Test = Callable[..., None]


class Wrong(Exception):
    """Raised by a property that does not hold.

    ``got`` is what came of the attempt. ``hint`` names a mistake, and is
    empty unless that mistake was seen. ``expected`` says what is expected of
    this very case, if that is more than the property says of all cases.
    """

    def __init__(self, got: str, hint: str = "", expected: str = "") -> None:
        super().__init__(got)
        self.got, self.hint, self.expected = got, hint, expected


def require(
    condition: bool, got: Any, hint: str = "", *, expected: str = ""
) -> None:
    """Raise Wrong with what came, a value or a text, if this is false."""
    if not condition:
        text = got if isinstance(got, str) else describe(got)
        raise Wrong(text, hint, expected)


@dataclass(frozen=True)
class Complaint:
    """Say what was called, what came, and what was expected instead.

    ``hint`` names the mistake, or is empty. ``page`` is where the chapter
    explains the matter: the title of a page, and of a section.
    """

    called: str
    got: str
    expected: str
    hint: str
    page: str

    def __str__(self) -> str:
        """Return the answer, each of its parts with a heading."""
        parts = {
            "Called": self.called,
            "Got": self.got,
            "Expected": self.expected,
            "Hint": self.hint,
            "Read": self.page,
        }
        return "\n".join(
            f"  {name + ':':10} {text}" for name, text in parts.items() if text
        )


@dataclass(frozen=True)
class Property:
    """Hold one property that a right attempt has, and its points.

    ``test(*attempt, seed)`` calls the attempt, and raises Wrong if it lacks
    the property. The same seed makes the same case.
    """

    test: Test
    called: str
    expected: str
    page: str
    points: int


PROPERTIES: dict[str, dict[str, Property]] = {}  # by checks, and by names


def holds(
    check: str, name: str, called: str, page: str, *, points: int = 1
) -> Callable[[Test], Test]:
    """List a test as a property of a check.

    Its docstring says what is expected: "Expect zeros."
    """

    def add(test: Test) -> Test:
        expected = (test.__doc__ or "").removeprefix("Expect ").rstrip(".")
        found = Property(test, called, expected, page, points)
        PROPERTIES.setdefault(check, {})[name] = found
        return test

    return add


@dataclass(frozen=True)
class Verdict:
    """Hold what a check found: for each property, a complaint or None."""

    name: str
    complaints: Mapping[str, Complaint | None]

    @property
    def first(self) -> Complaint | None:
        """Return the complaint to begin with."""
        return next(filter(None, self.complaints.values()), None)

    @property
    def passed(self) -> bool:
        """Return whether every property holds."""
        return self.first is None

    def __str__(self) -> str:
        """Return which properties hold, and the first complaint."""
        right = [name for name, found in self.complaints.items() if not found]
        wrong = [name for name, found in self.complaints.items() if found]
        if self.passed:
            return f"{self.name} passed: {', '.join(right)}"
        rest = f" (right: {', '.join(right)})" if right else ""
        return f"{self.name} not yet: {', '.join(wrong)}{rest}\n{self.first}"

    __repr__ = __str__


def judge(
    check: str, *attempt: Any, seed: int = 0, only: str | None = None
) -> Verdict:
    """Return the verdict of a check, on all properties or only on one."""
    complaints: dict[str, Complaint | None] = {}
    for name in PROPERTIES[check] if only is None else [only]:
        found = PROPERTIES[check][name]
        complaints[name] = None
        try:
            found.test(*attempt, seed)
        except Wrong as wrong:
            complaints[name] = Complaint(
                found.called, wrong.got, wrong.expected or found.expected,
                wrong.hint, found.page,
            )  # fmt: skip
    return Verdict(check, complaints)


class Unsolved(AssertionError):
    """Say that an attempt does not pass its check yet, and why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """Let Jupyter show the answer, and no traceback."""
        return str(self.verdict).splitlines()


ERRORS = {  # what a message has, and what it means
    "a second time": "the state still hangs on the graph of the minibatch "
    "before: detach what is carried over",
    "'tuple' object has no|must be Tensor, not (tuple|list)|"
    "'(tuple|list)' and 'Tensor'|'Tensor' and '(tuple|list)'": "a tuple or a "
    "list stands where a tensor is needed: take the tensor out of it first",
    "NoneType": "something is None here: so is what a blank returns, and so "
    "is a gradient before backward",
    "'SGD' object is not callable": "an optimiser takes its step by "
    "updater.step(), and is not called",
    "no attribute '(zero_grad|step)'": "the updater may be a plain function, "
    "and the model no nn.Module",
    "positional argument": "the arguments are not those of the signature "
    "given",
    "does not require grad": "the numbers come without their graph: "
    "no_grad, detach, or a new tensor made of numbers does that",
}


def call(attempt: Attempt, *arguments: Any) -> Any:
    """Return what an attempt returns, without what it prints and draws.

    Raises Wrong if the attempt raises an error.
    """
    try:
        with silence():
            return attempt(*arguments)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".split("\n")[0]
        hints = [h for part, h in ERRORS.items() if re.search(part, message)]
        raise Wrong(message.split(". ")[0], *hints[:1]) from error


@contextmanager
def silence() -> Iterator[None]:
    """Keep what is printed and drawn from the reader for a while."""
    try:
        from IPython.utils.capture import capture_output
    except ModuleNotFoundError:
        with redirect_stdout(io.StringIO()):
            yield
    else:
        with capture_output():
            yield
