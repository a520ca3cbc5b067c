"""Wrong attempts, as students make them, each with a hint of its own.

The tests hold that no check lets one pass, and the page for teachers lists
them with what a student is told. Handouts do not carry this module.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Mistake:
    """Hold a wrong attempt, the check that it fails, and what is wrong."""

    check: str
    what: str
    attempt: Callable[..., Any]


MISTAKES: list[Mistake] = []
Attempt = Callable[..., Any]


def wrong(check: str) -> Callable[[Attempt], Attempt]:
    """List a function as a wrong attempt; its docstring says what is wrong."""

    def note(attempt: Attempt) -> Attempt:
        what = (attempt.__doc__ or "").strip().rstrip(".")
        MISTAKES.append(Mistake(check, what, attempt))
        return attempt

    return note


# One-hot vectors


@wrong("one_hot")
def not_transposed(X: Tensor, vocab_size: int) -> Tensor:
    """The transpose is forgotten."""
    return F.one_hot(X, vocab_size).float()


@wrong("one_hot")
def reshaped(X: Tensor, vocab_size: int) -> Tensor:
    """The axes are reshaped in place of transposed."""
    batch_size, num_steps = X.shape
    return F.one_hot(X.reshape(num_steps, batch_size), vocab_size).float()


@wrong("one_hot")
def integers(X: Tensor, vocab_size: int) -> Tensor:
    """The vectors are integers."""
    return F.one_hot(X.T, vocab_size)


@wrong("one_hot")
def guessed_size(X: Tensor, vocab_size: int) -> Tensor:
    """The vocabulary is as large as the largest index that occurs."""
    return F.one_hot(X.T, int(X.max()) + 1).float()


# Parameters


def drawn(vocab_size: int, num_hiddens: int, std: float) -> list[Tensor]:
    """Return parameters that gather no gradients yet."""
    V, h = vocab_size, num_hiddens
    return [
        std * torch.randn(V, h), std * torch.randn(h, h), torch.zeros(h),
        std * torch.randn(h, V), torch.zeros(V),
    ]  # fmt: skip


@wrong("get_params")
def without_gradient(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """The parameters gather no gradients."""
    return drawn(vocab_size, num_hiddens, 0.01)


@wrong("get_params")
def scaled_too_late(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """New tensors are made after requires_grad_."""
    params = drawn(vocab_size, num_hiddens, 1)
    return [0.01 * param.requires_grad_() for param in params]


@wrong("get_params")
def too_large(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """The weights are not scaled by 0.01."""
    params = drawn(vocab_size, num_hiddens, 1)
    return [param.requires_grad_() for param in params]


@wrong("get_params")
def all_alike(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """All weights begin as zeros."""
    params = drawn(vocab_size, num_hiddens, 0)
    return [param.requires_grad_() for param in params]


@wrong("get_params")
def sideways(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """The weights of the output are transposed."""
    W_xh, W_hh, b_h, W_hq, b_q = drawn(vocab_size, num_hiddens, 0.01)
    params = [W_xh, W_hh, b_h, W_hq.T.clone(), b_q]
    return [param.requires_grad_() for param in params]


@wrong("get_params")
def spread_evenly(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """The weights come from an interval, and not a normal distribution."""
    params = drawn(vocab_size, num_hiddens, 0)
    for index in (0, 1, 3):
        params[index].uniform_(-0.01 * 3**0.5, 0.01 * 3**0.5)
    return [param.requires_grad_() for param in params]


@wrong("get_params")
def units_alike(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """All units begin with the same weights."""
    params = drawn(vocab_size, num_hiddens, 0.01)
    params[0][:] = params[0][:, :1]
    return [param.requires_grad_() for param in params]


@wrong("get_params")
def one_drawing(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """Two matrices begin with the same numbers."""
    params = drawn(vocab_size, num_hiddens, 0.01)
    common = min(params[0].numel(), params[1].numel())
    params[1].view(-1)[:common] = params[0].view(-1)[:common]
    return [param.requires_grad_() for param in params]


# The state


@wrong("init_rnn_state")
def bare_state(batch_size: int, num_hiddens: int) -> Tensor:
    """The state is a tensor, and not a tuple."""
    return torch.zeros(batch_size, num_hiddens)


@wrong("init_rnn_state")
def swapped_state(batch_size: int, num_hiddens: int) -> tuple[Tensor]:
    """The axes of the state are swapped."""
    return (torch.zeros(num_hiddens, batch_size),)


@wrong("init_rnn_state")
def random_state(batch_size: int, num_hiddens: int) -> tuple[Tensor]:
    """The state begins with random numbers."""
    return (torch.randn(batch_size, num_hiddens),)


@wrong("init_rnn_state")
def integer_state(batch_size: int, num_hiddens: int) -> tuple[Tensor]:
    """The state holds integers."""
    return (torch.zeros(batch_size, num_hiddens, dtype=torch.int64),)


# The network


def network(
    *,
    activation: Attempt = torch.tanh,
    hidden_bias: float = 1,
    output_bias: float = 1,
    memory: float = 1,
    carried: bool = True,
) -> Attempt:
    """Return a network in which something is left out."""

    def rnn(inputs: Tensor, state: Any, params: list[Tensor]) -> Any:
        W_xh, W_hh, b_h, W_hq, b_q = params
        (first,) = state
        H, outputs = first, []
        for X in inputs:
            before = (H if carried else first) @ W_hh
            H = activation(X @ W_xh + memory * before + hidden_bias * b_h)
            outputs.append(H @ W_hq + output_bias * b_q)
        return torch.cat(outputs), (H,)

    return rnn


MISTAKES += [
    Mistake("rnn", "The tanh is forgotten", network(activation=lambda A: A)),
    Mistake(
        "rnn", "The activation is a rectifier", network(activation=torch.relu)
    ),
    Mistake(
        "rnn",
        "The bias of the hidden state is missing",
        network(hidden_bias=0),
    ),
    Mistake(
        "rnn", "The bias of the outputs is missing", network(output_bias=0)
    ),
    Mistake(
        "rnn",
        "The previous state plays no part in the next one",
        network(memory=0),
    ),
    Mistake(
        "rnn",
        "Each step begins with the state of the minibatch",
        network(carried=False),
    ),
]


@wrong("rnn")
def state_not_returned(inputs: Tensor, state: Any, params: Any) -> Any:
    """The state is not returned."""
    outputs, _ = network()(inputs, state, params)
    return outputs


@wrong("rnn")
def old_state_returned(inputs: Tensor, state: Any, params: Any) -> Any:
    """The state that came in is returned."""
    outputs, _ = network()(inputs, state, params)
    return outputs, state


@wrong("rnn")
def last_step_only(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs are those of the last step only."""
    outputs, state = network()(inputs, state, params)
    return outputs[-inputs.shape[1] :], state


@wrong("rnn")
def first_step_only(inputs: Tensor, state: Any, params: Any) -> Any:
    """The loop returns after its first step."""
    return network()(inputs[:1], state, params)


@wrong("rnn")
def side_by_side(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs of the steps are joined side by side."""
    outputs, state = network()(inputs, state, params)
    steps = outputs.reshape(*inputs.shape[:2], -1)
    return torch.cat(list(steps), dim=1), state


@wrong("rnn")
def stacked(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs are stacked along a new axis."""
    outputs, state = network()(inputs, state, params)
    return outputs.reshape(*inputs.shape[:2], -1), state


@wrong("rnn")
def text_after_text(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs come text after text."""
    outputs, state = network()(inputs, state, params)
    steps = outputs.reshape(*inputs.shape[:2], -1)
    return steps.transpose(0, 1).flatten(0, 1), state


@wrong("rnn")
def probabilities(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs are probabilities."""
    outputs, state = network()(inputs, state, params)
    return outputs.softmax(dim=1), state


@wrong("rnn")
def log_probabilities(inputs: Tensor, state: Any, params: Any) -> Any:
    """The outputs are logarithms of probabilities."""
    outputs, state = network()(inputs, state, params)
    return outputs.log_softmax(dim=1), state


@wrong("rnn")
def backwards(inputs: Tensor, state: Any, params: Any) -> Any:
    """The steps are read from the last to the first."""
    return network()(inputs.flip(0), state, params)


@wrong("rnn")
def without_graph(*arguments: Any) -> Any:
    """The network runs without a graph."""
    with torch.no_grad():
        return network()(*arguments)


@wrong("rnn")
def cut_off(inputs: Tensor, state: Any, params: Any) -> Any:
    """The graph is cut between the steps."""
    outputs = []
    for X in inputs:
        O, (H,) = network()(X[None], state, params)
        outputs.append(O)
        state = (H.detach(),)
    return torch.cat(outputs), state


@wrong("rnn")
def tuple_multiplied(inputs: Tensor, state: Any, params: Any) -> Any:
    """The state is not taken out of its tuple."""
    return inputs[0] @ params[0] + torch.matmul(state, params[1])


# The class


class Model:
    """Hold a right model, from which wrong ones are made."""

    def __init__(self, vocab_size: int, num_hiddens: int, *functions: Any):
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        get_params, self.init_state, self.forward_fn = functions
        self.params = get_params(vocab_size, num_hiddens)

    def encode(self, X: Tensor) -> Tensor:
        """Return the one-hot vectors, step first."""
        return F.one_hot(X.T, self.vocab_size).float()

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return self.forward_fn(self.encode(X), state, self.params)

    def begin_state(self, batch_size: int) -> Any:
        """Return the first state."""
        return self.init_state(batch_size, self.num_hiddens)


@wrong("RNNModelScratch")
class ModelBatchFirst(Model):
    """The minibatch is encoded without a transpose."""

    def encode(self, X: Tensor) -> Tensor:
        """Return the one-hot vectors, text first."""
        return F.one_hot(X, self.vocab_size).float()


@wrong("RNNModelScratch")
class ModelForgets(Model):
    """Each call begins a new state."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return super().__call__(X, self.begin_state(len(X)))


@wrong("RNNModelScratch")
class ModelSwaps(Model):
    """The sizes of the state are swapped."""

    def begin_state(self, batch_size: int) -> Any:
        """Return a state of another shape."""
        return self.init_state(self.num_hiddens, batch_size)


@wrong("RNNModelScratch")
class ModelBeginsWithOnes(Model):
    """The state is not the one that init_state returns."""

    def begin_state(self, batch_size: int) -> Any:
        """Return another state."""
        return tuple(
            torch.ones_like(S) for S in super().begin_state(batch_size)
        )


@wrong("RNNModelScratch")
class ModelDetaches(Model):
    """The model cuts the graph."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return super().__call__(X, tuple(S.detach() for S in state))


@wrong("RNNModelScratch")
class ModelUnpacks(Model):
    """The model hands on the tensor of the state, and not the tuple."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return super().__call__(X, state[0])


@wrong("RNNModelScratch")
class ModelWithoutSize(Model):
    """The model does not keep the size of the vocabulary."""

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        del self.vocab_size


# Prediction


def writer(
    *,
    reads_prefix: bool = True,
    reads_last_twice: bool = False,
    hands_on: bool = True,
    feeds_back: bool = True,
    emits: bool = False,
    begins_with: int = 0,
    best_of: Callable[[Tensor], int] = lambda O: int(O[-1].argmax()),
    shorter: int = 0,
) -> Attempt:
    """Return a loop that writes, in which something is wrong."""

    def predict_rnn(
        prefix: str, num_predicts: int, model: Any, vocab: Any
    ) -> str:
        state = model.begin_state(1)
        indices = vocab[list(prefix)]
        outputs = indices * begins_with + (indices[:1] if emits else indices)
        warm_up = indices if reads_prefix else indices[-1:]
        for index in warm_up:
            logits, after = model(torch.tensor([[index]]), state)
            state = after if hands_on else state
            if emits and len(outputs) < len(indices):
                outputs.append(int(logits.argmax(dim=1)))
        if reads_last_twice:
            logits, state = model(torch.tensor([[indices[-1]]]), state)
        for _ in range(num_predicts - shorter):
            best = best_of(logits)
            outputs.append(best)
            index = best if feeds_back else indices[-1]
            logits, after = model(torch.tensor([[index]]), state)
            state = after if hands_on else state
        return "".join(vocab.to_tokens(outputs))

    return predict_rnn


MISTAKES += [
    Mistake(
        "predict_rnn",
        "The warm-up writes what it predicts",
        writer(emits=True),
    ),
    Mistake(
        "predict_rnn", "The prefix is written twice", writer(begins_with=1)
    ),
    Mistake(
        "predict_rnn",
        "The predicted character is not fed back",
        writer(feeds_back=False),
    ),
    Mistake(
        "predict_rnn",
        "Only the last character of the prefix is read",
        writer(reads_prefix=False),
    ),
    Mistake(
        "predict_rnn",
        "The last character of the prefix is read twice",
        writer(reads_last_twice=True),
    ),
    Mistake(
        "predict_rnn", "The state is not handed on", writer(hands_on=False)
    ),
]


@wrong("predict_rnn")
def prefix_missing(prefix: str, *arguments: Any) -> Any:
    """The text that is returned lacks the prefix."""
    return writer()(prefix, *arguments)[len(prefix) :]


@wrong("predict_rnn")
def first_row(prefix: str, num_predicts: int, model: Any, vocab: Any) -> str:
    """The prediction is that after the first character."""
    text, state = prefix, model.begin_state(1)
    X = torch.tensor([vocab[list(prefix)]])
    for _ in range(num_predicts):
        O, state = model(X, state)
        best = int(O[0].argmax())
        text += vocab.to_tokens(best)
        X = torch.tensor([[best]])
    return text


MISTAKES += [
    Mistake(
        "predict_rnn",
        "The largest logit is sought along the wrong axis",
        writer(best_of=lambda O: int(O.argmax(dim=0)[0])),
    ),
    Mistake(
        "predict_rnn", "A character too few is written", writer(shorter=1)
    ),
    Mistake(
        "predict_rnn", "A character too many is written", writer(shorter=-1)
    ),
    Mistake(
        "predict_rnn",
        "The largest logit is taken, and not its index",
        writer(best_of=lambda O: int(O[-1].max())),
    ),
]


@wrong("predict_rnn")
def prefix_as_one_symbol(
    prefix: str, num_predicts: int, model: Any, vocab: Any
) -> str:
    """The prefix is looked up as one symbol."""
    state, outputs = model.begin_state(1), [vocab[prefix]]
    for _ in range(num_predicts):
        O, state = model(torch.tensor([outputs[-1:]]), state)
        outputs.append(int(O[-1].argmax()))
    return "".join(vocab.to_tokens(outputs))


@wrong("predict_rnn")
def joined_by_spaces(*arguments: Any) -> Any:
    """The characters are joined with spaces between them."""
    return " ".join(writer()(*arguments))


# Clipping


def joint_norm(model: Any) -> Tensor:
    """Return the norm of all gradients."""
    squares = [param.grad.pow(2).sum() for param in model.parameters()]
    return torch.stack(squares).sum().sqrt()


@wrong("grad_clipping")
def each_by_itself(model: Any, theta: float) -> float:
    """The norm is that of each parameter."""
    norm = joint_norm(model)
    for param in model.parameters():
        if param.grad.norm() > theta:
            param.grad *= theta / param.grad.norm()
    return norm.item()


@wrong("grad_clipping")
def always_scaled(model: Any, theta: float) -> float:
    """Gradients below theta are scaled up."""
    norm = joint_norm(model)
    for param in model.parameters():
        param.grad *= theta / norm
    return norm.item()


@wrong("grad_clipping")
def params_clipped(model: Any, theta: float) -> float:
    """The parameters are clipped."""
    norm = joint_norm(model)
    if norm > theta:
        for param in model.parameters():
            param.data *= theta / norm
    return norm.item()


@wrong("grad_clipping")
def not_in_place(model: Any, theta: float) -> float:
    """The gradients are not scaled in place."""
    norm = joint_norm(model)
    if norm > theta:
        for param in model.parameters():
            grad = param.grad
            grad = grad * theta / norm
    return norm.item()


@wrong("grad_clipping")
def squared(model: Any, theta: float) -> float:
    """The root is missing in the norm."""
    norm = joint_norm(model) ** 2
    if norm > theta:
        for param in model.parameters():
            param.grad *= theta / norm
    return norm.item()


def scaled(
    model: Any,
    theta: float,
    norm: Tensor,
    *,
    factor: Callable[[Any, float], Any] = lambda norm, theta: theta / norm,
    is_long: Callable[[Any, float], Any] = lambda norm, theta: norm > theta,
) -> float:
    """Scale the gradients by a factor that comes from a norm."""
    if is_long(norm, theta):
        for param in model.parameters():
            param.grad *= factor(norm, theta)
    return norm.item()


@wrong("grad_clipping")
def sum_of_norms(model: Any, theta: float) -> float:
    """The norms of the parameters are added."""
    norms = [param.grad.norm() for param in model.parameters()]
    return scaled(model, theta, torch.stack(norms).sum())


@wrong("grad_clipping")
def last_norm(model: Any, theta: float) -> float:
    """The norm is that of the last parameter alone."""
    *_, param = model.parameters()
    return scaled(model, theta, param.grad.norm())


@wrong("grad_clipping")
def longest_norm(model: Any, theta: float) -> float:
    """The norm is that of the longest gradient."""
    norms = [param.grad.norm() for param in model.parameters()]
    return scaled(model, theta, torch.stack(norms).max())


@wrong("grad_clipping")
def upside_down(model: Any, theta: float) -> float:
    """The factor is upside down."""
    norm = joint_norm(model)
    return scaled(model, theta, norm, factor=lambda norm, theta: norm / theta)


@wrong("grad_clipping")
def short_ones(model: Any, theta: float) -> float:
    """The condition is the wrong way round."""
    norm = joint_norm(model)
    return scaled(model, theta, norm, is_long=lambda norm, theta: norm < theta)


@wrong("grad_clipping")
def by_component(model: Any, theta: float) -> float:
    """Each component is clipped by itself."""
    norm = joint_norm(model)
    for param in model.parameters():
        param.grad.clamp_(-theta, theta)
    return norm.item()


@wrong("grad_clipping")
def norm_after(model: Any, theta: float) -> float:
    """The norm after clipping is returned."""
    norm = joint_norm(model)
    if norm > theta:
        for param in model.parameters():
            param.grad *= theta / norm
    return joint_norm(model).item()


# The epoch


def scale(model: Any) -> None:
    """Scale the gradients to a norm of 1."""
    norm = joint_norm(model)
    for param in model.parameters():
        param.grad /= norm


def clip(model: Any) -> None:
    """Clip the gradients to a norm of 1."""
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1)


def epoch(
    *,
    detaches: bool = True,
    begins: Callable[[bool, bool], bool] = lambda first, random: (
        first or random
    ),
    zeroes: bool = True,
    in_place: bool = False,
    clips: str = "before",
    transposes: bool = True,
    perplexity: Callable[[list[float], list[int]], float] | None = None,
    optimises: bool = True,
    divides: bool = False,
    summed: bool = False,
    speed: float = 1000.0,
) -> Attempt:
    """Return an epoch in which something is wrong."""

    def train_epoch_rnn(
        model: Any, train_iter: Any, loss: Any, updater: Any, random: bool
    ) -> tuple[float, float]:
        state: Any = None
        losses, sizes = [], []
        for X, Y in train_iter:
            if begins(state is None, random):
                state = model.begin_state(len(X))
            elif detaches:
                state = tuple(S.detach() for S in state)
            O, state = model(X, state)
            mean = loss(O, (Y.T if transposes else Y).reshape(-1)).mean()
            step(model, mean * (Y.numel() if summed else 1), updater, len(X))
            losses.append(mean.item())
            sizes.append(Y.numel())
        average = perplexity or by_characters
        return average(losses, sizes), speed

    def step(model: Any, mean: Tensor, updater: Any, rows: int) -> None:
        if isinstance(updater, torch.optim.Optimizer) and not optimises:
            updater.step()
            return
        for param in model.parameters():
            if in_place:
                param.grad.zero_()
            elif zeroes:
                param.grad = None
        mean.backward()
        if clips == "before":
            clip(model)
        if clips == "always":
            scale(model)
        if isinstance(updater, torch.optim.Optimizer):
            updater.step()
        else:
            updater(rows if divides else 1)
        if clips == "after":
            clip(model)

    return train_epoch_rnn


def by_characters(losses: list[float], sizes: list[int]) -> float:
    """Return the perplexity: exp of the mean loss of a character."""
    total = sum(a * b for a, b in zip(losses, sizes, strict=True))
    return math.exp(total / sum(sizes))


MISTAKES += [
    Mistake(
        "train_epoch_rnn", "The state is not detached", epoch(detaches=False)
    ),
    Mistake(
        "train_epoch_rnn",
        "The state is reset for each minibatch, whatever the order",
        epoch(begins=lambda first, random: True),
    ),
    Mistake(
        "train_epoch_rnn",
        "The state is carried over under random sampling too",
        epoch(begins=lambda first, random: first),
    ),
    Mistake(
        "train_epoch_rnn",
        "The state is carried over and reset the wrong way round",
        epoch(begins=lambda first, random: first or not random),
    ),
    Mistake(
        "train_epoch_rnn", "The gradients are not zeroed", epoch(zeroes=False)
    ),
    Mistake(
        "train_epoch_rnn",
        "The gradients are filled with zeros before there are any",
        epoch(in_place=True),
    ),
    Mistake(
        "train_epoch_rnn",
        "The updater is called before clipping",
        epoch(clips="after"),
    ),
    Mistake("train_epoch_rnn", "Nothing is clipped", epoch(clips="never")),
    Mistake(
        "train_epoch_rnn",
        "Short gradients are clipped, too",
        epoch(clips="always"),
    ),
    Mistake(
        "train_epoch_rnn",
        "The targets are not transposed",
        epoch(transposes=False),
    ),
    Mistake(
        "train_epoch_rnn",
        "The perplexity is averaged over minibatches",
        epoch(
            perplexity=lambda losses, sizes: math.exp(
                sum(losses) / len(losses)
            )
        ),
    ),
    Mistake(
        "train_epoch_rnn",
        "The perplexity lacks the exp",
        epoch(
            perplexity=lambda losses, sizes: math.log(
                by_characters(losses, sizes)
            )
        ),
    ),
    Mistake(
        "train_epoch_rnn",
        "The perplexity is a power of 2",
        epoch(
            perplexity=lambda losses, sizes: (
                2 ** math.log(by_characters(losses, sizes))
            )
        ),
    ),
]


@wrong("train_epoch_rnn")
def speed_first(*arguments: Any) -> Any:
    """The speed is returned before the perplexity."""
    return epoch()(*arguments)[::-1]


MISTAKES += [
    Mistake(
        "train_epoch_rnn",
        "The speed is the time that passed",
        epoch(speed=0.02),
    ),
    Mistake(
        "train_epoch_rnn",
        "The gradient of a mean is divided by the batch size",
        epoch(divides=True),
    ),
    Mistake(
        "train_epoch_rnn",
        "The loss is summed, and not averaged",
        epoch(summed=True),
    ),
    Mistake(
        "train_epoch_rnn",
        "An optimiser takes its steps without gradients",
        epoch(optimises=False),
    ),
    Mistake(
        "train_epoch_rnn",
        "No state is begun at the first minibatch",
        epoch(begins=lambda first, random: random),
    ),
]


# The training


def training(
    *,
    epochs: int | None = None,
    hands_on: bool = True,
    keeps: bool = True,
    rate: float | None = None,
    kept: Callable[[float], Any] = lambda perplexity: perplexity,
) -> Attempt:
    """Return a training in which something is wrong."""

    def train_rnn(
        model: Any, train_iter: Any, vocab: Any, lr: float, num_epochs: int,
        use_random_iter: bool = False,
    ) -> Any:  # fmt: skip
        def updater(batch_size: int) -> None:
            for param in model.parameters():
                param.data -= (rate or lr) * param.grad / batch_size

        order, once = use_random_iter if hands_on else False, epoch()
        found = [
            kept(once(model, train_iter, F.cross_entropy, updater, order)[0])
            for _ in range(epochs or num_epochs)
        ]
        return found if keeps else None

    return train_rnn


MISTAKES += [
    Mistake("train_rnn", "A single epoch is trained", training(epochs=1)),
    Mistake(
        "train_rnn",
        "The argument use_random_iter is not handed on",
        training(hands_on=False),
    ),
    Mistake(
        "train_rnn",
        "Nothing is returned of what was recorded",
        training(keeps=False),
    ),
    Mistake("train_rnn", "The learning rate is ignored", training(rate=0.01)),
    Mistake(
        "train_rnn",
        "The history holds losses, and not perplexities",
        training(kept=math.log),
    ),
    Mistake(
        "train_rnn",
        "The history holds pairs",
        training(kept=lambda perplexity: (perplexity, 1000.0)),
    ),
]
