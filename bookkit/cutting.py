"""Cutting a text: what a network loses if it knows only its end."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from charrnn import RNNModelScratch
from charrnn.interface import Vocabulary


@torch.inference_mode()
def expect(
    net: RNNModelScratch, vocab: Vocabulary, passages: Sequence[str]
) -> Tensor:
    """Return the log-probabilities of what follows passages, (n, V).

    All ``n`` passages have the same length, and are read from zeros.
    """
    X = torch.tensor([vocab[list(passage)] for passage in passages])  # (n, T)
    O, _ = net(X, net.begin_state(len(X)))  # (T * n, V)
    return O[-len(X) :].double().log_softmax(dim=1)


def missing_bits(
    net: RNNModelScratch,
    vocab: Vocabulary,
    passages: Sequence[str],
    left: int,
    before: Sequence[str] | None = None,
) -> Tensor:
    """Return the bits that each prediction loses by a cut, (n,).

    Only the ``left`` last characters of each passage are read, from zeros or
    after a passage of ``before``. The source is (eq-missing).
    """
    starts = [""] * len(passages) if before is None else before
    rests = [s + p[-left:] for s, p in zip(starts, passages, strict=True)]
    log_p, log_q = (expect(net, vocab, read) for read in (passages, rests))
    return (log_p.exp() * (log_p - log_q)).sum(dim=1) / math.log(2)


def draw_passages(
    text: str, count: int, length: int, generator: torch.Generator
) -> list[str]:
    """Return passages of a text from random positions."""
    end = len(text) - length + 1
    starts = torch.randint(end, (count,), generator=generator).tolist()
    return [text[start : start + length] for start in starts]
