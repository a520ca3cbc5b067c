"""What a check is made of, and the feedback that it gives on an attempt."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from coursework.checks.values import describe

Attempt = Callable[..., Any]
Test = Callable[..., None]


class Mismatch(Exception):
    """Raised by a test if the attempt lacks the property.

    ``got`` is what the attempt led to. ``hint`` names the mistake, and is
    empty unless that mistake was recognised. ``expected`` is given where
    this case allows more detail than the docstring of the test.
    """

    def __init__(self, got: str, hint: str = "", expected: str = "") -> None:
        super().__init__(got)
        self.got, self.hint, self.expected = got, hint, expected


def require(
    condition: bool, got: Any, hint: str = "", *, expected: str = ""
) -> None:
    """Raise Mismatch unless the condition is true.

    ``got`` is a text, or a value to be described.
    """
    if not condition:
        text = got if isinstance(got, str) else describe(got)
        raise Mismatch(text, hint, expected)


@dataclass(frozen=True)
class Failure:
    """Explain why a property does not hold.

    ``hint`` names the mistake, or is empty. ``page`` is where the chapter
    explains it: the title of a page, and of a section.
    """

    called: str
    got: str
    expected: str
    hint: str
    page: str

    def __str__(self) -> str:
        """Return a line for each part that is not empty."""
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
    """Something that must hold for an attempt, and the points for it.

    ``test(*attempt, seed)`` calls the attempt, and raises Mismatch if the
    property does not hold. The seed determines the case.
    """

    test: Test
    called: str
    expected: str
    page: str
    points: int


PROPERTIES: dict[str, dict[str, Property]] = {}  # by check and name


def property_of(
    check: str, name: str, called: str, page: str, *, points: int = 1
) -> Callable[[Test], Test]:
    """Register a test as a property of a check.

    Its docstring, "Expect …", is shown to students as what was expected.
    """

    def register(test: Test) -> Test:
        expected = (test.__doc__ or "").removeprefix("Expect ").rstrip(".")
        found = Property(test, called, expected, page, points)
        PROPERTIES.setdefault(check, {})[name] = found
        return test

    return register


@dataclass(frozen=True)
class Feedback:
    """The result of a check: a failure or None for each property."""

    check: str
    failures: Mapping[str, Failure | None]

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
        right = [name for name, f in self.failures.items() if not f]
        wrong = [name for name, f in self.failures.items() if f]
        if self.passed:
            return f"{self.check} passed: {', '.join(right)}"
        rest = f" (right: {', '.join(right)})" if right else ""
        return f"{self.check} not yet: {', '.join(wrong)}{rest}\n{self.first}"

    __repr__ = __str__


def evaluate(
    check: str, *attempt: Any, seed: int = 0, only: str | None = None
) -> Feedback:
    """Test all properties of a check, or only one; return the feedback."""
    failures: dict[str, Failure | None] = {}
    for name in PROPERTIES[check] if only is None else [only]:
        found = PROPERTIES[check][name]
        failures[name] = None
        try:
            found.test(*attempt, seed)
        except Mismatch as error:
            failures[name] = Failure(
                found.called, error.got, error.expected or found.expected,
                error.hint, found.page,
            )  # fmt: skip
    return Feedback(check, failures)


class CheckFailed(AssertionError):
    """Raised if an attempt does not pass its check."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(str(feedback))
        self.feedback = feedback

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the feedback instead of a traceback."""
        return str(self.feedback).splitlines()


ERRORS = {  # a pattern in an error message: the hint that explains it
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
    """Call an attempt without showing what it prints and draws.

    Raises Mismatch if the attempt raises an error.
    """
    try:
        with suppress_output():
            return attempt(*arguments)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".split("\n")[0]
        hints = [h for part, h in ERRORS.items() if re.search(part, message)]
        raise Mismatch(message.split(". ")[0], *hints[:1]) from error


@contextmanager
def suppress_output() -> Iterator[None]:
    """Hide what is printed and drawn."""
    try:
        from IPython.utils.capture import capture_output
    except ModuleNotFoundError:
        with redirect_stdout(io.StringIO()):
            yield
    else:
        with capture_output():
            yield
