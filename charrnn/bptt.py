"""Backpropagation through time by hand, without automatic differentiation.

The gradient of a variable ``Z`` is named ``dZ``: it is that of the loss,
and has the shape of ``Z``. See Werbos (1990).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def check_shape(name: str, tensor: Tensor, *shape: int) -> None:
    """Raise ValueError if a tensor is not of the shape it must have."""
    if tensor.shape != shape:
        raise ValueError(
            f"{name} must be of shape {shape}, not {tuple(tensor.shape)}"
        )


@torch.no_grad()
def run(
    inputs: Tensor, H_0: Tensor, params: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Run the network and keep every state, which ``backward`` needs.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``H_0`` the state to
    begin with, (batch_size, num_hiddens). Returns the outputs,
    (num_steps, batch_size, vocab_size), and the states ``H``,
    (num_steps + 1, batch_size, num_hiddens), of which ``H[0]`` is ``H_0``.

    Raises ValueError if ``inputs`` or ``H_0`` is of another shape.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    check_shape("inputs", inputs, *inputs.shape[:2], len(W_xh))
    check_shape("H_0", H_0, inputs.shape[1], len(W_hh))
    states = [H_0]
    for X in inputs:  # (batch_size, vocab_size)
        H = torch.tanh(X @ W_xh + states[-1] @ W_hh + b_h)  # (eq-hidden)
        states.append(H)
    H = torch.stack(states)  # (num_steps + 1, batch_size, num_hiddens)
    return H[1:] @ W_hq + b_q, H  # (eq-output)


@torch.no_grad()
def logit_gradients(outputs: Tensor, Y: Tensor) -> Tensor:
    """Return ``dO``, the gradient of the mean cross-entropy at the logits.

    ``outputs`` and the result are (num_steps, batch_size, vocab_size), the
    targets ``Y`` int64, (batch_size, num_steps), as in a minibatch.

    Raises ValueError if ``Y`` is of another shape, RuntimeError if a target
    is outside the vocabulary.
    """
    num_steps, batch_size, vocab_size = outputs.shape
    check_shape("Y", Y, batch_size, num_steps)
    truth = F.one_hot(Y.T, vocab_size)  # (num_steps, batch, vocab_size)
    return (outputs.softmax(dim=2) - truth) / Y.numel()  # (eq-logit-gradient)


@torch.no_grad()
def state_gradients(
    dO: Tensor, H: Tensor, W_hh: Tensor, W_hq: Tensor
) -> Tensor:
    """Return ``dH``, the gradient at every state, from the last one back.

    ``dO`` is (num_steps, batch_size, vocab_size), ``H`` and the result are
    (num_steps + 1, batch_size, num_hiddens), from ``H[0]`` on.

    Raises ValueError if ``dO`` is of another shape.
    """
    check_shape("dO", dO, len(H) - 1, H.shape[1], W_hq.shape[1])
    dH = torch.zeros_like(H)
    dH[1:] = dO @ W_hq.T  # H_0 has no output
    for t in range(len(H) - 1, 0, -1):
        dA = dH[t] * (1 - H[t] ** 2)  # (eq-slope)
        dH[t - 1] += dA @ W_hh.T  # (eq-state-gradient)
    return dH


@torch.no_grad()
def backward(
    inputs: Tensor, H: Tensor, dO: Tensor, params: list[Tensor]
) -> list[Tensor]:
    """Return the gradients of the parameters, in the order of ``params``.

    ``inputs`` and ``dO`` are (num_steps, batch_size, vocab_size), ``H`` is
    (num_steps + 1, batch_size, num_hiddens), as ``run`` returns it.

    Raises ValueError if ``H`` or ``dO`` is of another shape.
    """
    _, W_hh, _, W_hq, _ = params
    check_shape("H", H, len(inputs) + 1, inputs.shape[1], len(W_hh))
    dH = state_gradients(dO, H, W_hh, W_hq)
    dA = dH[1:] * (1 - H[1:] ** 2)  # (eq-slope)
    # A sum over steps and rows is one product: make them one long axis.
    X, dA, dO = (Z.flatten(0, 1) for Z in (inputs, dA, dO))
    before, after = H[:-1].flatten(0, 1), H[1:].flatten(0, 1)
    dW_xh, dW_hh, db_h = X.T @ dA, before.T @ dA, dA.sum(dim=0)
    dW_hq, db_q = after.T @ dO, dO.sum(dim=0)  # (eq-parameter-gradients)
    return [dW_xh, dW_hh, db_h, dW_hq, db_q]
