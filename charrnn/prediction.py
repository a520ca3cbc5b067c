"""Prediction: let a model continue a text, one symbol at a time."""

import math

import torch
from torch import Tensor

from charrnn.interface import Model, Vocabulary


def predict_rnn(
    prefix: str, num_predicts: int, model: Model, vocab: Vocabulary
) -> str:
    """Continue ``prefix`` with ``num_predicts`` characters, greedily.

    At each step the most probable character is output, and becomes the next
    input. ``<unk>`` is never output. Returns the cleaned prefix and its
    continuation.

    Raises ValueError if the prefix is empty or ``num_predicts`` negative,
    FloatingPointError if the logits are not finite. Warns of characters
    that are not in the vocabulary.
    """
    check_length("num_predicts", num_predicts)
    text = vocab.clean_prefix(prefix)
    X = torch.tensor([vocab[list(text)]])  # (1, len(text)): the warm-up
    with torch.inference_mode():
        state = model.begin_state(batch_size=1)
        for _ in range(num_predicts):
            O, state = model(X, state)
            O[-1, vocab.unk] = -torch.inf  # no character, so never output
            best = largest(O[-1])  # after the last character
            text += vocab.to_tokens(int(best))
            X = best.reshape(1, 1)  # what was written is read
    return text


def largest(logits: Tensor) -> Tensor:
    """Return the index of the largest logit, the lowest if several are equal.

    ``logits`` is (..., V), the result (...).

    Raises FloatingPointError if a row has NaN or infinity, or only -inf.
    """
    values, indices = logits.max(dim=-1)  # (...)
    check_largest(values)
    return indices


def check_largest(values: Tensor) -> None:
    """Raise FloatingPointError if the largest logit of a row is not finite.

    NaN counts as the largest of its row.
    """
    if not all(map(math.isfinite, values.flatten().tolist())):
        raise FloatingPointError(
            "no distribution: the logits of a row have NaN or infinity, or "
            "are all -inf; has the training of the model diverged, or was "
            "every symbol excluded?"
        )


def check_length(name: str, value: int) -> None:
    """Raise ValueError if a number of characters is negative."""
    if value < 0:
        raise ValueError(f"{name} must be 0 or more, not {value}")
