"""Training: clipping, the step, the epoch, the loop, and the evaluation."""

import math
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from tqdm import tqdm

from charrnn.history import History
from charrnn.interface import (
    Gradients,
    Loss,
    Model,
    State,
    Updater,
    Vocabulary,
)
from charrnn.prediction import predict_rnn

Batches = Iterable[tuple[Tensor, Tensor]]  # (X, Y), such as Minibatches


def grad_clipping(model: Model, theta: float) -> float:
    """Scale the gradients in place so that their joint norm is <= ``theta``.

    The norm is taken over all parameters together. Returns the norm before
    clipping. See Pascanu, Mikolov, and Bengio (2013).

    Raises ValueError if ``theta`` is not positive or no parameter has a
    gradient, FloatingPointError if the norm is infinite or not a number.
    """
    check_clipping(model, theta)
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = float(torch.stack([grad.norm() for grad in grads]).norm())
    check_norm(norm)
    if norm > theta:
        for grad in grads:
            grad *= theta / norm  # (eq-clip)
    return norm


def check_clipping(model: Model, theta: float) -> None:
    """Raise ValueError unless there are gradients to clip, and a threshold."""
    check_threshold(theta)
    if all(param.grad is None for param in model.parameters()):
        raise ValueError("no parameter has a gradient: run backward() first")


def check_threshold(theta: float) -> None:
    """Raise ValueError if the clipping threshold is not positive."""
    if not theta > 0:
        raise ValueError(f"theta must be positive, not {theta}")


def check_norm(norm: float) -> None:
    """Raise FloatingPointError if a norm is infinite or not a number."""
    if not norm < math.inf:
        raise FloatingPointError(
            f"the gradient norm is {norm}: training has diverged; begin "
            "again with a smaller lr, or a smaller theta"
        )


@torch.no_grad()
def sgd(params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """Take a step of minibatch stochastic gradient descent, in place.

    ``batch_size`` divides the gradients of a summed loss; for a mean loss it
    is 1. Parameters without a gradient are left as they are.
    """
    for param in params:
        if param.grad is not None:
            param -= lr * param.grad / batch_size


def choose_state(
    model: Model, state: State | None, batch_size: int, use_random_iter: bool
) -> State:
    """Return the state that a minibatch starts from.

    It is zero at the start of an epoch (``state`` is None) and under random
    sampling. Under sequential partitioning it is the last state of the
    previous minibatch, detached from its graph.
    """
    if state is None or use_random_iter:
        return model.begin_state(batch_size)
    return tuple(S.detach() for S in state)


def differentiate(
    model: Model, loss: Loss, X: Tensor, Y: Tensor, state: State
) -> tuple[Tensor, State]:
    """Compute the gradients of a minibatch by automatic differentiation.

    They are stored in the ``grad`` of the parameters, replacing what was
    there. Returns the mean loss, detached, and the last state.
    """
    for param in model.parameters():
        param.grad = None
    O, state = model(X, state)  # (num_steps * batch, vocab_size)
    targets = Y.T.reshape(-1).to(O.device)  # (num_steps * batch,)
    mean_loss = loss(O, targets).mean()
    mean_loss.backward()
    return mean_loss.detach(), state


def choose_gradients(
    model: Model, loss: Loss | None, gradients: Gradients | None
) -> Gradients:
    """Return what computes the gradients, by ``loss`` or as it is given.

    Raises ValueError if both are given, or neither.
    """
    if loss is not None and gradients is None:
        return partial(differentiate, model, loss)
    if gradients is not None and loss is None:
        return gradients
    raise ValueError(
        "give either a loss, which is then differentiated, or gradients, "
        "with loss=None: they compute their own loss"
    )


def train_epoch_rnn(
    model: Model,
    train_iter: Batches,
    loss: Loss | None,
    updater: Updater,
    use_random_iter: bool,
    *,
    theta: float = 1.0,
    grad_norms: list[float] | None = None,
    gradients: Gradients | None = None,
) -> tuple[float, float]:
    """Train ``model`` for an epoch; return perplexity and tokens per second.

    ``loss`` is a cross-entropy, either a mean or one value per symbol.
    ``updater`` is an optimiser, or a function of the batch size, which is
    called with 1 because the loss is already a mean. The perplexity is exp of
    the mean loss over all symbols of the epoch. The gradient norm of each
    step, before clipping to ``theta``, is appended to ``grad_norms``.
    ``gradients``, with the loss None, replaces automatic differentiation, and
    must do what ``differentiate`` does.

    Raises ValueError if ``train_iter`` is empty or both ``loss`` and
    ``gradients`` are given, FloatingPointError if a gradient is not finite.
    """
    gradients = choose_gradients(model, loss, gradients)
    norms = [] if grad_norms is None else grad_norms
    state, num_tokens = None, 0
    total_loss = torch.tensor(0.0, dtype=torch.float64)
    start = time.perf_counter()
    for X, Y in train_iter:
        state = choose_state(model, state, len(X), use_random_iter)
        mean_loss, state = gradients(X, Y, state)
        norms.append(grad_clipping(model, theta))
        if isinstance(updater, Optimizer):
            updater.step()
        else:
            updater(1)
        total_loss += mean_loss.item() * Y.numel()
        num_tokens += Y.numel()
    check_epoch(num_tokens)
    perplexity = torch.exp(total_loss / num_tokens).item()  # (eq-perplexity)
    return perplexity, num_tokens / (time.perf_counter() - start)


def check_epoch(num_tokens: int) -> None:
    """Raise ValueError if an epoch had no minibatch."""
    if num_tokens == 0:
        raise ValueError(
            "train_iter has no minibatch: it must give all of them anew "
            "each time it is iterated over"
        )


def train_rnn(
    model: Model,
    train_iter: Batches,
    vocab: Vocabulary,
    lr: float,
    num_epochs: int,
    use_random_iter: bool = False,
    *,
    theta: float = 1.0,
    updater: Updater | None = None,
    gradients: Gradients | None = None,
    after_epoch: Callable[[History], bool | None] | None = None,
    report: bool = True,
    num_threads: int | None = None,
) -> History:
    """Train ``model`` for ``num_epochs`` epochs and return the history.

    ``updater`` is by default ``sgd`` with learning rate ``lr``; if given, it
    has its own learning rate. ``gradients`` is by default automatic
    differentiation; ``in_place.InPlaceBackpropagation(model)`` is faster.
    ``after_epoch`` is called with the history so far, and ends the run if it
    returns true. A KeyboardInterrupt ends it too, and what was learnt and
    recorded is kept. ``report`` prints the results. ``num_threads`` is how
    many threads PyTorch may use during the run, by default as many as it is
    set to. More than there are free cores slow it down.

    Raises as ``check_settings`` does, and DivergenceError with epoch and
    history if a gradient is not finite.
    """
    check_settings(train_iter, lr, num_epochs, use_random_iter, theta)
    loss = None if gradients else nn.CrossEntropyLoss()
    updater = updater or partial(sgd, list(model.parameters()), lr)
    history = History(theta)
    with threads(num_threads), recording(history, num_epochs) as epochs:
        for _ in epochs:
            norms: list[float] = []
            perplexity, speed = train_epoch_rnn(
                model,
                train_iter,
                loss,
                updater,
                use_random_iter,
                theta=theta,
                grad_norms=norms,
                gradients=gradients,
            )
            history.append(perplexity, norms, speed)
            epochs.set_postfix_str(f"perplexity {perplexity:.2f}", False)
            if after_epoch is not None and after_epoch(history):
                break
    if report and len(history):
        report_training(model, vocab, history)
    return history


class DivergenceError(FloatingPointError):
    """Report the epoch in which a gradient was not finite.

    ``history`` holds the epochs before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)  # both, so it can be pickled
        self.history = history

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


@contextmanager
def threads(num_threads: int | None) -> Iterator[None]:
    """Let PyTorch use ``num_threads`` threads, then restore their number.

    None leaves the number as it is. PyTorch refuses one below 1.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(before if num_threads is None else num_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def recording(history: History, num_epochs: int) -> Iterator[tqdm]:
    """Provide the epochs of a training run, with a progress bar.

    A KeyboardInterrupt ends the run early, without an error. The environment
    variable ``TQDM_DISABLE`` hides the bar.

    Turns a FloatingPointError into a DivergenceError with the ``history``.
    """
    epochs = tqdm(
        range(num_epochs), file=sys.stdout, unit=" epochs", mininterval=1
    )
    try:
        yield epochs
    except FloatingPointError as error:
        raise DivergenceError(
            f"epoch {len(history) + 1}: {error}", history
        ) from None
    except KeyboardInterrupt:
        print(f"interrupted: {len(history)} of {num_epochs} epochs done")
    finally:
        epochs.close()


def report_training(model: Model, vocab: Vocabulary, history: History) -> None:
    """Print the last perplexity and two continuations."""
    print(f"perplexity {history.perplexity[-1]:.3f}")
    for prefix in ("time traveller", "traveller"):
        print(predict_rnn(prefix, 50, model, vocab))


def check_settings(
    train_iter: Batches,
    lr: float,
    num_epochs: int,
    use_random_iter: bool,
    theta: float,
) -> None:
    """Check the settings of a training run before it begins.

    Raises ValueError if ``lr`` is not positive and finite, ``num_epochs`` is
    not at least 1, or ``theta`` is not positive. Warns if ``train_iter`` has a
    different ``use_random_iter``.
    """
    if not 0 < lr < torch.inf:
        raise ValueError(f"lr must be positive and finite, not {lr}")
    if not num_epochs >= 1:
        raise ValueError(f"num_epochs must be at least 1, not {num_epochs}")
    check_threshold(theta)
    if getattr(train_iter, "use_random_iter", None) is (not use_random_iter):
        warnings.warn(
            f"use_random_iter is {use_random_iter} here and "
            f"{not use_random_iter} in train_iter: the state will be "
            "carried or reset against the order of the minibatches",
            stacklevel=3,
        )


@torch.inference_mode()
def evaluate(model: Model, X: Tensor, Y: Tensor) -> float:
    """Return the perplexity of ``model`` on texts, read from a zero state.

    ``X`` and ``Y`` are int64, (batch_size, num_steps): each row is a text
    that is read from its first character to its last, and ``Y`` is ``X``
    one character later. The perplexity is exp of the mean loss over all
    characters.
    """
    O, _ = model(X, model.begin_state(len(X)))
    targets = Y.T.reshape(-1).to(O.device)  # (num_steps * batch,)
    mean_loss = F.cross_entropy(O.double(), targets)
    return torch.exp(mean_loss).item()  # (eq-perplexity)
