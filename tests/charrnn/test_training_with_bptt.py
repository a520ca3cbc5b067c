"""The class ``Backpropagation``: training with gradients by hand."""

from functools import partial

import pytest
import torch
from shared.samples import TEXT, close, make_model, short_task
from torch import nn
from torch.nn import functional as F

from bookkit.processor import precision
from charrnn import (
    RNNModel,
    RNNModelScratch,
    Vocab,
    bptt,
    get_params,
    init_rnn_state,
    rnn,
    train_rnn,
)
from charrnn.bptt import Backpropagation
from charrnn.training import differentiate


def double_params(*sizes):
    params = [param.detach().double() for param in get_params(*sizes)]
    return [(10 * param).requires_grad_() for param in params]


def train_twice(use_random_iter, **options):
    """Return two models and histories of one task, the second by hand."""
    results = []
    for by_hand in (False, True):
        batches, vocab = short_task(use_random_iter)
        torch.manual_seed(0)
        model = make_model(vocab, params=double_params)
        history = train_rnn(
            model, batches, vocab, 1, 5, use_random_iter,
            theta=0.5, report=False,
            gradients=Backpropagation(model, **options) if by_hand else None,
        )  # fmt: skip
        results.append((model, history))
    return results


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_training_by_hand_equals_training_by_autograd(use_random_iter):
    (model, history), (by_hand, recorded) = train_twice(use_random_iter)
    close(model.params, by_hand.params, rtol=1e-9, atol=1e-11)
    assert recorded.perplexity == pytest.approx(history.perplexity, rel=1e-9)
    ours, theirs = sum(recorded.norms, []), sum(history.norms, [])
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert max(history.clipped) > 0  # and clipping took part


def test_training_with_hidden_products_in_bfloat16():
    (_, history), (model, rounded) = train_twice(
        False, hidden_dtype=torch.bfloat16
    )
    assert rounded.perplexity == pytest.approx(history.perplexity, rel=0.05)
    assert rounded.perplexity != history.perplexity
    assert {param.dtype for param in model.params} == {torch.float64}


def test_tensors_are_reused_until_size_or_dtype_changes():
    vocab, places = Vocab(TEXT), []
    model = make_model(vocab)
    gradients = Backpropagation(model)
    for size, dtype in [
        ((4, 10), torch.float32),
        ((4, 10), torch.float32),
        ((2, 10), torch.float32),
        ((4, 7), torch.float32),
        ((4, 7), torch.float64),
    ]:
        for param in model.params:
            param.grad, param.data = None, param.data.to(dtype)
        gradients.hidden_dtype = dtype
        X, Y = torch.randint(len(vocab), (2, *size))
        state = model.begin_state(size[0])
        mean_loss, (H,) = differentiate(model, F.cross_entropy, X, Y, state)
        expected = [mean_loss, H, *(param.grad for param in model.params)]
        mean_loss, (H,) = gradients(X, Y, state)
        found = [mean_loss, H, *(param.grad for param in model.params)]
        torch.testing.assert_close(found, expected)
        large = gradients.H, gradients.dH, gradients.dA
        places.append([tensor.data_ptr() for tensor in large])
    assert places[0] == places[1]


def test_the_next_minibatch_leaves_a_returned_state_as_it_is():
    model = make_model(Vocab(TEXT), 8)
    X, Y = torch.randint(model.vocab_size, (2, 4, 10))
    gradients = Backpropagation(model)
    _, (H,) = gradients(X, Y, model.begin_state(4))
    before = H.clone()
    gradients(Y, X, (H,))
    assert torch.equal(H, before)


def test_a_parameter_without_requires_grad_is_not_updated():
    batches, vocab = short_task()
    model = make_model(vocab)
    model.params[3].requires_grad_(False)
    start = [param.detach().clone() for param in model.params]
    train_rnn(
        model, batches, vocab, 1, 1, report=False,
        gradients=Backpropagation(model),
    )  # fmt: skip
    same = [
        torch.equal(*pair) for pair in zip(start, model.params, strict=True)
    ]
    assert same == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("indices", "batch_size", "error", "message"),
    [
        ([[0, -1]], 1, IndexError, "from -1 to 0, .* has 0 to 2"),
        ([[99, 0]], 1, IndexError, "from 0 to 99, .* has 0 to 2"),
        ([[]], 1, ValueError, "neither of them 0"),
        ([[0], [0]], 4, ValueError, r"\(2, 32\), not \(4, 32\)"),
    ],
)
def test_invalid_minibatches_raise(indices, batch_size, error, message):
    model = make_model(Vocab("ab"))
    X = torch.tensor(indices, dtype=torch.int64)
    with pytest.raises(error, match=message):
        Backpropagation(model)(X, X, model.begin_state(batch_size))


def test_an_integer_hidden_dtype_raises():
    with pytest.raises(ValueError, match="point type, not torch.int64"):
        Backpropagation(make_model(Vocab(TEXT)), torch.int64)


# Which models are accepted


def curved(function):
    """Return ``rnn`` with another activation function."""

    def forward(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = function(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq + b_q)
        return torch.cat(outputs), (H,)

    return forward


def narrow(inputs, state, params):
    outputs, state = rnn(inputs, state, params)
    return outputs[:, 1:], state


def doubled(inputs, state, params):
    outputs, state = rnn(inputs, state, params)
    return outputs, state + state


OTHERS = {
    "narrow": partial(make_model, forward=narrow),
    "doubled": partial(make_model, forward=doubled),
    "sine": partial(make_model, forward=curved(torch.sin)),
    "six": partial(
        make_model, params=lambda V, h: [*get_params(V, h), torch.zeros(1)]
    ),
    "swapped": partial(make_model, params=lambda V, h: get_params(h + V, V)),
    "two tensors": lambda vocab, h: RNNModelScratch(
        len(vocab), h, get_params, lambda n, h: 2 * init_rnn_state(n, h), rnn
    ),
    "nn.LSTM": lambda vocab, h: RNNModel(nn.LSTM(len(vocab), h), len(vocab)),
}


@pytest.mark.parametrize("num_hiddens", [3, 256])
@pytest.mark.parametrize("name", OTHERS)
def test_a_model_with_other_equations_raises(name, num_hiddens):
    model = OTHERS[name](Vocab(TEXT), num_hiddens)
    with pytest.raises(ValueError, match="the model has others: leave"):
        Backpropagation(model)


@pytest.mark.parametrize("scale", [0.001, 1, 100])
@pytest.mark.parametrize("num_hiddens", [1, 64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_model_with_the_same_equations_is_accepted(
    num_hiddens, scale, dtype
):
    vocab, before = Vocab(TEXT), torch.get_rng_state()
    model = make_model(vocab, num_hiddens, forward=curved(torch.tanh))
    torch.set_rng_state(before)
    for param in model.params:
        values = scale * torch.linspace(-1, 2, param.numel(), dtype=dtype)
        param.data = values.view_as(param)
    assert bptt.computes_run(model)
    assert torch.equal(torch.get_rng_state(), before)


def test_other_equations_are_rejected_at_low_precision():
    model = OTHERS["sine"](Vocab(TEXT), 256)
    with precision("medium"):
        assert not bptt.computes_run(model)
