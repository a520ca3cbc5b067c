"""The networks with gates."""

import pytest
import torch
from shared.samples import close
from torch import nn

from charrnn import gates, init_rnn_state

V, H, BATCH, STEPS = 5, 4, 3, 6
NETWORKS = {
    "lstm": (gates.get_lstm_params, gates.init_lstm_state, gates.lstm),
    "gru": (gates.get_gru_params, init_rnn_state, gates.gru),
    "min_gru": (gates.get_min_gru_params, init_rnn_state, gates.min_gru),
}
# The order of the gates in PyTorch's matrices: for an LSTM input, forget,
# candidate, output; for a GRU reset, update, candidate.
ORDER = {"lstm": [0, 1, 3, 2], "gru": [1, 0, 2]}
LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU}


def draw(name):
    """Return parameters in double precision, with biases that are not zero."""
    generator = torch.Generator().manual_seed(0)
    params = NETWORKS[name][0](V, H, generator=generator)
    return [
        (p.detach().double() + torch.randn(p.shape, generator=generator))
        .requires_grad_()
        for p in params
    ]  # fmt: skip


def stacked(name, tensors):
    """Return W_x, W_h, and b of all gates together, in PyTorch's order."""
    return (
        torch.cat([tensors[3 * gate + part] for gate in ORDER[name]], dim=-1)
        for part in range(3)
    )


def in_layer(name, params):
    """Return PyTorch's layer with the same parameters."""
    layer = LAYERS[name](V, H).double()
    W_x, W_h, b = stacked(name, params)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(W_x.T)
        layer.weight_hh_l0.copy_(W_h.T)
        layer.bias_ih_l0.copy_(b)
        layer.bias_hh_l0.zero_()
    return layer


def check_parity(name):
    """Compare outputs, state, and gradients with those of PyTorch's layer."""
    params = draw(name)
    layer = in_layer(name, params)
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(STEPS, BATCH, V, generator=generator).double()
    num_tensors = 2 if name == "lstm" else 1
    carried = torch.randn(num_tensors, 1, BATCH, H, generator=generator)
    carried = tuple(carried.double())
    outputs, last = NETWORKS[name][2](
        inputs, tuple(S[0] for S in carried), params
    )
    hidden, end = layer(inputs, carried if name == "lstm" else carried[0])
    expected = hidden.flatten(0, 1) @ params[-2] + params[-1]
    ends = end if name == "lstm" else (end,)
    close([outputs, *last], [expected, *(S[0] for S in ends)])
    weights = torch.randn(outputs.shape, generator=generator).double()
    ours = torch.autograd.grad((outputs * weights).sum(), params[:-2])
    theirs = torch.autograd.grad(
        (expected * weights).sum(),
        [layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0],
    )
    W_x, W_h, b = stacked(name, ours)
    close([W_x.T, W_h.T, b], theirs)


def test_parity_with_nn_lstm():
    # (eq-lstm-gates), (eq-lstm-new), (eq-lstm-cell), (eq-lstm-hidden)
    check_parity("lstm")


def test_parity_with_nn_gru():
    check_parity("gru")  # (eq-gru-gates), (eq-gru-new), (eq-gru-hidden)


@pytest.mark.parametrize("num_steps", [1, 2, 7, 8])
def test_a_scan_gives_the_states_of_a_loop(num_steps):
    generator = torch.Generator().manual_seed(0)
    A, B = torch.rand(2, num_steps, BATCH, H, generator=generator).double()
    state = start = torch.rand(BATCH, H, generator=generator).double()
    states = gates.scan(A, B, start)
    for t in range(num_steps):
        state = A[t] * state + B[t]
        assert torch.allclose(states[t], state)
    inputs = [tensor.requires_grad_() for tensor in (A, B, start)]
    assert torch.autograd.gradcheck(gates.scan, inputs)


def test_a_min_gru_is_a_gru_whose_gates_see_only_the_input():
    W_xz, b_z, W_xh, b_h, W_hq, b_q = params = draw("min_gru")
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(STEPS, BATCH, V, generator=generator).double()
    state = torch.randn(BATCH, H, generator=generator).double()
    outputs, (last,) = gates.min_gru(inputs, (state,), params)
    for X, O in zip(inputs, outputs.view(STEPS, BATCH, V), strict=True):
        Z = torch.sigmoid(X @ W_xz + b_z)
        state = Z * state + (1 - Z) * (X @ W_xh + b_h)  # (eq-min-gru)
        assert torch.allclose(O, state @ W_hq + b_q)
    assert torch.allclose(last, state)


def test_the_forget_gate_begins_open():
    params = gates.get_lstm_params(V, H)
    assert (params[5] == 1).all()
    assert not any(params[i].any() for i in (2, 8, 11, 13))
    assert (gates.get_lstm_params(V, H, forget_bias=3)[5] == 3).all()


def test_weights_are_scaled_by_the_number_of_units():
    generator = torch.Generator().manual_seed(0)
    W_x, W_h, b, W_hq, b_q = gates.draw_params(30, 400, 1, generator)
    for W in (W_x, W_h, W_hq):
        assert W.std().item() == pytest.approx(400**-0.5, rel=0.05)
    assert not b.any() and not b_q.any()
