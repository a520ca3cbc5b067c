"""The network against its equations and PyTorch."""

import re
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.samples import T, V, close, h, library_rnn, n, random_case
from torch import nn

from charrnn import (
    RNNModel,
    RNNModelScratch,
    gates,
    get_params,
    init_rnn_state,
    rnn,
)
from charrnn.model import one_hot

PLAIN = get_params, init_rnn_state, rnn
LSTM = gates.get_lstm_params, gates.init_lstm_state, gates.lstm
MODELS = {
    "scratch": lambda V, h: RNNModelScratch(V, h, *PLAIN),
    "LSTM": lambda V, h: RNNModelScratch(V, h, *LSTM),
    "nn.GRU": lambda V, h: RNNModel(nn.GRU(V, h, num_layers=2), V),
    "nn.LSTM": lambda V, h: RNNModel(nn.LSTM(V, h), V),
}
sizes = st.integers(1, 9)


def test_parity_with_nn_rnn():
    inputs, _, H_0, params = random_case()
    H_0.requires_grad_()
    Y, (H,) = rnn(inputs, (H_0,), params)  # (eq-hidden), (eq-output)
    Y_lib, (H_lib,) = library_rnn(inputs, (H_0,), params)
    close([Y, H], [Y_lib, H_lib], rtol=1e-12)

    weights, leaves = torch.randn_like(Y), [*params, H_0]
    ours, theirs = (
        torch.autograd.grad((Y * weights).sum() + H.pow(2).sum(), leaves)
        for Y, H in [(Y, H), (Y_lib, H_lib)]
    )
    close(ours, theirs)


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
@given(vocab_size=sizes, num_hiddens=sizes, batch_size=sizes, steps=sizes)
def test_steps_equal_a_minibatch(
    make, vocab_size, num_hiddens, batch_size, steps
):
    net = make(vocab_size, num_hiddens)
    for param in net.parameters():
        param.data = torch.randn_like(param, dtype=torch.float64)
    X = torch.randint(vocab_size, (batch_size, steps))
    start = net.begin_state(batch_size)
    assert isinstance(start, tuple) and not any(S.any() for S in start)
    expected, last = net(X, start)
    assert expected.shape == (steps * batch_size, vocab_size)
    outputs, state = [], start
    for x in X.T:
        Y, state = net(x[:, None], state)
        outputs.append(Y)
    close([torch.cat(outputs), *state], [expected, *last])
    assert [S.shape for S in start] == [S.shape for S in state]


def test_a_state_of_another_batch_size_is_not_broadcast():
    net, X = MODELS["scratch"](V, h), torch.zeros(n, T, dtype=torch.int64)
    with pytest.raises(ValueError, match="begin a new state"):
        net(X, net.begin_state(1))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.RNN(V + 1, h), "input_size is 8.*vocab_size, 7"),
        (nn.RNN(V, h, batch_first=True), "batch_first"),
        (nn.GRU(V, h, bidirectional=True), "bidirectional"),
        (nn.LSTM(V, h, proj_size=2), "proj_size"),
    ],
)
def test_unsuitable_layers_raise(layer, message):
    with pytest.raises(ValueError, match=message):
        RNNModel(layer, V)


@pytest.mark.parametrize("name", ["scratch", "nn.GRU"])
@pytest.mark.parametrize("index", [-1, V])
def test_an_index_outside_the_vocabulary_raises(name, index):
    net = MODELS[name](V, h)
    with pytest.raises(IndexError, match=f"{index}.*vocabulary has 0 to"):
        net(torch.tensor([[0, index]]), net.begin_state(1))


@pytest.mark.parametrize("shape", [(0, 5), (5,), (1, 2, 3)])
def test_indices_of_a_wrong_shape_raise(shape):
    with pytest.raises(ValueError, match=re.escape(f"not {shape}")):
        one_hot(torch.zeros(shape, dtype=torch.int64), V)


@pytest.mark.parametrize(
    ("make", "scale"),
    [(get_params, 0.01), (partial(gates.draw_params, num_triples=1), 0.05)],
)
def test_weights_are_drawn_to_scale_and_biases_are_zero(make, scale):
    W_xh, W_hh, b_h, W_hq, b_q = make(40, 400)  # 0.05 is 1 / sqrt(400)
    for W in (W_xh, W_hh, W_hq):
        assert abs(W.mean().item()) < 4 * scale / W.numel() ** 0.5
        assert W.std().item() == pytest.approx(scale, rel=0.03)
    assert not b_h.any() and not b_q.any()


@pytest.mark.parametrize(
    "make",
    [
        get_params,
        gates.get_lstm_params,
        gates.get_gru_params,
        gates.get_min_gru_params,
    ],
)
def test_a_generator_makes_parameters_repeatable(make):
    first, second = (
        make(V, h, generator=torch.Generator().manual_seed(1))
        for _ in range(2)
    )
    assert all(map(torch.equal, first, second))
