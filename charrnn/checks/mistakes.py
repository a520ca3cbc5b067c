"""Wrong attempts, as students make them, and as the checks are tried.

``NAMED`` are those whose mistake a check recognises, and names in a hint of
its own. Of ``OTHERS`` it says only which property fails. The page for
teachers lists them. Handouts do not carry this module.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from charrnn.model import RNNModelScratch, get_params, rnn

Attempt = Callable[..., Any]


class Mistake(NamedTuple):
    """A wrong attempt, the check that it fails, and what is wrong."""

    check: str
    what: str
    attempt: Attempt


# Parameters


def params_of(std: float = 0.01, *, scaled: bool = False) -> Attempt:
    """Return a function that draws parameters."""

    def attempt(vocab_size: int, num_hiddens: int) -> list[Tensor]:
        params = [p.detach() for p in get_params(vocab_size, num_hiddens)]
        params = [p * (std / 0.01) for p in params]
        if scaled:  # after requires_grad_, which makes other tensors
            return [1.0 * p.requires_grad_() for p in params]
        return [p.requires_grad_() for p in params]

    return attempt


def without_gradient(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """Return parameters that gather no gradients."""
    return [p.detach() for p in get_params(vocab_size, num_hiddens)]


def sideways(vocab_size: int, num_hiddens: int) -> list[Tensor]:
    """Return parameters with the weights of the output transposed."""
    params = without_gradient(vocab_size, num_hiddens)
    params[3] = params[3].T.clone()
    return [p.requires_grad_() for p in params]


# The network


def network(
    *,
    activation: Attempt = torch.tanh,
    bias: float = 1,
    carried: bool = True,
    detached: bool = False,
    outputs_of: Attempt = torch.cat,
    state_of: Attempt = lambda before, after: (after,),
) -> Attempt:
    """Return a network in which something is wrong."""

    def attempt(inputs: Tensor, state: Any, params: list[Tensor]) -> Any:
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,) = state
        outputs = []
        for X in inputs:
            before = H if carried else state[0]
            before = before.detach() if detached else before
            H = activation(X @ W_xh + before @ W_hh + bias * b_h)
            outputs.append(H @ W_hq + b_q)
        return outputs_of(outputs), state_of(state[0], H)

    return attempt


def tuple_multiplied(inputs: Tensor, state: Any, params: Any) -> Any:
    """Return nothing: a tuple cannot be multiplied."""
    return inputs[0] @ params[0] + torch.matmul(state, params[1])


class BatchFirst(RNNModelScratch):
    """Encode the minibatch without a transpose."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        inputs = F.one_hot(X, self.vocab_size).float()
        return self.forward(inputs, state, self.params)


class Forgetful(RNNModelScratch):
    """Begin a new state at each call."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return super().__call__(X, self.begin_state(len(X)))


class Detaching(RNNModelScratch):
    """Cut the graph at each call."""

    def __call__(self, X: Tensor, state: Any) -> Any:
        """Return outputs and state."""
        return super().__call__(X, tuple(S.detach() for S in state))


class Swapping(RNNModelScratch):
    """Give the sizes of a state in the wrong order."""

    def begin_state(self, batch_size: int) -> Any:
        """Return a state of another shape."""
        return self.init_state(self.num_hiddens, batch_size)


# Prediction


def writer(
    *,
    warm_up: Callable[[list[int]], list[int]] = lambda indices: indices,
    emits: bool = False,
    hands_on: bool = True,
    feeds_back: bool = True,
    best_of: Callable[[Tensor], int] = lambda O: int(O[-1].argmax()),
    more: int = 0,
    joined_by: str = "",
) -> Attempt:
    """Return a loop that writes, in which something is wrong."""

    def attempt(prefix: str, num_predicts: int, model: Any, vocab: Any) -> str:
        state, indices = model.begin_state(1), vocab[list(prefix)]
        outputs = indices[:1] if emits else list(indices)
        for index in warm_up(indices):
            logits, after = model(torch.tensor([[index]]), state)
            state = after if hands_on else state
            if emits:
                outputs.append(int(logits.argmax()))
        for _ in range(num_predicts + more):
            outputs.append(best_of(logits))
            index = outputs[-1] if feeds_back else indices[-1]
            logits, after = model(torch.tensor([[index]]), state)
            state = after if hands_on else state
        return joined_by.join(vocab.to_tokens(outputs))

    return attempt


# Clipping


def clipping(
    factor: Callable[[float, float, Tensor], Any],
    *,
    norm_of: Attempt = torch.linalg.vector_norm,
    of_params: bool = False,
) -> Attempt:
    """Return a clipping that multiplies by a factor of its own.

    The factor is computed from norm, threshold, and the gradient.
    """

    def attempt(model: Any, theta: float) -> float:
        grads = [param.grad for param in model.parameters()]
        norm = float(norm_of(torch.cat([grad.flatten() for grad in grads])))
        for param in model.parameters():
            scaled = param.data if of_params else param.grad
            scaled *= factor(norm, theta, param.grad)
        return norm

    return attempt


def by_value(model: Any, theta: float) -> None:
    """Cut each component of the gradients by itself."""
    clip_grad_value_(model.parameters(), theta)


def not_in_place(model: Any, theta: float) -> float:
    """Scale gradients that nobody looks at."""
    for param in model.parameters():
        grad = param.grad
        grad = grad * theta / 100
    return float(grad.norm())


# Training


def epoch(
    *,
    begins: Callable[[bool, bool], bool] = lambda first, random: (
        first or random
    ),
    detaches: bool = True,
    targets_of: Attempt = lambda Y: Y.T,
    outputs_of: Attempt = lambda O: O,
    order: tuple[str, ...] = ("zero", "backward", "clip", "step"),
    batch_size: int = 1,
    average: Callable[[list[float], list[int]], float] | None = None,
    optimises: bool = True,
) -> Attempt:
    """Return an epoch in which something is wrong."""

    def attempt(
        model: Any, train_iter: Any, loss: Any, updater: Any, random: bool
    ) -> tuple[float, float]:
        state: Any = None
        losses, sizes = [], []

        def zero() -> None:
            for param in model.parameters():
                param.grad = None

        def update() -> Any:
            is_one = isinstance(updater, torch.optim.Optimizer) and optimises
            return updater.step() if is_one else updater(batch_size)

        for X, Y in train_iter:
            if begins(state is None, random):
                state = model.begin_state(len(X))
            elif detaches:
                state = tuple(S.detach() for S in state)
            O, state = model(X, state)
            mean = loss(outputs_of(O), targets_of(Y).reshape(-1))
            work: dict[str, Attempt] = {
                "zero": zero,
                "backward": mean.backward,
                "clip": partial(clip_grad_norm_, model.parameters(), 1),
                "step": update,
            }
            for name in order:
                work[name]()
            losses.append(mean.item())
            sizes.append(Y.numel())
        return (average or perplexity)(losses, sizes), 1000.0

    return attempt


def perplexity(losses: list[float], sizes: list[int]) -> float:
    """Return exp of the mean loss of a character."""
    total = sum(a * b for a, b in zip(losses, sizes, strict=True))
    return math.exp(total / sum(sizes))


def training(
    *,
    hands_on: bool = True,
    momentum: float = 0.0,
    rate: float | None = None,
    kept: Callable[[float], Any] = lambda perplexity: perplexity,
) -> Attempt:
    """Return a training in which something is wrong."""

    def attempt(
        model: Any, train_iter: Any, vocab: Any, lr: float, num_epochs: int,
        use_random_iter: bool = False,
    ) -> Any:  # fmt: skip
        last = [torch.zeros_like(param) for param in model.parameters()]

        def updater(batch_size: int) -> None:
            pairs = zip(model.parameters(), last, strict=True)
            for param, step in pairs:
                step.mul_(momentum).add_(param.grad)
                param.data -= (rate or lr) * step

        order, loss = use_random_iter and hands_on, F.cross_entropy
        return [
            kept(epoch()(model, train_iter, loss, updater, order)[0])
            for _ in range(num_epochs)
        ]

    return attempt


def read_in_reverse(inputs: Tensor, state: Any, params: list[Tensor]) -> Any:
    """Return what the network makes of the steps in reverse order."""
    return rnn(inputs.flip(0), state, params)


NAMED = [
    Mistake("one_hot", "The transpose is forgotten",
            lambda X, V: F.one_hot(X, V).float()),
    Mistake("one_hot", "The axes are reshaped, and not transposed",
            lambda X, V: F.one_hot(X.reshape(X.T.shape), V).float()),
    Mistake("one_hot", "The vectors are integers",
            lambda X, V: F.one_hot(X.T, V)),
    Mistake("get_params", "The parameters gather no gradients",
            without_gradient),
    Mistake("get_params", "New tensors are made after requires_grad_",
            params_of(scaled=True)),
    Mistake("get_params", "All weights begin as zeros", params_of(0)),
    Mistake("init_rnn_state", "The state is a tensor, and not a tuple",
            torch.zeros),
    Mistake("rnn", "The tanh is forgotten", network(activation=lambda A: A)),
    Mistake("rnn", "The bias of the hidden state is missing", network(bias=0)),
    Mistake("rnn", "Each step begins with the state of the minibatch",
            network(carried=False)),
    Mistake("rnn", "The state that came in is returned",
            network(state_of=lambda before, after: (before,))),
    Mistake("rnn", "The outputs are those of the last step only",
            network(outputs_of=lambda outputs: outputs[-1])),
    Mistake("rnn", "The outputs are stacked along a new axis",
            network(outputs_of=torch.stack)),
    Mistake("rnn", "The outputs come text after text",
            network(outputs_of=lambda outputs: torch.stack(
                outputs, dim=1).flatten(0, 1))),
    Mistake("rnn", "The outputs are probabilities",
            network(outputs_of=lambda outputs: torch.cat(outputs).softmax(1))),
    Mistake("rnn", "The graph is cut between the steps",
            network(detached=True)),
    Mistake("rnn", "The state is not taken out of its tuple",
            tuple_multiplied),
    Mistake("RNNModelScratch", "The minibatch is encoded without a transpose",
            BatchFirst),
    Mistake("RNNModelScratch", "Each call begins a new state", Forgetful),
    Mistake("RNNModelScratch", "The model cuts the graph", Detaching),
    Mistake("predict_rnn", "The warm-up writes what it predicts",
            writer(emits=True)),
    Mistake("predict_rnn", "Only the last character of the prefix is read",
            writer(warm_up=lambda indices: indices[-1:])),
    Mistake("predict_rnn", "The last character of the prefix is read twice",
            writer(warm_up=lambda indices: indices + indices[-1:])),
    Mistake("predict_rnn", "The state is not handed on",
            writer(hands_on=False)),
    Mistake("grad_clipping", "Each parameter has a norm of its own",
            clipping(lambda norm, theta, g: min(1, theta / g.norm()))),
    Mistake("grad_clipping", "Each component is clipped by itself", by_value),
    Mistake("grad_clipping", "The gradients are not scaled in place",
            not_in_place),
    Mistake("grad_clipping", "Gradients below theta are scaled up",
            clipping(lambda norm, theta, g: theta / norm)),
    Mistake("train_epoch_rnn", "The targets are not transposed",
            epoch(targets_of=lambda Y: Y)),
    Mistake("train_epoch_rnn", "The loss is given probabilities",
            epoch(outputs_of=lambda O: O.softmax(dim=1))),
    Mistake("train_epoch_rnn", "The state is not detached",
            epoch(detaches=False)),
    Mistake("train_epoch_rnn", "The state is begun anew for each minibatch",
            epoch(begins=lambda first, random: True)),
    Mistake("train_epoch_rnn", "The state is carried under random sampling",
            epoch(begins=lambda first, random: first)),
    Mistake("train_epoch_rnn", "The gradients are not zeroed",
            epoch(order=("backward", "clip", "step"))),
    Mistake("train_epoch_rnn", "The updater is called before clipping",
            epoch(order=("zero", "backward", "step", "clip"))),
    Mistake("train_epoch_rnn", "The gradients are divided by the batch size",
            epoch(batch_size=32)),
    Mistake("train_epoch_rnn", "The perplexity is averaged over minibatches",
            epoch(average=lambda losses, sizes: math.exp(
                sum(losses) / len(losses)))),
    Mistake("train_epoch_rnn", "An optimiser is called as a function",
            epoch(optimises=False)),
    Mistake("train_rnn", "The argument use_random_iter is not handed on",
            training(hands_on=False)),
    Mistake("train_rnn", "The steps have a momentum", training(momentum=0.9)),
]  # fmt: skip
OTHERS = [
    Mistake("one_hot", "The vocabulary is as large as the largest index",
            lambda X, V: F.one_hot(X.T).float()),
    Mistake("get_params", "The weights are not scaled", params_of(1.0)),
    Mistake("get_params", "The weights of the output are transposed",
            sideways),
    Mistake("init_rnn_state", "The axes of the state are swapped",
            lambda n, h: (torch.zeros(h, n),)),
    Mistake("init_rnn_state", "The state begins with random numbers",
            lambda n, h: (torch.randn(n, h),)),
    Mistake("rnn", "The activation is a rectifier",
            network(activation=torch.relu)),
    Mistake("rnn", "The steps are read in reverse order", read_in_reverse),
    Mistake("rnn", "The state is not returned",
            lambda *arguments: rnn(*arguments)[0]),
    Mistake("RNNModelScratch", "The sizes of the state are swapped", Swapping),
    Mistake("predict_rnn", "The predicted character is not fed back",
            writer(feeds_back=False)),
    Mistake("predict_rnn", "A character too many is written", writer(more=1)),
    Mistake("predict_rnn", "The characters are joined by spaces",
            writer(joined_by=" ")),
    Mistake("grad_clipping", "The norm is a sum of absolute values",
            clipping(lambda norm, theta, g: min(1, theta / norm),
                     norm_of=lambda g: g.abs().sum())),
    Mistake("grad_clipping", "The parameters are clipped",
            clipping(lambda norm, theta, g: min(1, theta / norm),
                     of_params=True)),
    Mistake("train_epoch_rnn", "Nothing is clipped",
            epoch(order=("zero", "backward", "step"))),
    Mistake("train_epoch_rnn", "The gradients are taken away before the step",
            epoch(order=("backward", "zero", "step"))),
    Mistake("train_epoch_rnn", "The perplexity lacks the exp",
            epoch(average=lambda losses, sizes: math.log(
                perplexity(losses, sizes)))),
    Mistake("train_rnn", "The learning rate is ignored", training(rate=0.01)),
    Mistake("train_rnn", "The history holds losses, and not perplexities",
            training(kept=math.log)),
]  # fmt: skip
