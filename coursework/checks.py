"""Checks of what students write, for a notebook and for graders.

Each check consists of properties, which call the attempt and compare the
result with what PyTorch's layers return.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from typing import Any

import torch

from coursework import parts
from coursework.kit.feedback import (
    PROPERTIES,
    CheckFailed,
    Failure,
    Feedback,
    evaluate,
    is_own,
)

# A part is there because its module is: importing it registers its properties.
MODULES = {
    found.name: importlib.import_module(f"{parts.__name__}.{found.name}")
    for found in pkgutil.iter_modules(parts.__path__)
}
CHECKS = {name: PROPERTIES[name] for name in MODULES}
# The names of a notebook that each looks at: usually its own.
VARIABLES = {
    name: getattr(module, "VARIABLES", [name])
    for name, module in MODULES.items()
}


def check(name: str) -> Feedback:
    """Check what a notebook has so far; return the feedback if it passes.

    ``name`` is one of ``CHECKS``; the caller has its variables.

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
    if name not in CHECKS:
        raise ValueError(f"nothing is named {name!r}: {', '.join(CHECKS)}")
    wanted = VARIABLES[name]
    if missing := ", ".join(n for n in wanted if n not in names):
        hint = "if the cell above has stopped at an error, mend that first"
        return refuse(name, f"no {missing}", missing, hint)
    attempt = [names[n] for n in wanted] or [names]
    if not is_own(attempt[0]):
        hint = "a name that is imported is no answer"
        origin = attempt[0].__module__
        return refuse(name, f"{name} of {origin}", "your own", hint)
    # What a notebook has set, and its random numbers, stay as they are.
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        return evaluate(name, *attempt, seed=seed)


def mark(
    name: str, names: dict[str, Any], points: Mapping[str, int], seed: int
) -> int:
    """Print the feedback on a part; return the points for its properties."""
    feedback = judge(name, names, seed)
    print(feedback)
    failing = {key for key, found in feedback.failures.items() if found}
    return sum(n for key, n in points.items() if key not in failing)


def refuse(name: str, got: str, expected: str, hint: str) -> Feedback:
    """Return the feedback on an attempt that is missing or imported."""
    values = "the variables of the notebook", got, expected, hint
    found = CHECKS[name].items()
    return Feedback(name, {key: Failure(p, *values) for key, p in found})
