"""Our versions of functions that the rest of the lab calls.

PyTorch's own layers and tools do the work. With them, a check judges one
function of a student apart from mistakes in the rest. A handout carries them
in plain text. They are refused as an answer, because no notebook defines them.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

State = tuple[Tensor, ...]
REFERENCES: dict[str, Callable[..., Any]] = {}  # by the names of the lab


def reference(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function of ours under its name."""
    REFERENCES[function.__name__] = function
    return function


@reference
def one_hot(X: Tensor, vocab_size: int) -> Tensor:
    """Look the vectors up in a table."""
    table = nn.Embedding.from_pretrained(torch.eye(vocab_size))
    vectors: Tensor = table(X).transpose(0, 1)
    return vectors


@reference
def grad_clipping(model: Any, theta: float) -> float:
    """Clip the gradients by PyTorch's own function."""
    params = list(model.parameters())
    return float(nn.utils.clip_grad_norm_(params, theta))


@reference
def choose_state(
    model: Any, state: State | None, batch_size: int, use_random_iter: bool
) -> State:
    """Begin a state, or cut the carried one off its graph."""
    begun: State = model.begin_state(batch_size)
    carried = None if use_random_iter else state
    return begun if carried is None else tuple(S.data for S in carried)


@reference
def differentiate(
    model: Any, loss: Any, X: Tensor, Y: Tensor, state: State
) -> tuple[Tensor, State]:
    """Let autograd return the gradients, and keep them."""
    params = list(model.parameters())
    O, state = model(X, state)
    mean_loss = loss(O, Y.t().flatten())
    grads = torch.autograd.grad(mean_loss, params)
    for param, grad in zip(params, grads, strict=True):
        param.grad = grad
    return mean_loss.detach(), state


@reference
def train_epoch_rnn(
    model: Any, train_iter: Any, loss: Any, updater: Any, use_random_iter: bool
) -> tuple[float, float]:
    """Train for an epoch by a plain function, with all of the above."""
    state, losses = None, []
    for X, Y in train_iter:
        state = choose_state(model, state, len(X), use_random_iter)
        mean_loss, state = differentiate(model, loss, X, Y, state)
        losses.append(mean_loss.expand(Y.shape).flatten())
        grad_clipping(model, 1.0)
        is_optimiser = isinstance(updater, torch.optim.Optimizer)
        updater.step() if is_optimiser else updater(1)
    return torch.cat(losses).mean().exp().item(), 1000.0


@reference
def predict_rnn(prefix: str, num_predicts: int, model: Any, vocab: Any) -> str:
    """Return a text of the right length."""
    return prefix.ljust(len(prefix) + num_predicts)


@reference
def report_training(model: Any, vocab: Any, history: Any) -> None:
    """Report nothing."""


@contextmanager
def in_place(
    names: dict[str, Any], replaced: Collection[str]
) -> Iterator[set[str]]:
    """Put ours in a notebook, instead of its own or where one is missing.

    Provides the names of those that are called meanwhile.
    """
    called: set[str] = set()

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def ours(*arguments: Any, **options: Any) -> Any:
            called.add(function.__name__)
            return function(*arguments, **options)

        return ours

    kept = {name: names[name] for name in REFERENCES if name in names}
    names.update(
        {n: noting(f) for n, f in REFERENCES.items() if n in replaced}
    )
    try:
        yield called
    finally:
        for name in REFERENCES:
            names.pop(name, None)
        names.update(kept)
