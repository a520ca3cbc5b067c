"""A perfect memoriser, whose losses bound those of a network."""

import math
from collections import Counter
from collections.abc import Iterable


def memoriser_losses(
    text: str, starts: Iterable[int], num_steps: int
) -> list[float]:
    """Return the losses of a perfect memoriser at steps 1 to ``num_steps``.

    It reads ``text`` from one of ``starts``, each equally likely, and knows
    how often each string that is read from there continues with each symbol.
    The loss at step ``k`` is its mean cross-entropy, in nats, for the symbol
    that follows the first ``k``.

    Raises ValueError if ``starts`` is empty, or one is negative or too near
    to the end.
    """
    starts = list(starts)
    if not starts or max(starts) + num_steps >= len(text) or min(starts) < 0:
        raise ValueError(
            f"each start needs {num_steps + 1} symbols of the text, and "
            "there must be one"
        )
    losses = []
    for k in range(1, num_steps + 1):
        longer = Counter(text[i : i + k + 1] for i in starts)
        shorter = Counter(text[i : i + k] for i in starts)
        loss = sum(
            count * math.log(shorter[string[:-1]] / count)
            for string, count in longer.items()
        )
        losses.append(loss / len(starts))  # (eq-entropy)
    return losses
