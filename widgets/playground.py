"""Trained networks to write with, in the reader's browser."""

import base64
import json
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass

from safetensors.torch import save
from torch import Tensor

from charrnn.interface import Model, Vocabulary
from charrnn.model import PARAMS, RNNModelScratch, is_rnn
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
    text: str = "he looked at the s",
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
    if others and name in others:
        raise ValueError(f"two networks are named {name!r}: rename one")
    networks = {name: (model, vocab), **(others or {})}
    for each in experiments:
        if each.network not in networks:
            raise ValueError(
                f"an experiment uses the network {each.network!r}, and "
                f"there are {', '.join(networks)}"
            )
    pairs = networks.values()
    data = {
        "networks": [*networks],
        "most": max(len(parameters(net)[0]) for net, _ in pairs) - 1,
        "text": text,
        "experiments": [asdict(each) for each in experiments],
    }
    weights = tuple(encode(*pair) for pair in pairs)
    return Widget("playground", FALLBACK, data, weights)


def check(model: Model, vocab: Vocabulary) -> None:
    """Raise ValueError if a page cannot compute with a network."""
    if not all(param.isfinite().all() for param in parameters(model)):
        raise ValueError(
            "the model has parameters that are infinite or not a number: has "
            "its training diverged?"
        )
    if not is_rnn(getattr(model, "forward", None)):
        raise ValueError(
            "the page computes the equations of rnn, and the model has "
            "others: give it an RNNModelScratch whose forward is rnn"
        )
    tokens = vocab.to_tokens(list(range(len(parameters(model)[0]))))
    if any(len(token) != 1 for token in tokens[1:]) or vocab.unk != 0:
        raise ValueError(
            "the page reads characters: every token but the first, which is "
            "the unknown one, must be a single character"
        )


def parameters(model: Model) -> list[Tensor]:
    """Return the parameters in single precision, on the processor."""
    return [p.detach().cpu().float() for p in model.parameters()]


def encode(model: Model, vocab: Vocabulary) -> str:
    """Return a network as a page reads it: a .safetensors file, in base64.

    The numbers are in half precision. The metadata count the tokens, which
    are numbered by their counts; only the order of these matters.

    Raises ValueError if a page cannot compute with the network.
    """
    check(model, vocab)
    params = parameters(model)
    V = len(params[0])
    tokens = vocab.to_tokens(list(range(1, V)))
    counts = {token: V - i for i, token in enumerate(tokens)}
    tensors = {n: p.half() for n, p in zip(PARAMS, params, strict=True)}
    file = save(tensors, {"vocabulary": json.dumps(counts)})
    return base64.b64encode(file).decode()


def rounded(model: RNNModelScratch) -> RNNModelScratch:
    """Return a model with the parameters that a page computes with."""
    result = copy(model)
    result.params = [param.half().float() for param in parameters(model)]
    return result
