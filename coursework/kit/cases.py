"""Arguments to call attempts with: small, and different for each seed."""

import torch
from torch import Tensor, nn

from charrnn.corpus import Vocab

V, h, n, T = 19, 4, 3, 5  # vocabulary, hidden units, batch, steps
NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]
SIZES = [(T, 2), (T, 1), (1, 2), (1, 1)]  # num_steps, batch_size
# A HashingModel continues each by words, with a space between them.
WORDS = ("traveller", "morlocks", "machine", "laboratory", "weena")
ALPHABET = "etaonihsrlmcwybvk "  # with <unk>, V symbols
NUM_EPOCHS, LR = 3, 0.1
# num_steps of the minibatches of an epoch: they differ, which tells them apart
UNEVEN, TRAINED, LONG = (3, 9, 1), (4, 3), (7, 12, 9)
# Factors of the logits: the norm of the gradient is below 1 with the first,
# even if the loss is summed, and above 1 with the other.
FLAT, STEEP = 0.005, 3.0


def generator(seed: int) -> torch.Generator:
    """Return the generator of a case's random numbers."""
    return torch.Generator().manual_seed(seed)


def indices(seed: int, *, num_steps: int = T, batch_size: int = n) -> Tensor:
    """Return the indices of a minibatch, (batch_size, num_steps).

    The upper half of the vocabulary does not occur, so that the largest
    index does not give its size away.
    """
    shape = batch_size, num_steps
    return torch.randint(V // 2, shape, generator=generator(seed))


def network(
    seed: int, num_steps: int = T, batch_size: int = n
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Return inputs, a state, and parameters ``[W_xh, W_hh, b_h, W_hq, b_q]``.

    The inputs are one-hot vectors, (T, n, V), and the state is (n, h).
    """
    draw = generator(seed)
    X = indices(seed, num_steps=num_steps, batch_size=batch_size)
    inputs = nn.functional.one_hot(X.T, V).float()
    H = torch.rand(batch_size, h, generator=draw) - 0.5
    shapes = [(V, h), (h, h), (h,), (h, V), (V,)]
    params = [torch.randn(shape, generator=draw) for shape in shapes]
    return inputs, H, [param.requires_grad_() for param in params]


def gradients(seed: int, norm: float) -> list[Tensor]:
    """Return gradients of five parameters, with this norm together.

    One has a single component, and this is large.
    """
    draw = generator(seed)
    norms = {(4, 3): 0.7, (3, 3): 0.5, (3,): 0.1, (3, 2): 0.4, (1,): 0.3}
    found = []
    for shape, part in norms.items():
        drawn = torch.randn(shape, generator=draw)
        found.append(norm * part * drawn / drawn.norm())
    return found


def weights(seed: int) -> tuple[Tensor, Tensor]:
    """Return weights of the outputs, (T * n, V), and the state, (n, h)."""
    draw = generator(seed + 1)
    outputs = torch.randn(T * n, V, generator=draw)
    return outputs, torch.randn(n, h, generator=draw)


def prefix(seed: int) -> str:
    """Return a word to continue."""
    return WORDS[seed % len(WORDS)]


def vocab() -> Vocab:
    """Return a vocabulary of the letters and the space."""
    return Vocab(ALPHABET)


def following(X: Tensor) -> Tensor:
    """Return the targets of a minibatch, which its inputs determine."""
    return (4 * X + 1) % (V // 2)  # never X itself


def batches(
    seed: int, lengths: tuple[int, ...], rows: int = 2
) -> list[tuple[Tensor, Tensor]]:
    """Return minibatches of these numbers of steps."""
    inputs = (
        indices(seed + i, num_steps=length, batch_size=rows)
        for i, length in enumerate(lengths)
    )
    return [(X, following(X)) for X in inputs]


def by_library(
    inputs: Tensor, H: Tensor, params: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Return outputs, (T, n, V), and states, (T, n, h), by PyTorch's layer."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    weights = [W_xh.T, W_hh.T, b_h, torch.zeros_like(b_h)]
    # This is one layer with biases, and without dropout.
    given = inputs, H[None], weights, True, 1, 0.0, False, False, False
    states = torch.rnn_tanh(*given)[0]
    return states @ W_hq + b_q, states
