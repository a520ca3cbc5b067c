"""What a check is made of, and the feedback that it gives on an attempt."""

import difflib
import io
import linecache
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

from coursework.checks import references
from coursework.checks.values import near, show

NO_ERROR = "no error"
Attempt = Callable[..., Any]
Test = Callable[..., None]


class Mismatch(Exception):
    """Raised by a test if the attempt lacks the property.

    Its arguments are what the test looked at, what it got and expected there,
    and a hint, which is empty unless the test has seen the cause.
    """


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


@dataclass(frozen=True)
class Property:
    """Something that must hold for an attempt, and the points for it.

    ``test(*attempt, seed)`` calls the attempt, and raises Mismatch if the
    property does not hold. The seed determines the case. ``page`` is where
    the chapter explains it: a page, and its section. Without points, the
    property is not marked.
    """

    test: Test
    called: str
    page: str
    points: int

    @property
    def rule(self) -> str:
        """Return the docstring of the test, which states the property."""
        return self.test.__doc__ or ""


PROPERTIES: dict[str, dict[str, Property]] = {}  # by check and name


def property_of(
    check: str, name: str, called: str, page: str, *, points: int = 1
) -> Callable[[Test], Test]:
    """Register a test as a property of a check.

    Students read its docstring, one sentence that states the property.
    """

    def register(test: Test) -> Test:
        found = Property(test, called, page, points)
        PROPERTIES.setdefault(check, {})[name] = found
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

    def __str__(self) -> str:
        """Return a line for each part that is not empty."""
        parts = {
            "Called": self.lacked.called,
            "Looked at": self.what,
            "Got": self.got,
            "Expected": self.expected,
            "Rule": self.lacked.rule if self.expected != NO_ERROR else "",
            "Hint": self.hint,
            "Read": self.lacked.page,
        }
        return "\n".join(
            f"  {name + ':':10} {text}" for name, text in parts.items() if text
        )


OURS = (
    "Other functions that it calls do not work yet: the check used ours in "
    "their place."
)


@dataclass(frozen=True)
class Feedback:
    """The result of a check: a failure or None for each property.

    ``needs_ours`` tells that it passes only with our versions of the other
    functions that it calls.
    """

    check: str
    failures: Mapping[str, Failure | None]
    needs_ours: bool = False

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
        return "\n".join(lines + [f"  {OURS}"] * self.needs_ours)

    __repr__ = __str__


def evaluate(
    check: str, *attempt: Any, seed: int = 0, only: str | None = None
) -> Feedback:
    """Test all properties of a check, or only one; return the feedback.

    A function may call others of the student. If a property fails, it is
    tested again with ours in their place, so that no mistake counts twice.
    """
    failures: dict[str, Failure | None] = {}
    needs_ours = False
    for name in PROPERTIES[check] if only is None else [only]:
        found = PROPERTIES[check][name]
        failure = failure_of(found, attempt, seed)
        if failure:
            with references.in_place(attempt[0], check) as is_changed:
                if is_changed:
                    again = failure_of(found, attempt, seed)
                    needs_ours |= not again
                    # An error hides what else is wrong.
                    if not again or (
                        failure.expected == NO_ERROR != again.expected
                    ):
                        failure = again
        failures[name] = failure
    return Feedback(check, failures, needs_ours)


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
        return Failure(found, what, got, expected, hint)
    return None


class CheckFailed(AssertionError):
    """Raised if an attempt does not pass its check."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(str(feedback))
        self.feedback = feedback

    def _render_traceback_(self) -> list[str]:
        """Make Jupyter show the feedback instead of a traceback."""
        return str(self.feedback).splitlines()


ERRORS = {  # a pattern in an error message: the hint that explains it
    "a second time": "backward() has used a part of this graph before, "
    "perhaps that of a carried state",
    "'tuple' object has no|must be Tensor, not (tuple|list)|"
    "'(tuple|list)' and 'Tensor'|'Tensor' and '(tuple|list)'": "here is a "
    "tuple or a list: take the tensor out if one is needed",
    "NoneType": "something in this line is None",
    "takes no arguments": "the class has no method __init__, with two "
    "underscores before and after",
    "inplace operation": "backward() needs a tensor that has been overwritten "
    "in place",
    "'(Adam|SGD)' object is not callable": "an optimiser is not called like a "
    "function: it takes its step by updater.step()",
    "positional argument": "a function was called with too many arguments, "
    "or with too few: compare the call with its signature",
    "does not require grad": "the loss has no graph: look for no_grad, "
    "detach, or torch.tensor",
}


def call(attempt: Attempt, *arguments: Any) -> Any:
    """Call an attempt without showing what it prints and draws.

    Raises Mismatch if the attempt raises an error.
    """
    try:
        with suppress_output():
            return attempt(*arguments)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".split("\n")[0][:160]
        hints = [h for part, h in ERRORS.items() if re.search(part, message)]
        hint = name_meant(error) or "".join(hints[:1])
        raise Mismatch(line_of(error), message, NO_ERROR, hint) from error


def line_of(error: Exception) -> str:
    """Return the last line of the notebook that an error came from, or ""."""
    lines = [
        linecache.getline(frame.f_code.co_filename, number)
        for frame, number in walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == "__main__"
    ]
    return "".join(lines[-1:]).strip()


def name_meant(error: Exception) -> str:
    """Return a hint on the names that a misspelt one resembles, or ""."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    known = [*frame.f_locals, *frame.f_globals]
    if isinstance(error, AttributeError):
        known = dir(error.obj)
    name = getattr(error, "name", None) or ""
    close = difflib.get_close_matches(name, known, 2)
    alike = [difflib.SequenceMatcher(None, n, name).ratio() for n in close]
    if not close:
        return ""
    meant = " or ".join(close if alike[0] == alike[-1] else close[:1])
    return f"there is no {name} here: did you mean {meant}?"


def suppress_output() -> AbstractContextManager[Any]:
    """Hide what is printed and drawn."""
    try:
        from IPython.utils.capture import capture_output
    except ModuleNotFoundError:
        return redirect_stdout(io.StringIO())
    found: AbstractContextManager[Any] = capture_output()
    return found
