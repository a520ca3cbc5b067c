"""Check a run on minibatches in order."""

from typing import Any

import torch
from torch.nn import functional as F

from coursework.kit.calling import call
from coursework.kit.feedback import property_of, require
from coursework.kit.novel import names
from coursework.kit.values import Words, perplexities

VARIABLES = ["sequential", "net", "train_iter"]
PAGE = "Training > Five hundred epochs of training"


@property_of("sequential", PAGE)
def training(history: Any, net: Any, train_iter: Any, seed: int) -> None:
    """Perplexity falls from about len(vocab) to what the network has now."""
    found, size = perplexities(history), len(names())
    numbers = [p for p in found if p is not None]
    is_list = len(numbers) == len(found) > 0
    require(is_list, "the history", history, Words("a list of numbers"))
    first, last = numbers[0], numbers[-1]
    reached = call(perplexity_of, net, train_iter)
    highest = min(1.5 * last, 0.99 * size)  # a new network has about size
    below = 0.999 * first if len(numbers) > 1 else 1.5 * size
    for what, value, low, high in (
        ("the first perplexity", first, size / 4, 1.5 * size),
        ("the last perplexity", last, 1, below),
        ("the perplexity on the minibatches", reached, last / 1.5, highest),
    ):
        bounds = Words(f"{low:.4g} to {high:.4g}")
        require(low <= value < high, what, value, bounds)


def perplexity_of(net: Any, train_iter: Any) -> float:
    """Return the perplexity of a network over minibatches."""
    is_random = getattr(train_iter, "use_random_iter", False)
    state, losses = None, []
    with torch.no_grad():
        for X, Y in train_iter:
            if state is None or is_random:
                state = net.begin_state(len(X))
            O, state = net(X, state)
            losses.append(F.cross_entropy(O, Y.T.flatten()))
    return torch.stack(losses).mean().exp().item()
