"""Checks: what an attempt at a function has to do, and a tutor's answer.

Each check holds properties, which call the attempt and compare what it
returns with what PyTorch's layers compute, so that no check holds the
solution.
"""

import inspect
from typing import Any

import torch

# Each of these modules lists the properties that it tests.
import coursework.checks.clipping
import coursework.checks.data
import coursework.checks.network
import coursework.checks.training
import coursework.checks.writing  # noqa: F401
from coursework.checks.feedback import (
    PROPERTIES,
    Complaint,
    Unsolved,
    Verdict,
    judge,
)

__all__ = ["CHECKS", "Complaint", "Unsolved", "Verdict", "check", "judge"]

# The checks in their order, and what holds an attempt in a notebook.
NEEDS = {
    "minibatch": ["train_iter", "vocab", "X", "Y"],
    "vectors": ["vectors"],
    "one_hot": ["one_hot"],
    "get_params": ["get_params"],
    "parameter_shapes": ["shapes", "num_hiddens"],
    "init_rnn_state": ["init_rnn_state"],
    "rnn": ["rnn"],
    "RNNModelScratch": ["RNNModelScratch"],
    "output_shapes": ["small", "O", "new_state", "num_hiddens"],
    "predict_rnn": ["predict_rnn"],
    "untrained": ["untrained"],
    "grad_clipping": ["grad_clipping"],
    "train_epoch_rnn": ["train_epoch_rnn"],
    "train_rnn": ["train_rnn"],
    "sequential": ["sequential"],
    "random": ["random"],
    "written": ["written"],
}
CHECKS = {name: PROPERTIES[name] for name in NEEDS}


def check(name: str, *attempt: Any, only: str | None = None) -> Verdict:
    """Check an attempt; return the verdict if it passes.

    ``name`` is one of ``CHECKS``. Without an ``attempt``, the variables that
    the check needs are taken from where it is called. ``only`` names a
    property, to judge no other.

    Raises Unsolved, with what a tutor would say, if the attempt does not
    pass, and ValueError if there is no such check or property.
    """
    refuse_unknown(name, only)
    frame = inspect.currentframe()
    if not attempt and frame and frame.f_back:
        known = frame.f_back.f_globals
        if missing := [n for n in NEEDS[name] if n not in known]:
            raise Unsolved(nothing_there(name, missing))
        attempt = tuple(known[n] for n in NEEDS[name])
    with torch.random.fork_rng(devices=[]):  # no later number is another one
        verdict = judge(name, *attempt, only=only)
    if not verdict.passed:
        raise Unsolved(verdict)
    return verdict


def refuse_unknown(name: str, only: str | None) -> None:
    """Raise ValueError if there is no such check or property."""
    if name not in CHECKS:
        raise ValueError(
            f"no check is named {name!r}: there are {', '.join(CHECKS)}"
        )
    if only is not None and only not in CHECKS[name]:
        raise ValueError(
            f"the check {name} has no property {only!r}: there are "
            f"{', '.join(CHECKS[name])}"
        )


def nothing_there(name: str, missing: list[str]) -> Verdict:
    """Return the verdict on an attempt that is not there yet."""
    names = ", ".join(missing)
    complaint = Complaint(
        f'check("{name}")',
        f"not there yet: {names}",
        f"a cell above that makes {names}",
        "",
        "the text above the cell",
    )
    return Verdict(name, dict.fromkeys(CHECKS[name], complaint))
