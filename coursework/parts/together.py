"""Check that the functions of a notebook work as one network."""

from typing import Any

import torch
from torch import nn

from coursework.kit import cases, doubles, references
from coursework.kit.calling import call
from coursework.kit.feedback import property_of, require, works
from coursework.kit.values import Words

VARIABLES: list[str] = []  # it looks at all
PAGE = "Training > The training"
PARTS = "get_params", "init_rnn_state", "rnn"
NETWORK = ["one_hot", *PARTS, "RNNModelScratch"]
TRAINING = ["grad_clipping", "choose_state", "differentiate"]


@property_of("train_epoch_rnn(net, [(X, Y)], loss, updater, False)", PAGE)
def step(names: dict[str, Any], seed: int) -> None:
    """Your functions take a step together, from near a uniform guess.

    Ours stand in for those that fail their own checks, which cost enough.
    """
    asked = [*NETWORK, *TRAINING, "train_epoch_rnn"]
    broken = [name for name in asked if not works(name, names)]
    what, right = "functions that fail their own checks", Words("few of them")
    require(len(broken) <= len(asked) // 2, what, broken, right)
    with references.in_place(names, broken):
        net: Any = doubles.RecordingModel(seed, cases.FLAT)
        if not {*NETWORK} & {*broken}:
            parts = [names[name] for name in PARTS]
            net = call(names["RNNModelScratch"], cases.V, 16, *parts)
        updater = torch.optim.SGD(net.parameters(), lr=1.0)
        given = net, cases.batches(seed, (8,)), nn.CrossEntropyLoss(), updater
        first, second = (
            call(names["train_epoch_rnn"], *given, False)[0] for _ in range(2)
        )
    near_V = Words(f"about {cases.V}, the number of symbols")
    require(0.9 < first / cases.V < 1.1, "the perplexity", first, near_V)
    below = Words(f"below {first:.5g}")
    what = "the perplexity after a step"
    require(bool(second < first), what, second, below)
