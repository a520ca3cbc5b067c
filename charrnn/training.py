"""Training: clipping, the step, the epoch, the loop, and the evaluation."""

import time
import warnings
from collections.abc import Callable, Iterable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from charrnn.history import History, recording, threads
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
    check_threshold(theta)
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = joint_norm(grads)
    if norm > theta:
        for grad in grads:
            grad *= theta / norm  # (eq-clip)
    return norm


def check_threshold(theta: float) -> None:
    """Raise ValueError if the clipping threshold is not positive."""
    if not theta > 0:
        raise ValueError(f"theta must be positive, not {theta}")


def joint_norm(grads: list[Tensor]) -> float:
    """Return the norm of all gradients together, as if of one long vector.

    Raises ValueError if there is no gradient, FloatingPointError if the
    norm is infinite or not a number.
    """
    if not grads:
        raise ValueError("no parameter has a gradient: run backward() first")

    def norm_in(dtype: torch.dtype | None) -> float:
        norms = [torch.linalg.vector_norm(g, dtype=dtype) for g in grads]
        return float(torch.linalg.vector_norm(torch.stack(norms)))

    norm = norm_in(None)
    if not norm < torch.inf:
        # The squares of large numbers overflow in single precision.
        norm = norm_in(torch.float64)
    if not norm < torch.inf:
        raise FloatingPointError(
            f"the gradient norm is {norm}: training has diverged; begin "
            "again with a smaller lr, or a smaller theta"
        )
    return norm


@torch.no_grad()
def sgd(params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """Take a step of minibatch stochastic gradient descent, in place.

    ``batch_size`` divides the gradients of a summed loss; for a mean loss it
    is 1. Parameters without a gradient are left as they are.
    """
    for param in params:
        if param.grad is not None:
            param -= lr * param.grad / batch_size


def choose_updater(model: Model, lr: float) -> Updater:
    """Return plain gradient descent for ``model``.

    It is PyTorch's for a module of PyTorch, and otherwise ``sgd``.
    """
    if isinstance(model, nn.Module):
        return torch.optim.SGD(model.parameters(), lr=lr)
    return lambda batch_size: sgd(model.parameters(), lr, batch_size)


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


def take_step(model: Model, updater: Updater, theta: float) -> float:
    """Clip the gradients, update the parameters, return the gradient norm.

    The norm is the one before clipping. Raises as ``grad_clipping`` does.
    """
    norm = grad_clipping(model, theta)
    if isinstance(updater, Optimizer):
        updater.step()
    else:
        updater(1)  # the loss is a mean already
    return norm


def train_epoch_rnn(
    model: Model,
    train_iter: Batches,
    loss: Loss,
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
    ``gradients``, if given, replaces ``loss`` and automatic differentiation,
    and must do what ``differentiate`` does.

    Raises ValueError if ``train_iter`` is empty, FloatingPointError with
    the step if a gradient is not finite.
    """
    norms = [] if grad_norms is None else grad_norms
    gradients = gradients or partial(differentiate, model, loss)
    state, num_tokens = None, 0
    total_loss = torch.tensor(0.0, dtype=torch.float64)
    start = time.perf_counter()
    for step, (X, Y) in enumerate(train_iter, start=1):
        state = choose_state(model, state, len(X), use_random_iter)
        mean_loss, state = gradients(X, Y, state)
        try:
            norms.append(take_step(model, updater, theta))
        except FloatingPointError as error:
            raise FloatingPointError(f"step {step}: {error}") from None
        total_loss = total_loss + mean_loss.double() * Y.numel()
        num_tokens += Y.numel()
    if num_tokens == 0:
        raise ValueError(
            "train_iter has no minibatch: it must give all of them anew "
            "each time it is iterated over"
        )
    seconds = time.perf_counter() - start
    perplexity = torch.exp(total_loss / num_tokens).item()  # (eq-perplexity)
    return perplexity, num_tokens / seconds


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
    num_threads: int | None = 1,
) -> History:
    """Train ``model`` for ``num_epochs`` epochs and return the history.

    ``updater`` is by default gradient descent with learning rate ``lr``; if
    given, it has its own learning rate. ``gradients`` is by default automatic
    differentiation; ``in_place.InPlaceBackpropagation(model)`` is faster.
    ``after_epoch`` is called with the history so far, and ends the run if it
    returns true. A KeyboardInterrupt ends it too, and what was learnt and
    recorded is kept. ``report`` prints the results. PyTorch uses
    ``num_threads``; None leaves its number of threads as it is. More threads
    than there are free cores slow it down.

    Raises as ``check_settings`` does, and DivergenceError with epoch, step,
    and history if a gradient is not finite.
    """
    check_settings(
        train_iter, lr, num_epochs, use_random_iter, theta, num_threads
    )
    loss, updater = nn.CrossEntropyLoss(), updater or choose_updater(model, lr)
    history = History(theta)
    with threads(num_threads):
        with recording(history, num_epochs) as epochs:
            for _ in epochs:
                norms: list[float] = []
                perplexity, speed = train_epoch_rnn(
                    model, train_iter, loss, updater, use_random_iter,
                    theta=theta, grad_norms=norms, gradients=gradients,
                )  # fmt: skip
                history.append(perplexity, norms, speed)
                epochs.set_postfix_str(f"perplexity {perplexity:.2f}", False)
                if after_epoch is not None and after_epoch(history):
                    break
        if report and len(history):
            report_training(model, vocab, history)
    return history


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
    num_threads: int | None,
) -> None:
    """Check the settings of a training run before it begins.

    Raises ValueError if ``lr`` is not positive and finite, ``num_epochs`` is
    not at least 1, ``theta`` is not positive, or ``num_threads`` is neither
    None nor an integer of at least 1. Warns if ``train_iter`` has a different
    ``use_random_iter``.
    """
    if not 0 < lr < torch.inf:
        raise ValueError(f"lr must be positive and finite, not {lr}")
    if not num_epochs >= 1:
        raise ValueError(f"num_epochs must be at least 1, not {num_epochs}")
    check_threshold(theta)
    whole = isinstance(num_threads, int) and num_threads >= 1
    if num_threads is not None and not whole:
        raise ValueError(
            f"num_threads must be an integer of at least 1, not {num_threads}"
        )
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
