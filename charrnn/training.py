"""Training: clipping, the epoch, the loop over epochs, what they record."""

import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from tqdm import tqdm

from charrnn import bptt
from charrnn.corpus import Vocab
from charrnn.model import (
    RNNModel,
    RNNModelScratch,
    State,
    check_state,
    one_hot,
    rnn,
)
from charrnn.prediction import predict_rnn

Model = RNNModelScratch | RNNModel
Updater = Optimizer | Callable[[int], None]
Gradients = Callable[[Tensor, Tensor, State], tuple[Tensor, State]]


@dataclass
class History:
    """Hold what a training recorded: in each list, an entry per epoch.

    ``theta`` is the clipping threshold, ``perplexity`` that of the training
    text, ``norms`` the gradient norm of each step before clipping, and
    ``tokens_per_sec`` the speed in characters per second. ``held_out`` has
    pairs of an epoch and the perplexity of other text after it, for the
    epochs at which it was measured.
    """

    theta: float
    perplexity: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)
    tokens_per_sec: list[float] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make pairs of what may come from a file, as lists."""
        self.held_out = [(epoch, value) for epoch, value in self.held_out]

    def __len__(self) -> int:
        """Return the number of epochs recorded."""
        return len(self.perplexity)

    @property
    def grad_norm(self) -> list[float]:
        """Return the largest gradient norm of each epoch."""
        return [max(norms) for norms in self.norms]

    @property
    def clipped(self) -> list[float]:
        """Return the share of steps of each epoch that were clipped."""
        return [
            sum(norm > self.theta for norm in norms) / len(norms)
            for norms in self.norms
        ]

    def append(
        self, perplexity: float, norms: list[float], speed: float
    ) -> None:
        """Record an epoch, given the gradient norm of each of its steps."""
        self.perplexity.append(perplexity)
        self.norms.append(norms)
        self.tokens_per_sec.append(speed)


class DivergenceError(FloatingPointError):
    """Say at which epoch and step a training diverged.

    ``history`` is what was recorded of the epochs before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def grad_clipping(model: nn.Module | RNNModelScratch, theta: float) -> float:
    """Scale the gradients in place so that their joint norm is <= ``theta``.

    The norm is taken over all parameters together, and returned as it was
    before clipping. See Pascanu, Mikolov, and Bengio (2013).

    Raises ValueError if ``theta`` is not positive or no parameter has a
    gradient, FloatingPointError if the norm is infinite or not a number.
    """
    if not theta > 0:
        raise ValueError(f"theta must be positive, not {theta}")
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    if not grads:
        raise ValueError("no parameter has a gradient: run backward() first")
    norm = joint_norm(grads)
    if not norm < torch.inf:
        raise FloatingPointError(
            f"the gradient norm is {norm}: training has diverged; begin "
            "again with a smaller lr, or a smaller theta"
        )
    if norm > theta:
        for grad in grads:
            grad *= theta / norm  # (eq-clip)
    return norm


def joint_norm(grads: list[Tensor]) -> float:
    """Return the norm of all tensors together, as of one long vector."""

    def norm_in(dtype: torch.dtype | None) -> float:
        norms = [torch.linalg.vector_norm(g, dtype=dtype) for g in grads]
        return torch.linalg.vector_norm(torch.stack(norms)).item()

    norm = norm_in(None)
    # Squares of large numbers leave the range of single precision.
    return norm if norm < torch.inf else norm_in(torch.float64)


@torch.no_grad()
def sgd(params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """Take a step of minibatch stochastic gradient descent, in place.

    ``batch_size`` divides gradients of a summed loss; for those of a mean
    loss it is 1. Parameters without a gradient are left as they are.
    """
    for param in params:
        if param.grad is not None:
            param -= lr * param.grad / batch_size


def choose_updater(model: Model, lr: float) -> Updater:
    """Return plain gradient descent for ``model``.

    It is PyTorch's for a module of PyTorch, and ``sgd`` for our own.
    """
    if isinstance(model, nn.Module):
        return torch.optim.SGD(model.parameters(), lr=lr)
    return lambda batch_size: sgd(model.params, lr, batch_size)


def choose_state(
    model: Model, state: State | None, batch_size: int, use_random_iter: bool
) -> State:
    """Return the state that a minibatch starts from.

    It is zero at the start of an epoch (``state`` is None) and under random
    sampling. Under sequential partitioning it is the state carried over,
    detached from the graph of the minibatch before.
    """
    if state is None or use_random_iter:
        return model.begin_state(batch_size)
    return tuple(S.detach() for S in state)


def differentiate(
    model: Model,
    loss: Callable[[Tensor, Tensor], Tensor],
    X: Tensor,
    Y: Tensor,
    state: State,
) -> tuple[Tensor, State]:
    """Compute the gradients of a minibatch by automatic differentiation.

    They become the ``grad`` of the parameters. Returns the mean loss,
    without its graph, and the last state.
    """
    for param in model.parameters():
        param.grad = None
    Y_hat, state = model(X, state)  # (num_steps * batch, vocab_size)
    y = Y.T.reshape(-1).to(Y_hat.device)  # (num_steps * batch,)
    mean_loss = loss(Y_hat, y).mean()
    mean_loss.backward()
    return mean_loss.detach(), state


class Backpropagation:
    """Compute the gradients of a minibatch by hand, as ``bptt`` does.

    What is as large as all states together is made once, and filled anew
    by each step: memory that went back to the system after a step would
    come back by page faults. The loss is the mean cross-entropy. Products
    with ``W_hh`` are computed in ``hidden_dtype``, by default that of the
    parameters.

    Raises ValueError if the equations of ``model`` are not those of
    ``rnn``, or ``hidden_dtype`` has no fractions.
    """

    def __init__(
        self,
        model: RNNModelScratch,
        hidden_dtype: torch.dtype | None = None,
    ) -> None:
        if getattr(model, "forward", None) is not rnn:
            raise ValueError(
                "backward='bptt' differentiates the function rnn by hand, "
                "and the model has other equations: use 'autograd'"
            )
        self.model = model
        self.hidden_dtype = hidden_dtype or model.params[0].dtype
        if not self.hidden_dtype.is_floating_point:
            raise ValueError(
                f"hidden_dtype must be a floating-point type, "
                f"not {hidden_dtype}"
            )
        self.H = self.dH = self.dA = model.params[0].new_empty(0)

    def __call__(
        self, X: Tensor, Y: Tensor, state: State
    ) -> tuple[Tensor, State]:
        """Set the ``grad`` of the parameters; see ``differentiate``.

        The state is kept where the next call, which may begin from it,
        puts its own.
        """
        check_state(state, batch_size=len(X))
        (H_0,) = state
        inputs = one_hot(X, self.model.vocab_size).to(H_0)
        self.make_room(len(inputs), H_0)
        W_xh, W_hh, b_h, W_hq, b_q = self.model.params
        params = [W_xh, W_hh.to(self.hidden_dtype), b_h, W_hq, b_q]
        outputs, H = bptt.run(inputs, H_0, params, out=self.H)
        Y = Y.to(outputs.device)
        dO = bptt.logit_gradients(outputs, Y)
        grads = bptt.backward(inputs, H, dO, params, out=(self.dH, self.dA))
        for param, grad in zip(self.model.params, grads, strict=True):
            param.grad = grad if param.requires_grad else None
        mean_loss = F.cross_entropy(outputs.flatten(0, 1), Y.T.reshape(-1))
        return mean_loss, (H[-1],)

    def make_room(self, num_steps: int, H_0: Tensor) -> None:
        """Make the large tensors, unless those at hand will do."""
        shape = num_steps + 1, *H_0.shape
        same_kind = (self.H.dtype, self.H.device) == (H_0.dtype, H_0.device)
        if self.H.shape != shape or not same_kind:
            self.H, self.dH = H_0.new_empty(shape), H_0.new_empty(shape)
            self.dA = H_0.new_empty(num_steps, *H_0.shape)


def choose_gradients(
    model: Model,
    loss: Callable[[Tensor, Tensor], Tensor],
    backward: str,
    hidden_dtype: torch.dtype | None,
) -> Gradients:
    """Return what computes the gradients, as ``train_rnn`` is told.

    Raises ValueError if ``backward`` is neither ``"autograd"`` nor
    ``"bptt"``, or ``hidden_dtype`` is given and it is not ``"bptt"``, and
    as ``Backpropagation``.
    """
    if backward == "bptt":
        return Backpropagation(model, hidden_dtype)
    if backward != "autograd":
        raise ValueError(
            f"backward must be 'autograd' or 'bptt', not {backward!r}"
        )
    if hidden_dtype is not None:
        raise ValueError("hidden_dtype needs backward='bptt'")
    return partial(differentiate, model, loss)


def take_step(model: Model, updater: Updater, theta: float) -> float:
    """Clip the gradients, update the parameters, return the gradient norm.

    The norm is that before clipping. Raises as ``grad_clipping`` does.
    """
    norm = grad_clipping(model, theta)
    if isinstance(updater, Optimizer):
        updater.step()
    else:
        updater(1)  # the loss is a mean already
    return norm


@contextmanager
def threads(num_threads: int | None) -> Iterator[None]:
    """Let PyTorch use ``num_threads`` threads, and then as many as before.

    None leaves the number as it is.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train_epoch_rnn(
    model: Model,
    train_iter: Iterable[tuple[Tensor, Tensor]],
    loss: Callable[[Tensor, Tensor], Tensor],
    updater: Updater,
    use_random_iter: bool,
    *,
    theta: float = 1.0,
    grad_norms: list[float] | None = None,
    gradients: Gradients | None = None,
) -> tuple[float, float]:
    """Train ``model`` for an epoch; return perplexity and tokens per second.

    ``loss`` is a cross-entropy, a mean or one value per token. ``updater``
    is an optimiser, or a function of the batch size, which is called with
    1, as the loss is averaged before. The perplexity is exp of the mean
    loss over all tokens of the epoch. The gradient norm of each step,
    before clipping to ``theta``, is added to ``grad_norms``. ``gradients``
    is called in place of ``loss`` and automatic differentiation, and does
    what ``differentiate`` does.

    Raises ValueError if ``train_iter`` is empty, FloatingPointError with
    the step if a gradient is not finite.
    """
    norms = [] if grad_norms is None else grad_norms
    gradients = gradients or partial(differentiate, model, loss)
    state, total_loss, num_tokens = None, 0.0, 0
    start = time.perf_counter()
    for step, (X, Y) in enumerate(train_iter, start=1):
        state = choose_state(model, state, len(X), use_random_iter)
        mean_loss, state = gradients(X, Y, state)
        try:
            norms.append(take_step(model, updater, theta))
        except FloatingPointError as error:
            raise FloatingPointError(f"step {step}: {error}") from None
        total_loss += mean_loss.double() * Y.numel()
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
    train_iter: Iterable[tuple[Tensor, Tensor]],
    vocab: Vocab,
    lr: float,
    num_epochs: int,
    use_random_iter: bool = False,
    *,
    theta: float = 1.0,
    updater: Updater | None = None,
    progress: bool = True,
    report: bool = True,
    after_epoch: Callable[[History], bool | None] | None = None,
    backward: str = "autograd",
    hidden_dtype: torch.dtype | None = None,
    num_threads: int | None = 1,
) -> History:
    """Train ``model`` for ``num_epochs`` epochs and return the history.

    The updater is gradient descent with learning rate ``lr`` unless another
    is given, which then has a learning rate of its own. ``progress`` shows
    a bar with the current perplexity; ``report`` draws the learning curve
    and prints perplexity, speed and two continuations. ``after_epoch`` is
    called with the history so far, and ends the training if it returns
    true. An interrupt by the reader ends it early too, and what was learnt
    and recorded is kept.

    ``backward`` is ``"autograd"``, or ``"bptt"`` for ``Backpropagation``
    with its ``hidden_dtype``. PyTorch uses ``num_threads`` meanwhile, or as
    many as before if it is None. One is the default: more threads than
    there are free cores, as in a container with a quota, slow it down.

    Raises as ``check_settings`` and ``choose_gradients``, and
    DivergenceError with epoch, step, and history if a gradient is not
    finite.
    """
    check_settings(
        train_iter, lr, num_epochs, use_random_iter, theta, num_threads
    )
    loss, history = nn.CrossEntropyLoss(), History(theta)
    gradients = choose_gradients(model, loss, backward, hidden_dtype)
    updater = updater or choose_updater(model, lr)
    # Without the option, the variable TQDM_DISABLE decides.
    hidden = {} if progress else {"disable": True}
    epochs = tqdm(
        range(num_epochs),
        file=sys.stdout,
        unit=" epochs",
        mininterval=1,
        **hidden,
    )
    try:
        with threads(num_threads):
            for _ in epochs:
                norms = []
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
    except FloatingPointError as error:
        raise DivergenceError(
            f"epoch {len(history) + 1}, {error}", history
        ) from None
    except KeyboardInterrupt:
        print(f"interrupted: {len(history)} of {num_epochs} epochs done")
    finally:
        epochs.close()
    if report and len(history):
        with threads(num_threads):
            report_training(model, vocab, history)
    return history


def check_settings(
    train_iter: Iterable[tuple[Tensor, Tensor]],
    lr: float,
    num_epochs: int,
    use_random_iter: bool,
    theta: float,
    num_threads: int | None,
) -> None:
    """Check the settings of a training before it begins.

    Raises ValueError if ``lr`` is not positive and finite, ``num_epochs``
    not at least 1, ``theta`` not positive, or ``num_threads`` no integer
    of at least 1. Warns if ``use_random_iter`` differs from that of
    ``train_iter``.
    """
    if not 0 < lr < torch.inf:
        raise ValueError(f"lr must be positive and finite, not {lr}")
    if not num_epochs >= 1:
        raise ValueError(f"num_epochs must be at least 1, not {num_epochs}")
    if not theta > 0:
        raise ValueError(f"theta must be positive, not {theta}")
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
    one character later. It is exp of the mean loss over all characters.
    """
    outputs, _ = model(X, model.begin_state(len(X)))
    y = Y.T.reshape(-1).to(outputs.device)  # (num_steps * batch,)
    mean_loss = F.cross_entropy(outputs.double(), y)
    return torch.exp(mean_loss).item()  # (eq-perplexity)


def report_training(model: Model, vocab: Vocab, history: History) -> None:
    """Draw the learning curve; print the results and two continuations."""
    from charrnn import figures  # matplotlib is slow to import

    figures.show(figures.learning_curve(history))
    speed = sorted(history.tokens_per_sec)[len(history) // 2]
    print(f"perplexity {history.perplexity[-1]:.3f}")
    print(f"median speed {speed:,.0f} tokens/s")
    for prefix in ("time traveller", "traveller"):
        print(predict_rnn(prefix, 50, model, vocab))
