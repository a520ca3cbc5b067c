"""Checks of what students write.

Each check consists of properties, which call the attempt and compare the
result with that of PyTorch's layers. So no check contains the solution.
"""

import inspect
from typing import Any

import torch

# Importing these modules registers their properties.
import coursework.checks.clipping
import coursework.checks.data
import coursework.checks.network
import coursework.checks.prediction
import coursework.checks.training  # noqa: F401
from coursework.checks.feedback import (
    PROPERTIES,
    CheckFailed,
    Failure,
    Feedback,
    evaluate,
)

__all__ = ["CHECKS", "CheckFailed", "Failure", "Feedback", "check", "evaluate"]

# The checks in the order of the lab, and the variables of a notebook that
# each of them takes as the attempt.
VARIABLES = {
    "minibatch": ["train_iter", "vocab", "X", "Y", "batch_size", "num_steps"],
    "vectors": ["vectors"],
    "one_hot": ["one_hot"],
    "get_params": ["get_params"],
    "parameter_shapes": ["shapes", "num_hiddens"],
    "init_rnn_state": ["init_rnn_state"],
    "rnn": ["rnn"],
    "RNNModelScratch": ["RNNModelScratch"],
    "output_shapes": ["output_shape", "state_shape", "num_hiddens"],
    "predict_rnn": ["predict_rnn"],
    "untrained": ["untrained", "net", "vocab"],
    "grad_clipping": ["grad_clipping"],
    "choose_state": ["choose_state"],
    "differentiate": ["differentiate"],
    "train_epoch_rnn": ["train_epoch_rnn"],
    "train_rnn": ["train_rnn"],
    "sequential": ["sequential", "net", "train_iter"],
    "sampled": ["sampled", "random_net", "random_iter", "sequential", "net"],
    "written": ["written", "net", "vocab"],
}
CHECKS = {name: PROPERTIES[name] for name in VARIABLES}


def check(name: str, *attempt: Any, only: str | None = None) -> Feedback:
    """Check an attempt; return the feedback if it passes.

    ``name`` is one of ``CHECKS``. Without an ``attempt``, the check takes
    the caller's global variables. ``only`` names a single property to test.

    Raises CheckFailed, with the feedback, if the attempt does not pass, and
    ValueError if there is no such check or property.
    """
    validate_names(name, only)
    frame = inspect.currentframe()
    if not attempt and frame and frame.f_back:
        known = frame.f_back.f_globals
        if missing := [n for n in VARIABLES[name] if n not in known]:
            raise CheckFailed(feedback_on_missing(name, missing))
        attempt = tuple(known[n] for n in VARIABLES[name])
    with torch.random.fork_rng(devices=[]):  # keep the caller's
        feedback = evaluate(name, *attempt, only=only)
    if not feedback.passed:
        raise CheckFailed(feedback)
    return feedback


def validate_names(name: str, only: str | None) -> None:
    """Raise ValueError if there is no such check or property."""
    for what, those in ((name, CHECKS), (only, CHECKS.get(name, {}))):
        if what is not None and what not in those:
            there_are = ", ".join(those)
            raise ValueError(f"nothing is named {what!r}: {there_are}")


def feedback_on_missing(name: str, missing: list[str]) -> Feedback:
    """Return the feedback if the notebook lacks variables."""
    found, names = CHECKS[name], ", ".join(missing)
    hint = "if the cell above has stopped at an error, mend that first"
    values = "the variables of the notebook", f"no {names}", names
    failures = {key: Failure(p, *values, hint) for key, p in found.items()}
    return Feedback(name, failures)
