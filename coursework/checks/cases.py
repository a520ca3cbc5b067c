"""Arguments to call attempts with: small, and different for each seed."""

import torch
from torch import Tensor, nn

from charrnn.corpus import Vocab

V, h, n, T = 28, 4, 3, 5  # vocabulary, hidden units, batch, steps
# What a HashingModel predicts after each, it does not predict within it.
WORDS = ("traveller", "morlocks", "machine", "laboratory", "weena")
ALPHABET = "etaonihsrdlmucwfgpybvkxqzj "
NUM_PREDICTS, NUM_EPOCHS, LR = 10, 4, 0.1
STEPS = 3  # minibatches of an epoch
UNEVEN = 3, 9, 4  # num_steps of each minibatch of an uneven epoch
# Factors of the logits: the norm of the gradient is below 1 with the first,
# and above 1 with the others. The last lets no rounding error grow.
FLAT, STEEP, LEARNT = 0.01, 30.0, 2.0


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


def network(seed: int) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Return inputs, a state, and parameters ``[W_xh, W_hh, b_h, W_hq, b_q]``.

    The inputs are one-hot vectors, (T, n, V), and the state is (n, h).
    """
    draw = generator(seed)
    inputs = nn.functional.one_hot(indices(seed).T, V).float()
    H = torch.rand(n, h, generator=draw) - 0.5
    shapes = [(V, h), (h, h), (h,), (h, V), (V,)]
    params = [torch.randn(shape, generator=draw) for shape in shapes]
    return inputs, H, [param.requires_grad_() for param in params]


def gradients(seed: int) -> list[Tensor]:
    """Return gradients of three parameters, of different lengths."""
    draw = generator(seed)
    shapes = [((3, 4), 3.0), ((4,), 0.5), ((4, 2), 1.0)]
    return [size * torch.randn(s, generator=draw) for s, size in shapes]


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


def batches(seed: int, *lengths: int) -> list[tuple[Tensor, Tensor]]:
    """Return minibatches of two rows each, with these numbers of steps."""
    found = []
    for number, length in enumerate(lengths):
        text = indices(seed + number, num_steps=length + 1, batch_size=2)
        found.append((text[:, :-1], text[:, 1:]))
    return found


def recurrent(seed: int) -> tuple[nn.RNN, nn.Linear]:
    """Return the layers of a small network, which the seed determines."""
    layers = nn.RNN(V, h), nn.Linear(h, V)
    draw = generator(seed)
    for layer in layers:
        for param in layer.parameters():
            param.data = torch.randn(param.shape, generator=draw)
    return layers
