"""Trained networks to write with, in the reader's browser."""

import base64
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from charrnn.bptt import computes_run
from charrnn.interface import Model, Vocabulary
from charrnn.model import RNNModelScratch
from widgets.embed import Widget

FALLBACK = (
    "On the site, you can write with the network here. It runs in your "
    "browser, by JavaScript."
)


@dataclass(frozen=True)
class Experiment:
    """An experiment that a reader may run by a click.

    ``text`` is what the network reads first, ``network`` the name of the one
    that does, and ``tau`` the temperature. ``description`` tells what to look
    for.
    """

    title: str
    description: str
    text: str
    network: str
    tau: float = 0.0


def playground(
    model: Model,
    vocab: Vocabulary,
    *,
    name: str = "the network",
    others: Mapping[str, tuple[Model, Vocabulary]] | None = None,
    text: str = "the time traveller",
    experiments: Sequence[Experiment] = (),
) -> Widget:
    """Let a reader write with a trained network, in the browser.

    The result shows itself as the output of a cell. ``others`` are networks
    to choose instead, by their names. ``text`` is read at first.

    Raises ValueError if a model does not compute what ``rnn`` computes, or
    has parameters that are not finite, a token of a vocabulary has more than
    one character, two networks have one name, or an experiment names a
    network that is not there.
    """
    others = others or {}
    if name in others:
        raise ValueError(f"two networks are named {name!r}: rename one")
    networks = {name: (model, vocab), **others}
    for each in experiments:
        if each.network not in networks:
            raise ValueError(
                f"an experiment uses the network {each.network!r}, and "
                f"there are {', '.join(networks)}"
            )
    data = {
        "networks": [describe(n, *each) for n, each in networks.items()],
        "text": text,
        "experiments": [asdict(each) for each in experiments],
    }
    weights = (encode(parameters(model)) for model, _ in networks.values())
    return Widget("playground", FALLBACK, data, tuple(weights))


def describe(name: str, model: Model, vocab: Vocabulary) -> dict[str, Any]:
    """Return what a page needs to know about a network, except weights."""
    if not all(param.isfinite().all() for param in parameters(model)):
        raise ValueError(
            "the model has parameters that are infinite or not a number: has "
            "its training diverged?"
        )
    if not computes_run(model):
        raise ValueError(
            "the page computes the equations of rnn, and the model has "
            "others: give it a network such as RNNModelScratch"
        )
    W_xh, W_hh, *_ = parameters(model)
    V, h = len(W_xh), len(W_hh)
    tokens = vocab.to_tokens(list(range(V)))
    if any(len(token) != 1 for token in tokens[1:]) or vocab.unk != 0:
        raise ValueError(
            "the page reads characters: every token but the first, which is "
            "the unknown one, must be a single character"
        )
    return {"name": name, "V": V, "h": h, "tokens": "".join(tokens[1:])}


def parameters(model: Model) -> list[Tensor]:
    """Return the parameters in single precision, on the processor."""
    return [p.detach().cpu().float() for p in model.parameters()]


def encode(params: Sequence[Tensor]) -> str:
    """Return parameters as text: three bytes of each number, in base64.

    The highest bytes of all numbers come first, because they are alike and
    so compress best, then the middle ones, and then the lowest.
    """
    flat = torch.cat([round_digits(param).flatten() for param in params])
    octets = flat.view(torch.uint8).reshape(-1, 4)  # a zero first
    planes = octets[:, [3, 2, 1]].T.contiguous()
    return base64.b64encode(planes.numpy().tobytes()).decode()


def round_digits(param: Tensor) -> Tensor:
    """Return a parameter as a page reads it from ``encode``.

    A number keeps 16 of the 24 binary digits of its significand, rounded.
    """
    digits = param.view(torch.int32) + 0x80  # carries into what is kept
    return (digits & ~0xFF).view(torch.float32)


def encode_rows(params: Sequence[Tensor]) -> str:
    """Return parameters as text: one byte of each number, in base64.

    The unit of a row stands before its numbers, in single precision.
    """
    parts = [
        torch.cat([unit.view(torch.int8), numbers], dim=1).flatten()
        for unit, numbers in map(quantise, params)
    ]
    return base64.b64encode(torch.cat(parts).numpy().tobytes()).decode()


def round_rows(param: Tensor) -> Tensor:
    """Return a parameter as a page reads it from ``encode_rows``."""
    unit, numbers = quantise(param)
    return (unit * numbers).view_as(param)


def quantise(param: Tensor) -> tuple[Tensor, Tensor]:
    """Return a unit for each row, and its multiples from -127 to 127."""
    matrix = param.reshape(-1, param.shape[-1])  # a vector is one row
    largest = matrix.abs().amax(dim=1, keepdim=True)
    unit = largest.clamp(min=1e-30) / 127  # a row may be zero
    return unit, (matrix / unit).round().to(torch.int8)


def rounded(model: RNNModelScratch) -> RNNModelScratch:
    """Return a model with the parameters that a page computes with."""
    result = copy(model)
    result.params = [round_digits(param) for param in parameters(model)]
    return result
