"""Networks with gates: the LSTM, the GRU, and minGRU.

``RNNModelScratch`` takes these functions instead of the ones in ``model``.
"""

import math

import torch
from torch import Tensor

from charrnn.interface import State


def get_lstm_params(
    vocab_size: int,
    num_hiddens: int,
    *,
    forget_bias: float = 1.0,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the parameters of an LSTM, three for each gate, then the output.

    ``[W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c,
    W_hq, b_q]`` belong to the input gate, the forget gate, the output gate,
    the candidate, and the output layer. They are drawn by ``draw_params``,
    but the bias of the forget gate is ``forget_bias`` (Jozefowicz, Zaremba,
    and Sutskever, 2015).
    """
    params = draw_params(vocab_size, num_hiddens, 4, generator)
    with torch.no_grad():
        params[5].fill_(forget_bias)  # b_f
    return params


def get_gru_params(
    vocab_size: int,
    num_hiddens: int,
    *,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the parameters of a GRU, three for each gate, then the output.

    ``[W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q]`` belong
    to the update gate, the reset gate, the candidate, and the output layer.
    They are drawn by ``draw_params``.
    """
    return draw_params(vocab_size, num_hiddens, 3, generator)


def get_min_gru_params(
    vocab_size: int,
    num_hiddens: int,
    *,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the parameters of a minGRU, two for each gate, then the output.

    ``[W_xz, b_z, W_xh, b_h, W_hq, b_q]`` belong to the update gate, the
    candidate, and the output layer. They are drawn by ``draw_params``.
    """
    W_xz, _, b_z, W_xh, _, b_h, *output = draw_params(
        vocab_size, num_hiddens, 2, generator
    )
    return [W_xz, b_z, W_xh, b_h, *output]


def draw_params(
    vocab_size: int,
    num_hiddens: int,
    num_triples: int,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return ``num_triples`` of ``W_x, W_h, b``, and then ``W_hq, b_q``.

    Weights are drawn from a normal distribution with mean 0 and standard
    deviation 1 / sqrt(``num_hiddens``), biases are zero, and all require
    gradients. Shapes: ``W_x`` (vocab_size,
    num_hiddens), ``W_h`` (num_hiddens, num_hiddens), ``b`` (num_hiddens,),
    ``W_hq`` (num_hiddens, vocab_size), ``b_q`` (vocab_size,).
    """

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator) / math.sqrt(num_hiddens)

    params = []
    for _ in range(num_triples):
        params.append(normal(vocab_size, num_hiddens))
        params.append(normal(num_hiddens, num_hiddens))
        params.append(torch.zeros(num_hiddens))
    params += [normal(num_hiddens, vocab_size), torch.zeros(vocab_size)]
    return [param.requires_grad_() for param in params]


def init_lstm_state(
    batch_size: int, num_hiddens: int
) -> tuple[Tensor, Tensor]:
    """Return the initial ``(H, C)``: zeros, (batch_size, num_hiddens)."""
    zeros = torch.zeros((batch_size, num_hiddens))
    return zeros, zeros.clone()


def lstm(
    inputs: Tensor, state: State, params: list[Tensor]
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Run an LSTM along the time steps of a minibatch.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``state`` is ``(H, C)``,
    both (batch_size, num_hiddens), and ``params`` come from
    ``get_lstm_params``. Returns the outputs, (num_steps * batch_size,
    vocab_size), step after step, and the last state. ``I``, ``F`` and ``O``
    are the input, forget, and output gates. See Hochreiter and Schmidhuber
    (1997), and for the forget gate Gers, Schmidhuber, and Cummins (2000).
    """
    W_xi, W_hi, b_i, W_xf, W_hf, b_f = params[:6]
    W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params[6:]
    H, C = state
    outputs = []
    for X in inputs:  # (batch, vocab_size)
        I = torch.sigmoid(X @ W_xi + H @ W_hi + b_i)  # (eq-lstm-gates)
        F = torch.sigmoid(X @ W_xf + H @ W_hf + b_f)  # (batch, h)
        O = torch.sigmoid(X @ W_xo + H @ W_ho + b_o)  # (batch, h)
        candidate = torch.tanh(X @ W_xc + H @ W_hc + b_c)  # (eq-lstm-new)
        C = F * C + I * candidate  # (eq-lstm-cell), (batch, h)
        H = O * torch.tanh(C)  # (eq-lstm-hidden), (batch, h)
        outputs.append(H @ W_hq + b_q)  # (eq-output), (batch, vocab_size)
    return torch.cat(outputs), (H, C)  # (num_steps * batch, vocab_size)


def gru(
    inputs: Tensor, state: State, params: list[Tensor]
) -> tuple[Tensor, tuple[Tensor]]:
    """Run a GRU along the time steps of a minibatch.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``state`` is ``(H,)``
    with ``H`` (batch_size, num_hiddens), and ``params`` come from
    ``get_gru_params``. Returns the outputs, (num_steps * batch_size,
    vocab_size), step after step, and the last state. ``Z`` and ``R`` are the
    update and reset gates. See Cho et al. (2014); here the reset gate acts
    after the multiplication with ``W_hh``, as in ``nn.GRU``.
    """
    W_xz, W_hz, b_z, W_xr, W_hr, b_r = params[:6]
    W_xh, W_hh, b_h, W_hq, b_q = params[6:]
    (H,) = state
    outputs = []
    for X in inputs:  # (batch, vocab_size)
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)  # (eq-gru-gates)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)  # (batch, h)
        candidate = torch.tanh(X @ W_xh + R * (H @ W_hh) + b_h)  # (eq-gru-new)
        H = Z * H + (1 - Z) * candidate  # (eq-gru-hidden), (batch, h)
        outputs.append(H @ W_hq + b_q)  # (eq-output), (batch, vocab_size)
    return torch.cat(outputs), (H,)  # (num_steps * batch, vocab_size)


def min_gru(
    inputs: Tensor, state: State, params: list[Tensor]
) -> tuple[Tensor, tuple[Tensor]]:
    """Run a minGRU over all time steps of a minibatch at once.

    ``inputs`` is (num_steps, batch_size, vocab_size), ``state`` is ``(H,)``
    with ``H`` (batch_size, num_hiddens), and ``params`` come from
    ``get_min_gru_params``. Returns the outputs, (num_steps * batch_size,
    vocab_size), step after step, and the last state. See Feng et al. (2024);
    here ``Z`` is what is kept, as in ``gru``.
    """
    W_xz, b_z, W_xh, b_h, W_hq, b_q = params
    (H,) = state
    Z = torch.sigmoid(inputs @ W_xz + b_z)  # (num_steps, batch, h)
    candidate = inputs @ W_xh + b_h  # (num_steps, batch, h)
    states = scan(Z, (1 - Z) * candidate, H)  # (eq-min-gru)
    O = (states @ W_hq + b_q).flatten(0, 1)  # (num_steps * batch, vocab_size)
    return O, (states[-1],)


def scan(A: Tensor, B: Tensor, H: Tensor) -> Tensor:
    """Return ``H = A[t] * H + B[t]`` for each step, in log2(num_steps) rounds.

    ``A`` and ``B`` are (num_steps, batch_size, h), ``H`` is the initial state,
    (batch_size, h), and the result is (num_steps, batch_size, h). After each
    round, ``A[t]`` and ``B[t]`` cover twice as many steps up to ``t`` (Hillis
    and Steele, 1986).
    """
    B = torch.cat([A[:1] * H + B[:1], B[1:]])
    reach = 1  # steps that an entry covers
    while reach < len(B):
        B = torch.cat([B[:reach], A[reach:] * B[:-reach] + B[reach:]])
        A = torch.cat([A[:reach], A[reach:] * A[:-reach]])
        reach *= 2
    return B
