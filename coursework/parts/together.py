"""Check that the functions of a notebook work as one network."""

from typing import Any

import torch
from torch import nn

from coursework.kit import cases, doubles, references
from coursework.kit.calling import call
from coursework.kit.feedback import is_own, property_of, require, works
from coursework.kit.values import Words

VARIABLES: list[str] = []  # it looks at all
PAGE = "Training > Five hundred epochs of training"
EPOCH = "train_epoch_rnn"
PARTS = "get_params", "init_rnn_state", "rnn"
NETWORK = ["one_hot", *PARTS, "RNNModelScratch"]
ASKED = [*NETWORK, "grad_clipping", "choose_state", "differentiate", EPOCH]


@property_of("train_epoch_rnn(net, [(X, Y)], loss, updater, False)", PAGE)
def step(names: dict[str, Any], seed: int) -> None:
    """The functions take a step together, from near a uniform guess."""
    imported = [name for name in ASKED if not is_own(names.get(name))]
    try:
        require(not imported, "what is imported", imported, [])
        take_step(names, seed, broken=[])
    except Exception:  # also of PyTorch, which has no use for the results
        # Ours replace what has failed already, and cost its points.
        broken = [name for name in ASKED if not works(name, names)]
        what = f"which of {len(ASKED)} functions fail their own checks"
        few = len(ASKED) // 2
        right = Words(f"at most {few}")
        require(len(broken) <= few, what, broken, right)
        with references.in_place(names, broken):
            take_step(names, seed, broken)


def take_step(names: dict[str, Any], seed: int, broken: list[str]) -> None:
    """Let a network learn from a minibatch, by the functions of a notebook.

    If some of its own functions are broken, the network is ours.
    """
    net: Any = doubles.RecordingModel(seed, cases.FLAT)
    if not {*NETWORK} & {*broken}:
        make: Any = names.get("RNNModelScratch")
        net = call(make, cases.V, 16, *map(names.get, PARTS))
    updater = torch.optim.SGD(call(net.parameters), lr=1.0)
    given = net, cases.batches(seed, (8,)), nn.CrossEntropyLoss(), updater
    train: Any = names.get(EPOCH)
    first, second = (call(train, *given, False)[0] for _ in range(2))
    near_V = Words(f"about {cases.V}, the number of symbols")
    require(0.9 < first / cases.V < 1.1, "the perplexity", first, near_V)
    what, below = "the perplexity after a step", Words(f"below {first:.5g}")
    require(bool(second < first), what, second, below)
