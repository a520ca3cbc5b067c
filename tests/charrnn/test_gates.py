"""The networks with gates."""

import pytest
import torch
from shared.samples import T, V, close, h, library_rnn, n, random_case
from torch import nn

from charrnn import gates


def check_parity(network, get_params, layer, order):
    """Compare outputs, state, and gradients with those of PyTorch's layer."""
    inputs, _, H, params = random_case(get_params=get_params)
    state = (H, torch.randn_like(H)) if layer is nn.LSTM else (H,)
    outputs, last = network(inputs, state, params)
    expected, end = library_rnn(inputs, state, params, layer, order)
    close([outputs, *last], [expected, *end])
    weights = torch.randn_like(outputs)
    ours, theirs = (
        torch.autograd.grad((O * weights).sum(), params)
        for O in (outputs, expected)
    )
    close(ours, theirs)


def test_parity_with_nn_lstm():
    # (eq-lstm-gates), (eq-lstm-new), (eq-lstm-cell), (eq-lstm-hidden)
    order = [0, 1, 3, 2]  # in PyTorch, the candidate is before the output gate
    check_parity(gates.lstm, gates.get_lstm_params, nn.LSTM, order)


def test_parity_with_nn_gru():
    # (eq-gru-gates), (eq-gru-new), (eq-gru-hidden)
    order = [1, 0, 2]  # in PyTorch, the reset gate is before the update gate
    check_parity(gates.gru, gates.get_gru_params, nn.GRU, order)


@pytest.mark.parametrize("num_steps", [1, 2, 7, 8])
def test_a_scan_gives_the_states_of_a_loop(num_steps):
    A, B = torch.rand(2, num_steps, n, h, dtype=torch.float64)
    state = start = torch.rand(n, h, dtype=torch.float64)
    states = gates.scan(A, B, start)
    for t in range(num_steps):
        state = A[t] * state + B[t]
        assert torch.allclose(states[t], state)
    inputs = [tensor.requires_grad_() for tensor in (A, B, start)]
    assert torch.autograd.gradcheck(gates.scan, inputs)


def test_a_min_gru_is_a_gru_whose_gates_see_only_the_input():
    get_params = gates.get_min_gru_params
    inputs, _, state, params = random_case(get_params=get_params)
    W_xz, b_z, W_xh, b_h, W_hq, b_q = params
    outputs, (last,) = gates.min_gru(inputs, (state,), params)
    for X, O in zip(inputs, outputs.view(T, n, V), strict=True):
        Z = torch.sigmoid(X @ W_xz + b_z)
        state = Z * state + (1 - Z) * (X @ W_xh + b_h)  # (eq-min-gru)
        assert torch.allclose(O, state @ W_hq + b_q)
    assert torch.allclose(last, state)


def test_the_forget_gate_begins_open():
    params = gates.get_lstm_params(V, h)
    assert (params[5] == 1).all()
    assert not any(params[i].any() for i in (2, 8, 11, 13))
    assert (gates.get_lstm_params(V, h, forget_bias=3)[5] == 3).all()


def test_a_gradient_can_explode_through_the_matrices_of_an_lstm():
    params = [torch.zeros(1, 1) for _ in range(14)]
    params[2] = params[8] = torch.full((1, 1), 40.0)  # b_i, b_o: gates at 1
    params[10] = torch.full((1, 1), 3.0)  # W_hc; the forget gate is at 0.5
    C = torch.zeros(1, 1, requires_grad=True)
    _, (_, after) = gates.lstm(torch.zeros(1, 1, 1), (C.tanh(), C), params)
    assert torch.autograd.grad(after, C)[0] == 0.5 + 3
