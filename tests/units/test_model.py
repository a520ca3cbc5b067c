"""The network against its equations, PyTorch, and finite differences."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from samples import close, library_twin, twin_gradients
from torch import nn

from charrnn import (
    RNNModel,
    RNNModelScratch,
    get_params,
    init_rnn_state,
    rnn,
)
from charrnn.model import one_hot

V, h, n, T = 7, 5, 3, 6  # vocabulary, hidden units, batch, steps


def random_params(sigma=0.5):
    """Return parameters in double precision, biases not zero."""
    shapes = [param.shape for param in get_params(V, h)]
    return [
        (sigma * torch.randn(shape, dtype=torch.float64)).requires_grad_()
        for shape in shapes
    ]


def test_parity_with_nn_rnn():
    params = random_params()
    layer, linear = library_twin(params)
    inputs = torch.randn(T, n, V, dtype=torch.float64)
    H_0 = torch.randn(n, h, dtype=torch.float64, requires_grad=True)
    H_1 = H_0.detach().clone().requires_grad_()

    Y, (H,) = rnn(inputs, (H_0,), params)  # (eq-hidden), (eq-output)
    states, H_lib = layer(inputs, H_1[None])
    Y_lib = linear(states).flatten(0, 1)
    close([Y, H], [Y_lib, H_lib[0]], rtol=1e-12)

    weights = torch.randn_like(Y)
    ((Y * weights).sum() + H.pow(2).sum()).backward()
    ((Y_lib * weights).sum() + H_lib.pow(2).sum()).backward()
    theirs = [*twin_gradients(layer, linear), H_1.grad]
    close([param.grad for param in (*params, H_0)], theirs)


def test_gradcheck():
    inputs = torch.randn(4, 2, V, dtype=torch.float64)
    H_0 = torch.randn(2, h, dtype=torch.float64, requires_grad=True)

    def outputs(H_0, *params):
        Y, (H,) = rnn(inputs, (H_0,), params)
        return Y, H

    assert torch.autograd.gradcheck(outputs, (H_0, *random_params()))


@given(st.integers(1, T - 1))
def test_two_windows_with_carried_state_equal_one(cut):
    params = random_params()
    inputs = torch.randn(T, n, V, dtype=torch.float64)
    start = (torch.randn(n, h, dtype=torch.float64),)
    whole, (H,) = rnn(inputs, start, params)
    first, state = rnn(inputs[:cut], start, params)
    second, (H_two,) = rnn(inputs[cut:], state, params)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(H_two, H)


def test_a_row_of_a_minibatch_equals_the_row_alone():
    params = random_params()
    inputs = torch.randn(T, n, V, dtype=torch.float64)
    H_0 = torch.randn(n, h, dtype=torch.float64)
    Y, _ = rnn(inputs, (H_0,), params)
    alone, _ = rnn(inputs[:, 1:2], (H_0[1:2],), params)
    torch.testing.assert_close(Y.reshape(T, n, V)[:, 1], alone)


def test_state_of_another_batch_size_is_not_broadcast():
    inputs, params = torch.zeros(T, n, V), get_params(V, h)
    for batch_size in (1, n + 1):
        with pytest.raises(ValueError, match="begin a new state"):
            rnn(inputs, init_rnn_state(batch_size, h), params)


@pytest.mark.parametrize("batch_size", [1, n + 1])
def test_a_network_plugged_in_does_not_broadcast_either(batch_size):
    def careless(inputs, state, params):
        W_xh, W_hh, *_ = params
        return inputs @ W_xh + state[0] @ W_hh, state

    net = RNNModelScratch(V, h, get_params, init_rnn_state, careless)
    X = torch.zeros(n, T, dtype=torch.int64)
    with pytest.raises(ValueError, match="begin a new state"):
        net(X, net.begin_state(batch_size))


@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_layers_of_pytorch_do_not_broadcast(layer):
    net = RNNModel(layer(V, h), V)
    with pytest.raises(RuntimeError, match="hidden"):
        net(torch.zeros(n, T, dtype=torch.int64), net.begin_state(1))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.RNN(V + 1, h), "input_size is 8.*vocab_size, 7"),
        (nn.RNN(V, h, batch_first=True), "batch_first"),
        (nn.GRU(V, h, bidirectional=True), "bidirectional"),
        (nn.LSTM(V, h, proj_size=2), "proj_size"),
    ],
)
def test_layers_that_do_not_fit(layer, message):
    with pytest.raises(ValueError, match=message):
        RNNModel(layer, V)


def test_a_step_of_a_network_plugged_in_is_its_own():
    def backwards(inputs, state, params):
        Y, state = rnn(inputs, state, params)
        return -Y, state

    params = get_params(V, h)
    ours, other = (
        RNNModelScratch(V, h, lambda *_: params, init_rnn_state, forward)
        for forward in (rnn, backwards)
    )
    X = torch.randint(V, (n,))
    Y, _ = ours.step(X, ours.begin_state(n))
    Y_other, _ = other.step(X, other.begin_state(n))
    torch.testing.assert_close(Y_other, -Y)


def test_initial_parameters():
    params = get_params(40, 300)
    W_xh, W_hh, b_h, W_hq, b_q = params
    shapes = [(40, 300), (300, 300), (300,), (300, 40), (40,)]
    assert [tuple(param.shape) for param in params] == shapes
    assert all(param.requires_grad and param.is_leaf for param in params)
    for W in (W_xh, W_hh, W_hq):
        assert abs(W.mean().item()) < 4 * 0.01 / W.numel() ** 0.5
        assert W.std().item() == pytest.approx(0.01, rel=0.03)
    assert not b_h.any() and not b_q.any()


def test_generator_makes_parameters_repeatable():
    def weights(seed):
        generator = torch.Generator().manual_seed(seed)
        return get_params(V, h, generator=generator)[1]

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_initial_state():
    state = init_rnn_state(n, h)
    assert isinstance(state, tuple)
    (H,) = state
    assert torch.equal(H, torch.zeros(n, h))


def test_one_hot_is_step_first():
    X = torch.tensor([[0, 2, 1], [3, 3, 0]])
    inputs = one_hot(X, 4)
    assert inputs.shape == (3, 2, 4) and inputs.dtype == torch.float32
    assert torch.equal(inputs[1, 0], torch.tensor([0.0, 0, 1, 0]))
    assert torch.equal(inputs.sum(dim=2), torch.ones(3, 2))


@pytest.mark.parametrize("index", [-1, V, V + 10])
def test_index_outside_the_vocabulary(model_of, index):
    X = torch.tensor([[0, index]])
    with pytest.raises(IndexError, match=f"{index}.*vocabulary has 0 to 6"):
        model_of(X, model_of.begin_state(1))


@pytest.mark.parametrize("index", [-1, V, V + 10])
def test_index_outside_the_vocabulary_in_a_step(model_of, index):
    with pytest.raises(IndexError, match=f"{index}.*vocabulary has 0 to 6"):
        model_of.step(torch.tensor([0, index]), model_of.begin_state(2))


@pytest.mark.parametrize("shape", [(), (0,), (n, 1), (1, 1), (n, 2, 3)])
def test_step_of_another_shape(model_of, shape):
    X = torch.zeros(shape, dtype=torch.int64)
    message = f"one step are .*not {re.escape(str(shape))}"
    with pytest.raises(ValueError, match=message):
        model_of.step(X, model_of.begin_state(n))


@pytest.mark.parametrize("batch_size", [1, n + 1])
def test_step_does_not_broadcast_a_state(model_of, batch_size):
    X = torch.zeros(n, dtype=torch.int64)
    with pytest.raises((ValueError, RuntimeError), match="new state|hidden"):
        model_of.step(X, model_of.begin_state(batch_size))


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (5,), (1, 2, 3)])
def test_minibatch_of_another_shape(model_of, shape):
    X = torch.zeros(shape, dtype=torch.int64)
    with pytest.raises(ValueError, match="batch_size, num_steps"):
        model_of(X, model_of.begin_state(1))


def scratch():
    return RNNModelScratch(V, h, get_params, init_rnn_state, rnn)


MODELS = {
    "scratch": scratch,
    "nn.RNN": lambda: RNNModel(nn.RNN(V, h), V),
    "nn.GRU": lambda: RNNModel(nn.GRU(V, h, num_layers=2), V),
    "nn.LSTM": lambda: RNNModel(nn.LSTM(V, h), V),
}
sizes = st.integers(1, 9)


@pytest.fixture(params=MODELS)
def model_of(request):
    return MODELS[request.param]()


def test_shapes(model_of):
    X = torch.randint(V, (n, T))
    state = model_of.begin_state(n)
    Y, new_state = model_of(X, state)
    assert Y.shape == (T * n, V)
    assert isinstance(state, tuple) and isinstance(new_state, tuple)
    for before, after in zip(state, new_state, strict=True):
        assert before.shape == after.shape
        assert not before.any() and after.any()


@pytest.mark.parametrize("layer", [None, nn.RNN, nn.GRU, nn.LSTM])
def test_steps_equal_a_minibatch(layer):
    @given(vocab_size=sizes, num_hiddens=sizes, batch_size=sizes, steps=sizes)
    def check(vocab_size, num_hiddens, batch_size, steps):
        if layer is None:
            net = RNNModelScratch(
                vocab_size, num_hiddens, get_params, init_rnn_state, rnn
            )
        else:
            net = RNNModel(layer(vocab_size, num_hiddens), vocab_size)
        for param in net.parameters():
            param.data = torch.randn_like(param, dtype=torch.float64)
        X = torch.randint(vocab_size, (batch_size, steps))
        expected, last = net(X, net.begin_state(batch_size))
        outputs, state = [], net.begin_state(batch_size)
        for x in X.T:
            Y, state = net.step(x, state)
            outputs.append(Y)
        close = {"rtol": 1e-10, "atol": 1e-12}
        torch.testing.assert_close(torch.cat(outputs), expected, **close)
        torch.testing.assert_close(state, last, **close)

    check()


def test_our_step_makes_no_one_hot_vectors(monkeypatch):
    net = scratch()
    monkeypatch.setattr("charrnn.model.one_hot", None)
    Y, (H,) = net.step(torch.randint(V, (n,)), net.begin_state(n))
    assert Y.shape == (n, V) and H.shape == (n, h)


def test_model_equals_its_forward_function():
    net = scratch()
    X = torch.randint(V, (n, T))
    Y, (H,) = net(X, net.begin_state(n))
    expected, (H_expected,) = rnn(
        one_hot(X, V), init_rnn_state(n, h), net.params
    )
    assert torch.equal(Y, expected) and torch.equal(H, H_expected)


def test_model_follows_the_type_of_its_parameters():
    net = RNNModelScratch(
        V, h, lambda *_: random_params(), init_rnn_state, rnn
    )
    Y, (H,) = net(torch.zeros(n, T, dtype=torch.int64), net.begin_state(n))
    assert Y.dtype == H.dtype == torch.float64
