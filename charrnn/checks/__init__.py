"""Checks: what an attempt at a function has to do, and a tutor's answer.

``probes`` call an attempt and return plain data; ``data``, ``network``,
``writing``, ``clipping``, and ``training`` judge the data by the properties
that the chapter's own functions have. What they compare with is computed by
PyTorch's layers, so that no check holds the solution.
"""

import inspect
from typing import Any

import torch

import charrnn.checks.clipping as clipping
import charrnn.checks.data as data
import charrnn.checks.network as network
import charrnn.checks.training as training
import charrnn.checks.writing as writing
from charrnn.checks.probes import PROBES
from charrnn.checks.verdict import (
    Check,
    Complaint,
    Property,
    Unsolved,
    Verdict,
)

__all__ = ["CHECKS", "Complaint", "Unsolved", "Verdict", "check"]

PROPERTIES: dict[str, dict[str, Property]] = {
    "minibatch": {
        "vocabulary": data.vocabulary,
        "shapes": data.minibatch_shapes,
        "targets": data.minibatch_targets,
    },
    "vectors": {"shape": data.vectors, "values": data.vector_values},
    "one_hot": {
        "shape": data.one_hot_shape,
        "values": data.one_hot_values,
        "dtype": data.one_hot_dtype,
    },
    "get_params": {
        "shapes": network.param_shapes,
        "weights": network.param_weights,
        "biases": network.param_biases,
        "gradients": network.param_gradients,
    },
    "parameter_shapes": {"values": data.parameter_shapes},
    "init_rnn_state": {
        "tuple": network.state_tuple,
        "zeros": network.state_zeros,
    },
    "rnn": {
        "outputs": network.rnn_outputs,
        "state": network.rnn_state,
        "gradients": network.rnn_gradients,
    },
    "RNNModelScratch": {
        "parameters": network.model_params,
        "inputs": network.model_inputs,
        "call": network.model_call,
        "begin_state": network.model_state,
    },
    "output_shapes": {"outputs": data.output_shape, "state": data.state_shape},
    "predict_rnn": {
        "prefix": writing.prefix,
        "warm_up": writing.warm_up,
        "feedback": writing.feedback,
        "result": writing.result,
    },
    "untrained": {"text": data.untrained},
    "grad_clipping": {
        "long": clipping.long_gradients,
        "short": clipping.short_gradients,
        "parameters": clipping.clipped_params,
        "norm": clipping.returned_norm,
    },
    "train_epoch_rnn": {
        "targets": training.epoch_targets,
        "state": training.epoch_state,
        "gradients": training.epoch_gradients,
        "clipping": training.epoch_clipping,
        "update": training.epoch_update,
        "perplexity": training.epoch_perplexity,
    },
    "train_rnn": {
        "epochs": training.training_epochs,
        "state": training.training_state,
        "history": training.training_history,
    },
    "sequential": {"history": data.training_history("sequential")},
    "random": {"history": data.training_history("random")},
    "written": {"text": data.written},
}

# What holds an attempt in a notebook, where it is not called as the check is.
NEEDS = {
    "minibatch": ["train_iter", "vocab", "X", "Y"],
    "parameter_shapes": ["shapes", "num_hiddens"],
    "output_shapes": ["small", "O", "new_state", "num_hiddens"],
}

CHECKS = {
    name: Check(name, NEEDS.get(name, [name]), PROBES[name], properties)
    for name, properties in PROPERTIES.items()
}


def check(name: str, *attempt: Any) -> Verdict:
    """Check an attempt; return the verdict if it passes.

    ``name`` is one of ``CHECKS``. Without an ``attempt``, the variables that
    the check needs are taken from where it is called.

    Raises Unsolved, with what a tutor would say, if the attempt does not
    pass, and ValueError if there is no such check.
    """
    if name not in CHECKS:
        raise ValueError(
            f"no check is named {name!r}: there are {', '.join(CHECKS)}"
        )
    found = CHECKS[name]
    frame = inspect.currentframe()
    if not attempt and frame and frame.f_back:
        known = frame.f_back.f_globals
        if missing := [n for n in found.needs if n not in known]:
            raise Unsolved(nothing_there(name, missing))
        attempt = tuple(known[n] for n in found.needs)
    with torch.random.fork_rng(devices=[]):  # no later number is another one
        verdict = found.judge(found.probe(*attempt))
    if not verdict.passed:
        raise Unsolved(verdict)
    return verdict


def nothing_there(name: str, missing: list[str]) -> Verdict:
    """Return the verdict on an attempt that is not there yet."""
    names = ", ".join(missing)
    complaint = Complaint(
        f'check("{name}")', f"not there yet: {names}",
        f"a cell above that makes {names}",
        "the cell above is to be filled in, to run without an error, and to "
        "keep the names that are given",
        "the text above the cell",
    )  # fmt: skip
    return Verdict(name, dict.fromkeys(PROPERTIES[name], complaint))
