"""The gradients of ``bptt``, computed faster, in tensors that are reused.

A function whose name ends in ``_`` writes its results into tensors that exist
already. The results agree with ``bptt``, up to rounding.
"""

import torch
from torch import Tensor

from charrnn.bptt import Backpropagation, logit_gradients
from charrnn.model import RNNModelScratch, check_minibatch, check_state


def tanh_(A: Tensor) -> Tensor:
    """Replace ``A`` with its hyperbolic tangent, and return it.

    It is 2 sigmoid(2 A) - 1, which PyTorch computes faster. The absolute error
    is as large as when 1 is rounded, however small the result.
    """
    return A.mul_(2).sigmoid_().mul_(2).sub_(1)


def look_up_(W: Tensor, tokens: Tensor, out: Tensor) -> None:
    """Fill ``out`` with rows of ``W``, as ``one_hot(tokens) @ W`` does.

    ``tokens`` is int64, (n,), ``W`` (vocab_size, m), and ``out`` (n, m).
    """
    torch.index_select(W, 0, tokens, out=out)


def add_rows(dA: Tensor, tokens: Tensor, vocab_size: int) -> Tensor:
    """Return a sum of rows for each symbol: ``one_hot(tokens).T @ dA``.

    ``dA`` is (n, m), ``tokens`` int64, (n,), the result (vocab_size, m).
    """
    return dA.new_zeros(vocab_size, dA.shape[1]).index_add_(0, tokens, dA)


def run_(tokens: Tensor, params: list[Tensor], H: Tensor) -> Tensor:
    """Fill ``H`` with the states that follow ``H[0]``; return the outputs.

    ``tokens`` are the indices of the symbols in the order of ``H``, int64,
    (num_steps * batch_size,); ``H`` is (num_steps + 1, batch_size,
    num_hiddens), the outputs (num_steps, batch_size, vocab_size).
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    look_up_(W_xh + b_h, tokens, H[1:].flatten(0, 1))
    for before, after in zip(H, H[1:], strict=False):
        tanh_(after.addmm_(before, W_hh))  # (eq-hidden)
    return H[1:] @ W_hq + b_q  # (eq-output)


def state_gradients_(
    dO: Tensor, H: Tensor, W_hh: Tensor, W_hq: Tensor, dH: Tensor, dA: Tensor
) -> None:
    """Fill ``dH`` and ``dA``, as ``bptt.state_gradients`` returns them.

    Here ``dH`` has the shape of ``dA``: it has no entry for ``H[0]``, because
    no gradient of a parameter needs one.
    """
    torch.matmul(dO, W_hq.T, out=dH)
    torch.addcmul(H.new_ones(()), H[1:], H[1:], value=-1, out=dA)  # 1 - H H
    dA[-1] *= dH[-1]
    for t in range(len(dA) - 1, 0, -1):
        dH[t - 1].addmm_(dA[t], W_hh.T)  # (eq-state-gradient)
        dA[t - 1] *= dH[t - 1]  # (eq-slope)


class InPlaceBackpropagation(Backpropagation):
    """Compute what ``Backpropagation`` does, in less time.

    The tensors of all states and their gradients are allocated once and
    reused by each minibatch, because fresh memory costs page faults.
    """

    def __init__(self, model: RNNModelScratch) -> None:
        super().__init__(model)
        self.H = self.dH = self.dA = torch.empty(0)

    @torch.no_grad()
    def both_passes(
        self, X: Tensor, Y: Tensor, H_0: Tensor, params: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return the outputs, the last state, and the gradients."""
        W_xh, W_hh, _, W_hq, _ = params
        check_minibatch(X, len(W_xh))
        check_state((H_0,), batch_size=len(X))
        self.allocate(X.shape[1], H_0)
        H, dH, dA = self.H, self.dH, self.dA
        H[0] = H_0
        tokens = X.T.flatten().to(H_0.device)  # (num_steps * batch_size,)
        O = run_(tokens, params, H)
        dO = logit_gradients(O, Y)
        state_gradients_(dO, H, W_hh, W_hq, dH, dA)
        dA, dO = dA.flatten(0, 1), dO.flatten(0, 1)
        before, after = H[:-1].flatten(0, 1), H[1:].flatten(0, 1)
        dW_xh = add_rows(dA, tokens, len(W_xh))
        dW_hh, db_h = before.T @ dA, dA.sum(dim=0)
        dW_hq, db_q = after.T @ dO, dO.sum(dim=0)  # (eq-parameter-gradients)
        # The next minibatch overwrites H.
        return O, H[-1].clone(), [dW_xh, dW_hh, db_h, dW_hq, db_q]

    def allocate(self, num_steps: int, H_0: Tensor) -> None:
        """Allocate the large tensors, unless the present ones fit."""
        shape = num_steps + 1, *H_0.shape
        same_kind = (self.H.dtype, self.H.device) == (H_0.dtype, H_0.device)
        if self.H.shape != shape or not same_kind:
            self.H = H_0.new_empty(shape)
            self.dH = torch.empty_like(self.H[1:])
            self.dA = torch.empty_like(self.H[1:])
