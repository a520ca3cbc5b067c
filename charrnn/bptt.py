"""Backpropagation through time by hand, without automatic differentiation.

``run`` is the forward pass, and ``backward`` the backward pass, which calls
``logit_gradients`` and ``state_gradients``. ``Backpropagation`` computes both
for ``train_rnn``. The gradient of the loss with respect to ``Z`` is named
``dZ`` and has the shape of ``Z``; ``A`` is the argument of tanh. A function
whose name ends in ``_`` changes its first argument. See Werbos (1990).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from charrnn.interface import Model, State
from charrnn.model import one_hot

ONE, MINUS_ONE = torch.tensor(1.0), torch.tensor(-1.0)


def check_shape(name: str, tensor: Tensor, *shape: int) -> None:
    """Raise ValueError if a tensor does not have the expected shape."""
    if tensor.shape != shape:
        raise ValueError(
            f"{name} must be of shape {shape}, not {tuple(tensor.shape)}"
        )


def add_product_(A: Tensor, B: Tensor, W: Tensor) -> Tensor:
    """Add ``B @ W`` to ``A``, in place, and return it.

    ``A`` is (n, m), ``B`` (n, k), and ``W`` (k, m). The product is computed
    in the dtype of ``W``.
    """
    if W.dtype == A.dtype:
        return A.addmm_(B, W)  # one call, without an intermediate tensor
    return A.add_(B.to(W.dtype) @ W)


def tanh_(A: Tensor) -> Tensor:
    """Replace ``A`` by its hyperbolic tangent, in place, and return it.

    It is computed as 2 sigmoid(2 A) - 1, which is faster than PyTorch's own
    tanh. The absolute error is that of rounding 1, however small the result.
    """
    A.mul_(2).sigmoid_()
    return torch.add(MINUS_ONE, A, alpha=2, out=A)  # -1 + 2 A


@torch.no_grad()
def run(
    inputs: Tensor,
    H_0: Tensor,
    params: list[Tensor],
    *,
    out: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Run the network and keep every state, which ``backward`` needs.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``H_0`` the initial
    state, (batch_size, num_hiddens). Returns the outputs ``O``, (num_steps,
    batch_size, vocab_size), and the states ``H``, (num_steps + 1,
    batch_size, num_hiddens), where ``H[0]`` is ``H_0``. The states are
    written to ``out`` if it is given. ``W_hh`` may have a dtype of its own,
    in which its products are computed.

    Raises ValueError if ``inputs``, ``H_0`` or ``out`` has a wrong shape.
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
def logit_gradients(O: Tensor, Y: Tensor) -> Tensor:
    """Return ``dO``, the gradient of the mean cross-entropy at the logits.

    ``O`` and the result are (num_steps, batch_size, vocab_size), the
    targets ``Y`` int64, (batch_size, num_steps), as in a minibatch.

    Raises ValueError if ``Y`` has a wrong shape, RuntimeError if a target
    is outside the vocabulary.
    """
    num_steps, batch_size, vocab_size = O.shape
    check_shape("Y", Y, batch_size, num_steps)
    truth = F.one_hot(Y.T, vocab_size)  # (num_steps, batch, vocab_size)
    return (O.softmax(dim=2) - truth) / Y.numel()  # (eq-logit-gradient)


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
    (num_steps + 1, batch_size, num_hiddens). ``H[0]`` is not a result of
    tanh, so ``dA`` is (num_steps, batch_size, num_hiddens), and ``dA[t - 1]``
    belongs to ``H[t]``. The results are written to ``out`` if it is given.
    ``W_hh`` may have a dtype of its own, as in ``run``.

    Raises ValueError if ``dO`` or a tensor of ``out`` has a wrong shape.
    """
    num_steps = len(H) - 1
    check_shape("dO", dO, num_steps, H.shape[1], W_hq.shape[1])
    dH, dA = out or (torch.empty_like(H), torch.empty_like(H[1:]))
    check_shape("dH", dH, *H.shape)
    check_shape("dA", dA, *H[1:].shape)
    dH[0] = 0  # H_0 has no output
    torch.matmul(dO, W_hq.T, out=dH[1:])
    torch.addcmul(ONE, H[1:], H[1:], value=-1, out=dA)  # 1 - H H
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
    (num_steps + 1, batch_size, num_hiddens), as ``run`` returns it. ``out``
    and ``W_hh`` are as for ``state_gradients``.

    Raises ValueError if ``H``, ``dO`` or a tensor of ``out`` has a wrong
    shape.
    """
    _, W_hh, _, W_hq, _ = params
    check_shape("H", H, len(inputs) + 1, inputs.shape[1], len(W_hh))
    _, dA = state_gradients(dO, H, W_hh, W_hq, out=out)
    # Merge steps and rows into one axis: a sum over both is one product.
    X, dA, dO = (Z.flatten(0, 1) for Z in (inputs, dA, dO))
    before, after = H[:-1].flatten(0, 1), H[1:].flatten(0, 1)
    dW_hh = (before.to(W_hh.dtype).T @ dA.to(W_hh.dtype)).to(H.dtype)
    dW_xh, db_h = X.T @ dA, dA.sum(dim=0)
    dW_hq, db_q = after.T @ dO, dO.sum(dim=0)  # (eq-parameter-gradients)
    return [dW_xh, dW_hh, db_h, dW_hq, db_q]


class Backpropagation:
    """Compute the gradients of a minibatch by hand, for ``train_rnn``.

    The loss is the mean cross-entropy. Products with ``W_hh`` are computed
    in ``hidden_dtype``, by default the dtype of the parameters. The tensors
    of all states and their gradients are allocated once and reused by each
    step, because freeing and allocating them anew costs page faults.

    Raises ValueError if ``model`` does not compute what ``run`` computes,
    or if ``hidden_dtype`` is not a floating-point type.
    """

    def __init__(
        self, model: Model, hidden_dtype: torch.dtype | None = None
    ) -> None:
        if not computes_run(model):
            raise ValueError(
                "the equations of rnn are differentiated by hand, and the "
                "model has others: leave gradients out, for autograd"
            )
        self.model = model
        dtype = next(iter(model.parameters())).dtype
        self.hidden_dtype = hidden_dtype or dtype
        if not self.hidden_dtype.is_floating_point:
            raise ValueError(
                f"hidden_dtype must be a floating-point type, "
                f"not {hidden_dtype}"
            )
        self.H = self.dH = self.dA = torch.empty(0)

    def __call__(
        self, X: Tensor, Y: Tensor, state: State
    ) -> tuple[Tensor, State]:
        """Set the ``grad`` of the parameters; return mean loss and state.

        ``X`` and ``Y`` are int64, (batch_size, num_steps).

        Raises as ``one_hot``, ``run`` and ``logit_gradients`` do.
        """
        (H_0,) = state
        W_xh, W_hh, b_h, W_hq, b_q = own = list(self.model.parameters())
        inputs = one_hot(X, vocab_size=len(W_xh)).to(H_0)
        self.allocate(len(inputs), H_0)
        params = [W_xh, W_hh.to(self.hidden_dtype), b_h, W_hq, b_q]
        O, H = run(inputs, H_0, params, out=self.H)
        Y = Y.to(O.device)
        dO = logit_gradients(O, Y)
        grads = backward(inputs, H, dO, params, out=(self.dH, self.dA))
        for param, grad in zip(own, grads, strict=True):
            param.grad = grad if param.requires_grad else None
        mean_loss = F.cross_entropy(O.flatten(0, 1), Y.T.reshape(-1))
        return mean_loss, (H[-1].clone(),)  # the next call overwrites H

    def allocate(self, num_steps: int, H_0: Tensor) -> None:
        """Allocate the large tensors, unless the present ones fit."""
        shape = num_steps + 1, *H_0.shape
        same_kind = (self.H.dtype, self.H.device) == (H_0.dtype, H_0.device)
        if self.H.shape != shape or not same_kind:
            self.H, self.dH = H_0.new_empty(shape), H_0.new_empty(shape)
            self.dA = H_0.new_empty(num_steps, *H_0.shape)


@torch.no_grad()
def computes_run(model: Model) -> bool:
    """Return whether a model computes what ``run`` does, by trying it.

    It reads two random steps of two rows. The state of the second row is
    large, where tanh differs from other activation functions.
    """
    params = list(model.parameters())
    state = model.begin_state(batch_size=2)
    if len(params) != 5 or len(state) != 1:
        return False
    V, h = len(params[0]), state[0].shape[-1]
    shapes = [(V, h), (h, h), (h,), (h, V), (V,)]
    if [tuple(param.shape) for param in params] != shapes:
        return False
    generator = torch.Generator().manual_seed(0)
    X = torch.randint(V, (2, 2), generator=generator)  # (batch, steps)
    H_0 = torch.randn(2, h, generator=generator).to(state[0])
    H_0[1] *= 2 / (H_0[1] @ params[1]).abs().max()
    O, H = run(one_hot(X, V).to(H_0), H_0, params)
    theirs, last = model(X, (H_0,))
    ours = O.flatten(0, 1), H[-1]
    pairs = list(zip((theirs, *last), ours, strict=False))
    exact = torch.get_float32_matmul_precision() == "highest"
    eps = torch.finfo(H_0.dtype if exact else torch.bfloat16).eps
    relative, absolute = max(1e-3, 4 * eps), max(1e-4, 2 * eps)
    return len(last) == 1 and all(
        a.shape == b.shape and torch.allclose(a, b, relative, absolute)
        for a, b in pairs
    )
