"""Checks of what students write, for a notebook and for graders."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

# Importing the probes registers them.
from coursework.kit.feedback import CheckFailed, Feedback
from coursework.kit.judging import VARIABLES, evaluate, is_own, refuse
from coursework.parts import functions, results  # noqa: F401


def check(name: str) -> Feedback:
    """Check what a notebook has so far; return the feedback if it passes.

    ``name`` is that of a part; the caller has its variables.

    Raises CheckFailed, with the feedback, if the attempt does not pass, and
    ValueError if there is no such check.
    """
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None
    feedback = judge(name, frame.f_back.f_globals)
    if not feedback.passed:
        raise CheckFailed(feedback)
    return feedback


def judge(name: str, names: dict[str, Any], seed: int = 0) -> Feedback:
    """Return the feedback on what a notebook has under some names.

    ``seed`` draws the numbers with which functions are called. Raises
    ValueError if there is no such check.
    """
    if name not in VARIABLES:
        raise ValueError(f"nothing is named {name!r}: {', '.join(VARIABLES)}")
    wanted = VARIABLES[name]
    if missing := ", ".join(n for n in wanted if n not in names):
        hint = "the cell above is still blank, or has stopped at an error"
        return refuse(name, f"no {missing}", missing, hint)
    attempt = [names[n] for n in wanted] or [names]
    if not is_own(attempt[0]):
        hint = "a name that is imported is no answer"
        origin = attempt[0].__module__
        return refuse(name, f"{name} of {origin}", "your own", hint)
    try:
        with usual_torch():
            return evaluate(name, *attempt, seed=seed)
    except Exception as error:  # by a value that nothing can be done with
        got = f"{type(error).__name__}: {error}"[:160]
        return refuse(name, got, "values that can be compared", "")


@contextmanager
def usual_torch() -> Iterator[None]:
    """Let PyTorch be as usual, and then as a notebook has set it."""
    threads, usual = torch.get_num_threads(), torch.inference_mode(False)
    try:
        with torch.random.fork_rng(devices=[]), usual, torch.enable_grad():
            yield
    finally:
        torch.set_num_threads(threads)


def mark(
    name: str, names: dict[str, Any], points: Mapping[str, int], seed: int
) -> int:
    """Return the points for a part, and print the feedback.

    Raises CheckFailed, with the feedback, if there are none.
    """
    feedback = judge(name, names, seed)
    failing = {key for key, found in feedback.failures.items() if found}
    found = sum(n for key, n in points.items() if key not in failing)
    if not found:
        raise CheckFailed(feedback)
    print(feedback)
    return found


def prepare(
    names: dict[str, Any], points: Mapping[str, int], seed: int, epochs: int
) -> None:
    """Let the next check of a notebook give points, as nbgrader reads them.

    nbgrader takes a cell that displays nothing for right. So this raises an
    error without points, and displays them whatever the notebook has set.
    ``exit`` does not end the kernel then.
    """
    from IPython import get_ipython  # slow to import
    from IPython.core.formatters import DisplayFormatter

    def check(name: str) -> None:
        names["check"] = lambda name: None  # the next one gives no points
        found, shell = mark(name, names, points, seed), get_ipython()
        shell.display_formatter = DisplayFormatter(parent=shell)
        shell.displayhook(found)

    names.update(check=check, exit=sys.exit, quit=sys.exit, num_epochs=epochs)
