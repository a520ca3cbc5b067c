"""Call what a student wrote: within a time, without output, and explain."""

import ctypes
import inspect
import io
import linecache
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from threading import Thread
from traceback import walk_tb
from types import FunctionType
from typing import Any

LIMIT = float(os.environ.get("CHARRNN_TIME_LIMIT", "10"))  # seconds a call
NO_ERROR = "no error"
Attempt = Callable[..., Any]

ERRORS = {  # a pattern in an error message: the hint that explains it
    "a second time": "backward() has used a part of this graph before, "
    "perhaps the graph of a carried state",
    "'(tuple|list)' object has no|must be Tensor, not (tuple|list)|"
    "'(tuple|list)' and 'Tensor'|'Tensor' and '(tuple|list)'": "here is a "
    "tuple or a list: take the tensor out if one is needed",
    "NoneType": "something is None, in this line or in what it calls",
    "takes no arguments": "the class has no method __init__, with two "
    "underscores before and after",
    "inplace operation": "backward() needs a tensor that has been overwritten "
    "in place",
    "positional argument": "the call does not fit the signature: compare the "
    "number of its arguments, and their order",
    "does not require grad": "the loss has no graph: look for no_grad, "
    "detach, or torch.tensor",
    "OutOfTime": "a loop may never end",
}


class Mismatch(Exception):
    """Raised by a probe that cannot look any further, or seen as a value.

    Its arguments are what was looked at, what was got and expected there, and
    a hint, if the cause has been seen.
    """

    def __init__(
        self, what: str, got: str, expected: str, hint: str = ""
    ) -> None:
        super().__init__(what, got, expected, hint)
        self.got = got

    @property
    def is_late(self) -> bool:
        """Return whether a call has not ended in time."""
        return isinstance(self.__cause__, OutOfTime)


class OutOfTime(BaseException):
    """Raised in a call that has not ended in time."""


def call(attempt: Attempt, *arguments: Any) -> Any:
    """Call an attempt without showing what it prints and draws.

    Raises Mismatch if the attempt raises anything, or has not returned after
    ``LIMIT`` seconds.
    """
    with suppress_output():
        result, error = call_apart(attempt, *arguments)
    if error is None:
        return result
    message = f"{type(error).__name__}: {error}".split("\n")[0][:160]
    hints = [h for part, h in ERRORS.items() if re.search(part, message)]
    hint = "".join(hints[:1])
    raise Mismatch(line_of(error, attempt), message, NO_ERROR, hint) from error


def call_apart(
    attempt: Attempt, *arguments: Any
) -> tuple[Any, BaseException | None]:
    """Call an attempt in a thread; return its result, and its error if any.

    A thread can be left behind, on every system, and what raises
    KeyboardInterrupt in it stops no check.
    """
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(attempt(*arguments))
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        thread.join(LIMIT)
    finally:  # also if somebody stops the check
        if thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(OutOfTime)
            )
            thread.join(1.0)
    if results:
        return results[0], None
    error = errors[0] if errors else OutOfTime()
    if isinstance(error, OutOfTime):
        error.args = (f"no result after {LIMIT:g} seconds",)
    return None, error


def function_of(attempt: Any) -> FunctionType | None:
    """Return a function itself, or a method of a class or of an object."""
    kind = attempt if isinstance(attempt, type) else type(attempt)
    parts = [inspect.unwrap(attempt), *vars(kind).values()]
    found = (getattr(part, "__func__", part) for part in parts)
    return next((f for f in found if isinstance(f, FunctionType)), None)


def line_of(error: BaseException, attempt: Attempt) -> str:
    """Return the line of an attempt that an error came from, or "".

    It is the last one of the cell that holds the attempt, or if there is
    none, the last one of the notebook.
    """
    own = function_of(attempt)
    frames = [
        (frame.f_code.co_filename, number)
        for frame, number in walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == "__main__"
    ]
    in_cell = [f for f in frames if own and f[0] == own.__code__.co_filename]
    lines = [linecache.getline(*place) for place in in_cell or frames]
    return "".join(lines[-1:]).strip()


@contextmanager
def suppress_output() -> Iterator[None]:
    """Hide what is printed and drawn, and keep none of it."""
    from IPython.utils.capture import capture_output  # slow to import

    nowhere: Any = Nowhere()
    quiet = capture_output(stdout=False, stderr=False)
    with redirect_stdout(nowhere), redirect_stderr(nowhere), quiet:
        yield


class Nowhere(io.TextIOBase):
    """A file that forgets what is written."""

    def write(self, text: str) -> int:
        """Return the length of a text."""
        return len(text)
