"""Call what a student wrote: within a time, without output, and explain."""

import ctypes
import inspect
import linecache
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from difflib import SequenceMatcher
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
    "Loss' object has no attribute 'backward'": "the loss is a function: "
    "backward() belongs to the tensor that it returns",
    "Boolean value of Tensor with more": "a tensor of several numbers is no "
    "condition; nn.CrossEntropyLoss without () leads here as well",
    "NoneType": "something is None, in this line or in what it calls",
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
    "OutOfTime": "a loop may never end",
}


class Mismatch(Exception):
    """Raised by a test if the attempt lacks the property.

    Its arguments are what the test looked at, what it got and expected there,
    and a hint, which is empty unless the test has seen the cause.
    """


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
    hint = name_meant(error) or "".join(hints[:1])
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


def name_meant(error: BaseException) -> str:
    """Return a hint on the names that a misspelt one resembles, or "".

    They are names that a student can see.
    """
    name = getattr(error, "name", None) or ""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    if not name or not frames:
        return ""
    known = {*frames[-1].f_locals, *frames[-1].f_globals}
    if isinstance(error, AttributeError):
        known = {*dir(error.obj)}
    alike = [n for n in sorted(known) if is_alike(n, name)]
    if not alike:
        return ""
    return f"there is no {name} here: did you mean {' or '.join(alike[:2])}?"


def is_alike(known: str, name: str) -> bool:
    """Return whether a public name differs from another in one character."""
    blocks = SequenceMatcher(None, known, name).get_matching_blocks()
    same = sum(block.size for block in blocks)
    is_of_kind = known[0].isupper() == name[0].isupper() and known[0] != "_"
    return is_of_kind and 1 < same >= max(len(known), len(name)) - 1


def short_print(characters: int = 1_000_000) -> Callable[..., None]:
    """Return a function that prints so much and no more."""

    def write(*values: Any, **options: Any) -> None:
        nonlocal characters
        characters -= sum(len(str(value)) for value in values)
        if characters > 0:
            print(*values, **options)

    return write


def suppress_output() -> AbstractContextManager[Any]:
    """Hide what is printed and drawn."""
    from IPython.utils.capture import capture_output  # slow to import

    found: AbstractContextManager[Any] = capture_output()
    return found
