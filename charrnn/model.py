"""The network: its parameters, state, and equations, and the model class."""

import ast
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from charrnn.interface import State

PARAMS = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")  # in this order


def get_params(
    vocab_size: int,
    num_hiddens: int,
    *,
    device: torch.device | str | None = None,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the parameters ``[W_xh, W_hh, b_h, W_hq, b_q]``.

    Weights are drawn from a normal distribution with mean 0 and standard
    deviation 0.01, biases are zero, and all require gradients. Shapes:
    ``W_xh`` (vocab_size, num_hiddens), ``W_hh`` (num_hiddens, num_hiddens),
    ``b_h`` (num_hiddens,), ``W_hq`` (num_hiddens, vocab_size),
    ``b_q`` (vocab_size,).
    """
    randn = partial(torch.randn, generator=generator)
    W_xh = 0.01 * randn(vocab_size, num_hiddens)
    W_hh = 0.01 * randn(num_hiddens, num_hiddens)
    b_h = torch.zeros(num_hiddens)
    W_hq = 0.01 * randn(num_hiddens, vocab_size)
    b_q = torch.zeros(vocab_size)
    params = [W_xh, W_hh, b_h, W_hq, b_q]
    return [param.to(device).requires_grad_() for param in params]


def init_rnn_state(
    batch_size: int,
    num_hiddens: int,
    *,
    device: torch.device | str | None = None,
) -> tuple[Tensor]:
    """Return the initial state ``(H,)``: zeros, (batch_size, num_hiddens)."""
    return (torch.zeros((batch_size, num_hiddens), device=device),)


def rnn(
    inputs: Tensor, state: State, params: list[Tensor]
) -> tuple[Tensor, tuple[Tensor]]:
    """Run the network along the time steps of a minibatch.

    ``inputs`` are one-hot vectors, (num_steps, batch_size, vocab_size), and
    ``state`` is ``(H,)`` with ``H`` (batch_size, num_hiddens). Returns the
    outputs ``O``, the logits of the next symbol at each step, (num_steps *
    batch_size, vocab_size), and the last state. See Elman (1990).
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:  # (batch_size, vocab_size)
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)  # (eq-hidden), (batch, h)
        O = H @ W_hq + b_q  # (eq-output), (batch, vocab_size)
        outputs.append(O)
    return torch.cat(outputs), (H,)  # (num_steps * batch, vocab_size)


def is_rnn(forward: Any) -> bool:
    """Return whether a function is ``rnn``, or a copy, as in a notebook."""

    def statements(function: Callable[..., Any]) -> list[str]:
        (definition,) = ast.parse(inspect.getsource(function)).body
        assert isinstance(definition, ast.FunctionDef)
        return [*map(ast.unparse, definition.body[1:])]  # no docstring

    is_named_so = getattr(forward, "__name__", None) == "rnn"
    return is_named_so and statements(forward) == statements(rnn)


def one_hot(X: Tensor, vocab_size: int) -> Tensor:
    """Turn the indices of a minibatch into one-hot vectors, step first.

    ``X`` is int64, (batch_size, num_steps), the result float32, (num_steps,
    batch_size, vocab_size).

    Raises as ``check_minibatch`` does.
    """
    check_minibatch(X, vocab_size)
    return F.one_hot(X.T, vocab_size).float()


def check_minibatch(X: Tensor, vocab_size: int) -> None:
    """Raise an error if ``X`` does not hold the indices of a minibatch.

    The error is a ValueError if ``X`` is empty or does not have two
    dimensions, an IndexError if an index is outside ``0 .. vocab_size - 1``.
    """
    if X.dim() != 2 or X.numel() == 0:
        raise ValueError(
            "a minibatch is (batch_size, num_steps), neither of them 0, "
            f"not {tuple(X.shape)}"
        )
    low, high = X.min().item(), X.max().item()
    if low < 0 or high >= vocab_size:
        raise IndexError(
            f"the minibatch has indices from {low} to {high}, and the "
            f"vocabulary has 0 to {vocab_size - 1}"
        )


def check_state(state: State, batch_size: int) -> None:
    """Raise ValueError if the batch size of a state differs.

    Without this check, PyTorch would broadcast a state of batch size 1.
    """
    for S in state:
        if len(S) != batch_size:
            raise ValueError(
                f"the state is for a batch size of {len(S)}, the minibatch "
                f"has {batch_size}: begin a new state when it changes"
            )


class RNNModelScratch:
    """Hold a network's parameters and functions together.

    ``get_params(vocab_size, num_hiddens)`` makes the parameters,
    ``init_state(batch_size, num_hiddens)`` the initial state, a tuple of
    tensors, and ``forward(inputs, state, params)`` computes outputs and the
    new state. ``get_params``, ``init_rnn_state`` and ``rnn`` are such
    functions, and the module ``gates`` has more.
    """

    def __init__(
        self,
        vocab_size: int,
        num_hiddens: int,
        get_params: Callable[[int, int], list[Tensor]],
        init_state: Callable[[int, int], State],
        forward: Callable[[Tensor, State, list[Tensor]], tuple[Tensor, State]],
    ) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        self.params = get_params(vocab_size, num_hiddens)
        self.init_state, self.forward = init_state, forward

    def __call__(self, X: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the outputs for a minibatch, and the new state.

        ``X`` is int64, (batch_size, num_steps); the outputs are
        (num_steps * batch_size, vocab_size), step after step.

        Raises ValueError if the state has a different batch size, and as
        ``one_hot`` does.
        """
        inputs = one_hot(X, self.vocab_size).to(self.params[0])
        check_state(state, batch_size=len(X))
        return self.forward(inputs, state, self.params)

    def begin_state(self, batch_size: int) -> State:
        """Return the initial state, with the parameters' type and device."""
        state = self.init_state(batch_size, self.num_hiddens)
        return tuple(S.to(self.params[0]) for S in state)

    def parameters(self) -> list[Tensor]:
        """Return the parameters, as ``nn.Module.parameters`` does."""
        return self.params


class RNNModel(nn.Module):
    """Give a recurrent layer of PyTorch the interface of our model.

    ``rnn_layer`` is an ``nn.RNN``, ``nn.GRU`` or ``nn.LSTM`` whose input
    size is ``vocab_size``; a linear layer computes the outputs.

    Raises ValueError if the input size differs, or if the layer is batch
    first, bidirectional, or has projections.
    """

    def __init__(self, rnn_layer: nn.RNNBase, vocab_size: int) -> None:
        super().__init__()
        if rnn_layer.input_size != vocab_size:
            raise ValueError(
                f"the layer's input_size is {rnn_layer.input_size}, and "
                f"must be vocab_size, {vocab_size}"
            )
        for option in ("batch_first", "bidirectional", "proj_size"):
            if getattr(rnn_layer, option):
                raise ValueError(f"the layer must not be made with {option}")
        self.rnn, self.vocab_size = rnn_layer, vocab_size
        self.num_hiddens = rnn_layer.hidden_size
        self.linear = nn.Linear(self.num_hiddens, vocab_size)

    def forward(self, X: Tensor, state: State) -> tuple[Tensor, State]:
        """Return outputs and new state, as ``RNNModelScratch`` does."""
        inputs = one_hot(X, self.vocab_size).to(self.linear.weight)
        is_lstm = isinstance(self.rnn, nn.LSTM)  # its state has two tensors
        H, last = self.rnn(inputs, state if is_lstm else state[0])
        return self.linear(H.flatten(0, 1)), last if is_lstm else (last,)

    def begin_state(self, batch_size: int) -> State:
        """Return zeros: one tensor, or two for an ``nn.LSTM``."""
        shape = (self.rnn.num_layers, batch_size, self.num_hiddens)
        num_tensors = 2 if isinstance(self.rnn, nn.LSTM) else 1
        return num_tensors * (self.linear.weight.new_zeros(shape),)
