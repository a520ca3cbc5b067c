"""Backpropagation through time by hand, without automatic differentiation.

``run`` is the forward pass, and ``backward`` the backward pass, which calls
``state_gradients``. The gradient of the loss with respect to ``Z`` is named
``dZ`` and has the shape of ``Z``; ``A`` is the argument of tanh. See Werbos
(1990). The module ``in_place`` computes the same gradients faster.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from charrnn.interface import State
from charrnn.model import RNNModelScratch, check_state, is_rnn, one_hot


@torch.no_grad()
def run(
    inputs: Tensor, H_0: Tensor, params: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Run the network and keep every state, which ``backward`` needs.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``H_0`` the initial
    state, (batch_size, num_hiddens). Returns the outputs ``O``, (num_steps,
    batch_size, vocab_size), and the states ``H``, (num_steps + 1,
    batch_size, num_hiddens), where ``H[0]`` is ``H_0``.

    Raises ValueError if ``H_0`` has a different batch size.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    check_state((H_0,), batch_size=inputs.shape[1])
    states = [H_0]
    for X in inputs:  # (batch_size, vocab_size)
        A = X @ W_xh + states[-1] @ W_hh + b_h
        states.append(torch.tanh(A))  # (eq-hidden)
    H = torch.stack(states)  # (num_steps + 1, batch_size, num_hiddens)
    return H[1:] @ W_hq + b_q, H  # (eq-output)


@torch.no_grad()
def logit_gradients(O: Tensor, Y: Tensor) -> Tensor:
    """Return ``dO``, the gradient of the mean loss with respect to the logits.

    ``O`` and the result are (num_steps, batch_size, vocab_size), the
    targets ``Y`` int64, (batch_size, num_steps), as in a minibatch.

    Raises RuntimeError if a target is outside the vocabulary.
    """
    truth = F.one_hot(Y.T, O.shape[2])  # (num_steps, batch, vocab_size)
    return (O.softmax(dim=2) - truth) / Y.numel()  # (eq-logit-gradient)


@torch.no_grad()
def state_gradients(
    dO: Tensor, H: Tensor, W_hh: Tensor, W_hq: Tensor
) -> tuple[Tensor, Tensor]:
    """Return ``dH`` and ``dA``, the gradients of states and arguments.

    ``dO`` is (num_steps, batch_size, vocab_size), ``H`` and ``dH`` are
    (num_steps + 1, batch_size, num_hiddens). ``H[0]`` is not a result of
    tanh, so ``dA`` is (num_steps, batch_size, num_hiddens), and ``dA[t - 1]``
    belongs to ``H[t]``.
    """
    dH, dA = torch.zeros_like(H), torch.zeros_like(H[1:])
    dH[1:] = dO @ W_hq.T  # H[0] has no output
    for t in range(len(dA), 0, -1):
        dA[t - 1] = dH[t] * (1 - H[t] * H[t])  # (eq-slope)
        dH[t - 1] += dA[t - 1] @ W_hh.T  # (eq-state-gradient)
    return dH, dA


@torch.no_grad()
def backward(
    inputs: Tensor, H: Tensor, dO: Tensor, params: list[Tensor]
) -> list[Tensor]:
    """Return the gradients of the parameters, in the order of ``params``.

    ``inputs`` and ``dO`` are (num_steps, batch_size, vocab_size), ``H`` is
    (num_steps + 1, batch_size, num_hiddens), as ``run`` returns it.
    """
    _, W_hh, _, W_hq, _ = params
    _, dA = state_gradients(dO, H, W_hh, W_hq)
    # Merge steps and rows into one axis, to sum over both at once.
    X, dA, dO = (Z.flatten(0, 1) for Z in (inputs, dA, dO))
    before, after = H[:-1].flatten(0, 1), H[1:].flatten(0, 1)
    dW_xh, dW_hh, db_h = X.T @ dA, before.T @ dA, dA.sum(dim=0)
    dW_hq, db_q = after.T @ dO, dO.sum(dim=0)  # (eq-parameter-gradients)
    return [dW_xh, dW_hh, db_h, dW_hq, db_q]


class Backpropagation:
    """Compute the gradients of a minibatch by hand, for ``train_rnn``.

    Raises ValueError if the forward function of ``model`` is not ``rnn``
    or a copy, whose equations are differentiated here.
    """

    def __init__(self, model: RNNModelScratch) -> None:
        if not is_rnn(model.forward):
            raise ValueError(
                "the equations of rnn are differentiated by hand, and the "
                "model has others: leave gradients out, for autograd"
            )
        self.model = model

    def __call__(
        self, X: Tensor, Y: Tensor, state: State
    ) -> tuple[Tensor, State]:
        """Set the ``grad`` of the parameters; return mean loss and state.

        ``X`` and ``Y`` are int64, (batch_size, num_steps).

        Raises as ``one_hot``, ``run`` and ``logit_gradients`` do.
        """
        (H_0,), params = state, self.model.parameters()
        Y = Y.to(H_0.device)
        O, H_T, grads = self.both_passes(X, Y, H_0, params)
        for param, grad in zip(params, grads, strict=True):
            param.grad = grad if param.requires_grad else None
        return F.cross_entropy(O.flatten(0, 1), Y.T.reshape(-1)), (H_T,)

    def both_passes(
        self, X: Tensor, Y: Tensor, H_0: Tensor, params: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return the outputs, the last state, and the gradients."""
        inputs = one_hot(X, self.model.vocab_size).to(H_0)
        O, H = run(inputs, H_0, params)
        return O, H[-1], backward(inputs, H, logit_gradients(O, Y), params)
