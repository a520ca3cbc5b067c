"""A memory task: to recall digits after a gap of text."""

import torch
from torch import Tensor


def draw_recall(
    text: Tensor,
    vocab_size: int,
    gap: int,
    batch_size: int,
    *,
    num_digits: int = 2,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Draw a minibatch of the task to recall digits after a gap of text.

    ``text`` holds the indices of a text, below ``vocab_size``. The alphabet of
    the task is larger: the next ten indices are the digits, and the last one
    is a question mark. Each row of ``X``, (batch_size, 2 * num_digits + gap),
    has ``num_digits`` digits, ``gap`` characters from a random position in the
    text, and ``num_digits`` question marks. The same row of ``Y``,
    (batch_size, num_digits), has the digits, which are the answers to the
    question marks.
    """
    shape = (batch_size, num_digits)
    # The symbols of the text are followed by ten digits and the mark.
    digits = vocab_size + torch.randint(10, shape, generator=generator)
    starts = torch.randint(
        len(text) - gap + 1, (batch_size, 1), generator=generator
    )
    between = text[starts + torch.arange(gap)]  # (batch, gap)
    marks = torch.full(shape, vocab_size + 10)
    return torch.cat([digits, between, marks], dim=1), digits
