"""Backpropagation by hand, plain and in place, against autograd."""

import inspect
import linecache

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.samples import TEXT, close, library_rnn, networks, random_case
from torch.nn import functional as F

from charrnn import Vocab, bptt, gates, model, rnn, sgd
from charrnn.bptt import Backpropagation
from charrnn.in_place import InPlaceBackpropagation, tanh_
from charrnn.model import is_rnn

sizes = st.integers(1, 6)


@given(sizes, sizes, sizes, sizes)
def test_gradients_equal_autograd(V, h, n, T):
    inputs, Y, H_0, params = random_case(V, h, n, T)
    outputs, H = bptt.run(inputs, H_0, params)
    assert not outputs.requires_grad  # no graph was recorded
    dO = bptt.logit_gradients(outputs, Y)
    ours = bptt.backward(inputs, H, dO, params)  # (eq-parameter-gradients)
    for network in (rnn, library_rnn):
        theirs, (H_T,) = network(inputs, (H_0,), params)
        close([outputs.flatten(0, 1), H[0], H[-1]], [theirs, H_0, H_T])
        loss = F.cross_entropy(theirs, Y.T.reshape(-1))
        close(ours, torch.autograd.grad(loss, params))


def test_state_gradients_equal_autograd_at_every_step():
    inputs, Y, H_0, params = random_case()
    W_xh, W_hh, b_h, W_hq, b_q = params
    states = [H_0.requires_grad_()]
    for X in inputs:
        states.append(torch.tanh(X @ W_xh + states[-1] @ W_hh + b_h))
    outputs = torch.stack(states[1:]) @ W_hq + b_q
    loss = F.cross_entropy(outputs.flatten(0, 1), Y.T.reshape(-1))
    expected = torch.autograd.grad(loss, [outputs, *states])
    dO = bptt.logit_gradients(outputs, Y)
    H = torch.stack(states)
    dH, dA = bptt.state_gradients(dO, H, W_hh, W_hq)
    close([dO, *dH], expected)  # (eq-logit-gradient), (eq-state-gradient)
    close([dA], [dH[1:] * (1 - H[1:] ** 2)])  # (eq-slope)


def results_of(gradients, model, X, Y, state):
    """Return the loss, the state, and the gradients of a minibatch."""
    loss, (H,) = gradients(X, Y, state)
    return [loss, H, *(param.grad for param in model.params)]


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=4))
def test_in_place_equals_the_lesson_minibatch_after_minibatch(shapes):
    _, model = networks(Vocab(TEXT))
    plain, in_place = Backpropagation(model), InPlaceBackpropagation(model)
    found, expected = [], []
    for shape in shapes:
        X, Y = torch.randint(model.vocab_size, (2, *shape))
        state = (torch.randn(shape[0], 6, dtype=torch.float64),)
        expected += results_of(plain, model, X, Y, state)
        found += results_of(in_place, model, X, Y, state)
        sgd(model.params, 1, batch_size=1)  # the parameters change
    close(found, expected)  # what was returned before is not overwritten


@given(st.floats(-30, 30))
def test_tanh_in_place_is_as_exact_as_the_rounding_of_1(value):
    A = torch.tensor([value])
    close([tanh_(A.clone())], [torch.tanh(A)], rtol=0, atol=2e-7)


def test_a_parameter_without_requires_grad_gets_no_gradient(model):
    model.params[3].requires_grad_(False)
    X, Y = torch.randint(model.vocab_size, (2, 4, 10))
    Backpropagation(model)(X, Y, model.begin_state(4))
    has_none = [param.grad is None for param in model.params]
    assert has_none == [False, False, False, True, False]


@pytest.mark.parametrize("by_hand", [Backpropagation, InPlaceBackpropagation])
@pytest.mark.parametrize(
    ("X", "Y", "n", "error", "message"),
    [
        ([[0, 99]], [[0, 0]], 1, IndexError, "vocabulary has 0 to"),
        ([[0]], [[99]], 1, RuntimeError, "num_classes"),
        ([[0]], [[0]], 2, ValueError, "state is for a batch size"),
    ],
)
def test_invalid_minibatches_raise(model, by_hand, X, Y, n, error, message):
    state = model.begin_state(batch_size=n)
    with pytest.raises(error, match=message):
        by_hand(model)(torch.tensor(X), torch.tensor(Y), state)


def test_a_model_with_a_forward_function_of_its_own_raises(model):
    model.forward = gates.gru
    with pytest.raises(ValueError, match="leave gradients out"):
        Backpropagation(model)


def test_a_copy_of_rnn_is_accepted_unless_it_is_edited():
    def define(code):
        names = vars(model).copy()
        lines = code.splitlines(keepends=True)
        linecache.cache["cell"] = len(code), None, lines, "cell"
        exec(compile(code, "cell", "exec"), names)
        return names["rnn"]

    code = inspect.getsource(rnn)
    assert is_rnn(define(code))
    assert not is_rnn(define(code.replace("tanh", "relu")))
