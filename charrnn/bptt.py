"""Backpropagation through time by hand, without automatic differentiation.

The gradient of a variable ``Z`` is named ``dZ``: it is that of the loss,
and has the shape of ``Z``. See Werbos (1990).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

ONE, MINUS_ONE = torch.tensor(1.0), torch.tensor(-1.0)


def check_shape(name: str, tensor: Tensor, *shape: int) -> None:
    """Raise ValueError if a tensor is not of the shape it must have."""
    if tensor.shape != shape:
        raise ValueError(
            f"{name} must be of shape {shape}, not {tuple(tensor.shape)}"
        )


def add_product_(A: Tensor, B: Tensor, W: Tensor) -> Tensor:
    """Add ``B @ W`` to ``A``, in place, and return it.

    ``A`` is (n, m), ``B`` (n, k), and ``W`` (k, m). The product is computed
    in the type of ``W`` if that is another one.
    """
    if W.dtype == A.dtype:
        return A.addmm_(B, W)  # one call, and no tensor between
    return A.add_(B.to(W.dtype) @ W)


def tanh_(A: Tensor) -> Tensor:
    """Replace ``A`` by its hyperbolic tangent, in place, and return it.

    It is 2 sigmoid(2 A) - 1, which PyTorch computes faster than its own
    tanh. The error is that of rounding 1, however small the result.
    """
    A.mul_(2).sigmoid_()
    return torch.add(MINUS_ONE, A, alpha=2, out=A)  # -1 + 2 A, at once


@torch.no_grad()
def run(
    inputs: Tensor,
    H_0: Tensor,
    params: list[Tensor],
    *,
    out: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Run the network and keep every state, which ``backward`` needs.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``H_0`` the state to
    begin with, (batch_size, num_hiddens). Returns the outputs,
    (num_steps, batch_size, vocab_size), and the states ``H``,
    (num_steps + 1, batch_size, num_hiddens), of which ``H[0]`` is ``H_0``.
    They are written to ``out`` if it is given. Products with a ``W_hh`` of
    another type than the rest are computed in that type.

    Raises ValueError if ``inputs``, ``H_0`` or ``out`` is of another shape.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    num_steps, batch_size = inputs.shape[:2]
    check_shape("inputs", inputs, num_steps, batch_size, len(W_xh))
    check_shape("H_0", H_0, batch_size, len(W_hh))
    H = H_0.new_empty(num_steps + 1, *H_0.shape) if out is None else out
    check_shape("out", H, num_steps + 1, *H_0.shape)
    H[0] = H_0
    rows = H[1:].view(-1, len(W_hh))  # (num_steps * batch, num_hiddens)
    torch.addmm(b_h, inputs.flatten(0, 1), W_xh, out=rows)
    for before, after in zip(H, H[1:], strict=False):
        tanh_(add_product_(after, before, W_hh))  # (eq-hidden)
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
    dO: Tensor,
    H: Tensor,
    W_hh: Tensor,
    W_hq: Tensor,
    *,
    out: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """Return ``dH`` and ``dA``, the gradients at states and arguments.

    ``dO`` is (num_steps, batch_size, vocab_size), ``H`` and ``dH`` are
    (num_steps + 1, batch_size, num_hiddens), from ``H[0]`` on. ``dA`` has
    no entry for it: (num_steps, batch_size, num_hiddens), so that
    ``dA[t - 1]`` belongs to ``H[t]``. The results are written to ``out`` if
    it is given. See ``run`` for a ``W_hh`` of another type.

    Raises ValueError if ``dO`` or one of ``out`` is of another shape.
    """
    num_steps = len(H) - 1
    check_shape("dO", dO, num_steps, H.shape[1], W_hq.shape[1])
    dH, dA = out or (torch.empty_like(H), torch.empty_like(H[1:]))
    check_shape("dH", dH, *H.shape)
    check_shape("dA", dA, *H[1:].shape)
    dH[0] = 0  # H_0 has no output
    torch.matmul(dO, W_hq.T, out=dH[1:])
    torch.addcmul(ONE, H[1:], H[1:], value=-1, out=dA)  # 1 - H H, at once
    for t in range(num_steps, 0, -1):
        dA[t - 1] *= dH[t]  # (eq-slope)
        add_product_(dH[t - 1], dA[t - 1], W_hh.T)  # (eq-state-gradient)
    return dH, dA


@torch.no_grad()
def backward(
    inputs: Tensor,
    H: Tensor,
    dO: Tensor,
    params: list[Tensor],
    *,
    out: tuple[Tensor, Tensor] | None = None,
) -> list[Tensor]:
    """Return the gradients of the parameters, in the order of ``params``.

    ``inputs`` and ``dO`` are (num_steps, batch_size, vocab_size), ``H`` is
    (num_steps + 1, batch_size, num_hiddens), as ``run`` returns it. See
    ``state_gradients`` for ``out``, which it fills, and ``run`` for a
    ``W_hh`` of another type.

    Raises ValueError if ``H``, ``dO`` or one of ``out`` is of another shape.
    """
    _, W_hh, _, W_hq, _ = params
    check_shape("H", H, len(inputs) + 1, inputs.shape[1], len(W_hh))
    _, dA = state_gradients(dO, H, W_hh, W_hq, out=out)
    # A sum over steps and rows is one product: make them one long axis.
    X, dA, dO = (Z.flatten(0, 1) for Z in (inputs, dA, dO))
    before, after = H[:-1].flatten(0, 1), H[1:].flatten(0, 1)
    dW_hh = (before.to(W_hh.dtype).T @ dA.to(W_hh.dtype)).to(H.dtype)
    dW_xh, db_h = X.T @ dA, dA.sum(dim=0)
    dW_hq, db_q = after.T @ dO, dO.sum(dim=0)  # (eq-parameter-gradients)
    return [dW_xh, dW_hh, db_h, dW_hq, db_q]
