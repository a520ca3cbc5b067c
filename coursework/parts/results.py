"""Probes of what students compute, and of their functions together."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import nn

from charrnn.corpus import Vocab, clean, read_text
from coursework.kit import cases
from coursework.kit.calling import call
from coursework.kit.doubles import Learner
from coursework.kit.judging import Sight, is_own, probe, solutions_in, works
from coursework.kit.values import Between, near, ones


@cache
def novel() -> str:
    """Return the cleaned text of the corpus."""
    return clean(read_text())


@probe("shapes text", "X Y batch_size num_steps")
def minibatch(X: Any, Y: Any, *_: int) -> Iterator[Sight]:
    """Look for the rows in the novel."""
    for name, Z in ("X", X), ("Y", Y):
        yield "shapes", f"{name}.shape", tuple(Z.shape)
        yield "shapes", f"{name}.is_floating_point()", Z.is_floating_point()
    yield "text", "Y[:, :-1] == X[:, 1:]", torch.equal(Y[:, :-1], X[:, 1:])
    yield "text", "X[:, :-1] == Y[:, 1:]", torch.equal(X[:, :-1], Y[:, 1:])
    symbols = Vocab(novel()).idx_to_token
    whole = torch.cat([X, Y[:, -1:]], 1).tolist()
    rows = ["".join(symbols[i] for i in row) for row in whole]
    are_found = all(row in novel() for row in rows)
    yield "text", "whether the rows of X and Y are of the novel", are_found
    is_first = -1 < novel().find(rows[0]) < X.shape[1]
    yield "text", "whether row 0 of X begins the novel", is_first


@probe("shape values")
def vectors(vectors: Any, seed: int) -> Iterator[Sight]:
    """Look at the shape, and at the entries that are not 0."""
    yield "shape", "vectors.shape", tuple(vectors.shape)
    yield "values", "the entries that are not 0", ones(vectors)


@probe("values", "shapes num_hiddens")
def parameter_shapes(shapes: Any, *_: int) -> Iterator[Sight]:
    """Look at the list."""
    yield "values", "shapes", shapes


@probe("outputs state", "output_shape state_shape num_hiddens")
def output_shapes(outputs: Any, state: Any, *_: int) -> Iterator[Sight]:
    """Look at both tuples."""
    yield "outputs", "output_shape", outputs
    yield "state", "state_shape", state


EPOCH = "train_epoch_rnn"
PARTS = "get_params", "init_rnn_state", "rnn"
NETWORK = ["one_hot", *PARTS, "RNNModelScratch"]
ASKED = [*NETWORK, "grad_clipping", "choose_state", "differentiate", EPOCH]


@probe("step", "")
def together(found: dict[str, Any], seed: int) -> Iterator[Sight]:
    """Take a step with all functions, or with ours where they fail."""
    imported = [name for name in ASKED if not is_own(found.get(name))]
    try:
        assert not imported
        sights = [*take_step(found, seed, [])]
        assert all(near(value, right) for *_, value, right in sights)
    except Exception:  # ours replace what has failed already
        broken = [name for name in ASKED if not works(name, found, seed)]
        few, what = len(ASKED) // 2, "functions that fail their own checks"
        yield "step", what, len(broken), Between(0, few)
        with solutions_in(found, broken):
            sights = [*take_step(found, seed, broken)]
    yield from sights


def take_step(
    found: dict[str, Any], seed: int, broken: list[str]
) -> Iterator[Sight]:
    """Let a network learn from a minibatch, by the functions of a notebook.

    If some of its own functions are broken, the network is ours.
    """
    net: Any = Learner(seed, cases.FLAT)
    if not {*NETWORK} & {*broken}:
        make: Any = found.get("RNNModelScratch")
        net = call(make, cases.V, 16, *map(found.get, PARTS))
    updater = torch.optim.SGD(call(net.parameters), lr=1.0)
    given = net, cases.batches(seed, (8,)), nn.CrossEntropyLoss(), updater
    train: Any = found.get(EPOCH)
    first, second = (call(train, *given, False)[0] for _ in range(2))
    about = Between(0.9 * cases.V, 1.1 * cases.V)
    yield "step", "the perplexity", first, about
    yield "step", "whether a step lowers the perplexity", second < first, True
