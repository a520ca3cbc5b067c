"""Clipping, the state between minibatches, perplexity, and the loops."""

import contextlib
import math
import re
import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from charrnn import (
    History,
    RNNModel,
    RNNModelScratch,
    Vocab,
    get_params,
    grad_clipping,
    init_rnn_state,
    predict_rnn,
    rnn,
    sgd,
    train_epoch_rnn,
    train_rnn,
)
from charrnn.corpus import Minibatches, rows
from charrnn.training import (
    Backpropagation,
    DivergenceError,
    differentiate,
    evaluate,
)

TEXT = "the time traveller for so it will be convenient to speak of him "


def short_task(use_random_iter=False, repeats=4):
    """Return minibatches of a repeated sentence, and its vocabulary."""
    vocab = Vocab(TEXT)
    corpus = torch.tensor(vocab[list(TEXT * repeats)])
    generator = torch.Generator().manual_seed(0)
    batches = Minibatches(corpus, 4, 10, use_random_iter, generator=generator)
    return batches, vocab


def make_model(vocab, num_hiddens=32):
    return RNNModelScratch(
        len(vocab), num_hiddens, get_params, init_rnn_state, rnn
    )


class Quantities:
    """Hold parameters with given gradients, as a model does."""

    def __init__(self, *gradients):
        self.params = [torch.zeros_like(g) for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()

    def parameters(self):
        return self.params


# Clipping


@given(st.floats(0.01, 100), st.floats(1e-6, 1e6))
def test_clipping_equals_that_of_pytorch(theta, scale):
    gradients = [scale * torch.randn(4, 3), scale * torch.randn(5)]
    ours, theirs = Quantities(*gradients), Quantities(*gradients)
    norm = grad_clipping(ours, theta)  # (eq-clip)
    expected = nn.utils.clip_grad_norm_(theirs.parameters(), theta)
    assert norm == pytest.approx(expected.item(), rel=1e-5)
    for a, b in zip(ours.params, theirs.params, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-4, atol=0)


@given(st.floats(0.01, 10))
def test_clipping_keeps_the_direction_and_limits_the_norm(theta):
    gradient = torch.randn(50, dtype=torch.float64)
    net = Quantities(gradient[:20], gradient[20:])
    norm = grad_clipping(net, theta)  # (eq-clip)
    clipped = torch.cat([p.grad for p in net.params])
    assert norm == pytest.approx(gradient.norm().item())
    assert clipped.norm().item() == pytest.approx(min(norm, theta))
    cosine = nn.functional.cosine_similarity(clipped, gradient, dim=0)
    assert cosine.item() == pytest.approx(1)


@pytest.mark.parametrize("theta", [5.0, 5.5, math.inf])
def test_small_gradients_are_left_untouched(theta):
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    assert grad_clipping(net, theta) == 5
    assert net.params[0].grad.item() == 3 and net.params[1].grad.item() == 4


def test_the_norm_is_that_of_all_parameters_together():
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    assert grad_clipping(net, 1) == 5
    assert net.params[0].grad.item() == pytest.approx(0.6)
    assert net.params[1].grad.item() == pytest.approx(0.8)


def test_clipping_accepts_a_module():
    net = nn.Linear(3, 2)
    (1000 * net(torch.ones(1, 3)).sum()).backward()
    assert grad_clipping(net, 1) > 1
    norm = torch.cat([p.grad.flatten() for p in net.parameters()]).norm()
    assert norm.item() == pytest.approx(1)


def test_parameters_without_a_gradient_are_passed_over():
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    net.params[1].grad = None
    assert grad_clipping(net, 1) == 3


def test_large_finite_gradients_are_clipped_not_refused():
    net = Quantities(torch.full((4,), 1e30))
    assert grad_clipping(net, 1) == pytest.approx(2e30)
    assert net.params[0].grad.norm().item() == pytest.approx(1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_non_finite_gradients_are_refused(bad):
    net = Quantities(torch.tensor([1.0, bad]))
    with pytest.raises(FloatingPointError, match="smaller lr"):
        grad_clipping(net, 1)


@pytest.mark.parametrize("theta", [0, -1, math.nan])
def test_bad_theta(theta):
    net = Quantities(torch.ones(2))
    with pytest.raises(ValueError, match="theta must be positive"):
        grad_clipping(net, theta)
    assert torch.equal(net.params[0].grad, torch.ones(2))


def test_clipping_before_backward():
    with pytest.raises(ValueError, match="run backward"):
        grad_clipping(nn.Linear(2, 2), 1)


# Gradient descent


def test_sgd_equals_that_of_pytorch():
    W = torch.randn(4, 3, requires_grad=True)
    W_lib = W.detach().clone().requires_grad_()
    for param in (W, W_lib):
        param.pow(3).sum().backward()
    sgd([W], 0.1, batch_size=5)
    torch.optim.SGD([W_lib], lr=0.1 / 5).step()
    torch.testing.assert_close(W, W_lib)


def test_sgd_passes_over_parameters_without_a_gradient():
    W = torch.ones(2, requires_grad=True)
    sgd([W], 0.1, 1)
    assert torch.equal(W, torch.ones(2))


# The epoch


class Recorder:
    """Pass calls on to a model, and record the states it starts from."""

    def __init__(self, net):
        self.net, self.states, self.results = net, [], []

    def __call__(self, X, state):
        self.states.append(state)
        Y, state = self.net(X, state)
        self.results.append(state)
        return Y, state

    def __getattr__(self, name):
        return getattr(self.net, name)


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_is_carried_or_reset(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    net = Recorder(make_model(vocab))
    loss = nn.CrossEntropyLoss()
    for _ in range(2):
        net.states.clear()
        net.results.clear()
        train_epoch_rnn(
            net, batches, loss, lambda _: sgd(net.params, 1, 1),
            use_random_iter,
        )  # fmt: skip
        assert len(net.states) > 2
        assert not any(S.requires_grad for (S,) in net.states)
        assert not net.states[0][0].any()  # zero at the start of an epoch
        for (H,), (before,) in zip(net.states[1:], net.results, strict=False):
            if use_random_iter:
                assert not H.any()
            else:
                assert H.any() and torch.equal(H, before)


def test_perplexity_of_a_uniform_model_is_the_vocabulary_size():
    batches, vocab = short_task()
    net = RNNModelScratch(
        len(vocab), 4,
        lambda V, h: [
            torch.zeros_like(p, dtype=torch.float64).requires_grad_()
            for p in get_params(V, h)
        ],
        init_rnn_state, rnn,
    )  # fmt: skip
    perplexity, speed = train_epoch_rnn(
        net, batches, nn.CrossEntropyLoss(), lambda batch_size: None, False
    )
    assert perplexity == pytest.approx(len(vocab), rel=1e-12)
    assert speed > 0


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_perplexity_is_weighted_by_tokens(reduction):
    _, vocab = short_task()
    net = make_model(vocab)
    sizes = [(2, 3), (2, 11)]
    batches = [
        tuple(torch.randint(1, len(vocab), (2, *size))) for size in sizes
    ]
    with torch.no_grad():
        net.params[4].normal_()  # far from uniform
        losses = torch.cat([
            nn.functional.cross_entropy(
                net(X, net.begin_state(2))[0], Y.T.reshape(-1),
                reduction="none",
            )
            for X, Y in batches
        ])  # fmt: skip
    perplexity, _ = train_epoch_rnn(
        net, batches, nn.CrossEntropyLoss(reduction=reduction),
        lambda batch_size: None, True,
    )  # fmt: skip
    expected = losses.double().mean().exp().item()  # (eq-perplexity)
    assert perplexity == pytest.approx(expected, rel=1e-5)


def test_the_updater_receives_clipped_gradients_of_this_step_alone():
    batches, vocab = short_task()
    net, seen, norms = make_model(vocab), [], []

    def updater(batch_size):
        assert batch_size == 1
        gradients = [p.grad.flatten() for p in net.parameters()]
        seen.append(torch.cat(gradients).norm().item())

    train_epoch_rnn(
        net, batches, nn.CrossEntropyLoss(), updater, True,
        theta=0.05, grad_norms=norms,
    )  # fmt: skip
    # The parameters stay, so a gradient that added up would grow.
    assert len(norms) == len(seen) == len(list(batches))
    assert min(norms) > 0.05 and max(norms) < 2 * min(norms)
    assert seen == pytest.approx([0.05] * len(seen))


def test_an_optimizer_steps_as_sgd_by_hand():
    def train(make_updater):
        torch.manual_seed(0)
        batches, vocab = short_task()
        net = make_model(vocab)
        train_epoch_rnn(
            net, batches, nn.CrossEntropyLoss(), make_updater(net), False
        )
        return net.params

    by_hand = train(lambda net: lambda _: sgd(net.params, 0.5, 1))
    library = train(lambda net: torch.optim.SGD(net.params, lr=0.5))
    for a, b in zip(by_hand, library, strict=True):
        torch.testing.assert_close(a, b)


def test_no_minibatch():
    _, vocab = short_task()
    with pytest.raises(ValueError, match="no minibatch"):
        train_epoch_rnn(
            make_model(vocab), [], nn.CrossEntropyLoss(), print, False
        )


def test_changing_batch_size_is_not_broadcast():
    _, vocab = short_task()
    one, three = torch.ones(1, 4), torch.ones(3, 4)
    batches = [(X.long(), X.long()) for X in (one, three)]
    with pytest.raises(ValueError, match="begin a new state"):
        train_epoch_rnn(
            make_model(vocab), batches, nn.CrossEntropyLoss(),
            lambda _: None, False,
        )  # fmt: skip


# The whole training


def overfit(net, batches, vocab, use_random_iter=False, **options):
    return train_rnn(
        net, batches, vocab, 1, 100, use_random_iter,
        progress=False, report=False, **options,
    )  # fmt: skip


def test_a_short_text_is_learnt_by_heart():
    batches, vocab = short_task()
    net = make_model(vocab, 64)
    history = overfit(
        net, batches, vocab, updater=torch.optim.Adam(net.params, lr=0.01)
    )
    assert history.perplexity[-1] < 1.05
    learnt = predict_rnn("the time traveller", 40, net, vocab)
    assert learnt == TEXT[:58]


def gru_params(vocab_size, num_hiddens):
    """Return W_x, W_h, b for update, reset and candidate; W_hq, b_q."""
    V, h = vocab_size, num_hiddens
    shapes = 3 * [(V, h), (h, h), (h,)] + [(h, V), (V,)]
    return [(0.1 * torch.randn(s)).requires_grad_() for s in shapes]


def gru(inputs, state, params):
    """Run a gated recurrent unit, plugged in as a reader would do it."""
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        candidate = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = Z * H + (1 - Z) * candidate
        outputs.append(H @ W_hq + b_q)
    return torch.cat(outputs), (H,)


def two_tensor_state(batch_size, num_hiddens):
    return 2 * init_rnn_state(batch_size, num_hiddens)


def two_memories(inputs, state, params):
    """Run the network with a second, slower memory beside the first."""
    H, C = state
    W_xh, W_hh, b_h, W_hq, b_q = params
    outputs = []
    for X in inputs:
        H = torch.tanh(X @ W_xh + (H + C) @ W_hh / 2 + b_h)
        C = 0.9 * C + 0.1 * H
        outputs.append((H + C) @ W_hq + b_q)
    return torch.cat(outputs), (H, C)


PLUGGED_IN = {
    "gru": lambda V: RNNModelScratch(V, 64, gru_params, init_rnn_state, gru),
    "two tensors": lambda V: RNNModelScratch(
        V, 64, get_params, two_tensor_state, two_memories
    ),
    "nn.RNN": lambda V: RNNModel(nn.RNN(V, 64), V),
    "nn.GRU": lambda V: RNNModel(nn.GRU(V, 64), V),
    "nn.LSTM": lambda V: RNNModel(nn.LSTM(V, 64), V),
}


@pytest.mark.parametrize("use_random_iter", [False, True])
@pytest.mark.parametrize("name", PLUGGED_IN)
def test_the_same_trainer_trains_other_networks(name, use_random_iter):
    batches, vocab = short_task(use_random_iter)
    net = PLUGGED_IN[name](len(vocab))
    updater = torch.optim.Adam(net.parameters(), lr=0.02)
    history = overfit(net, batches, vocab, use_random_iter, updater=updater)
    assert history.perplexity[0] > 10
    assert history.perplexity[-1] < 1.8


def test_default_updater_trains_both_kinds_of_model():
    batches, vocab = short_task()
    for net in (make_model(vocab), PLUGGED_IN["nn.RNN"](len(vocab))):
        history = overfit(net, batches, vocab)
        assert history.perplexity[-1] < 0.7 * history.perplexity[0]


def test_history():
    history = History(theta=1)
    history.append(3.0, [0.5, 1.0, 1.5, 2.5], 100.0)
    assert len(history) == 1
    assert history.perplexity == [3.0]
    assert history.grad_norm == [2.5]
    assert history.clipped == [0.5]
    assert history.tokens_per_sec == [100.0]


def test_training_is_repeatable():
    def perplexities():
        torch.manual_seed(3)
        batches, vocab = short_task(True)
        return overfit(make_model(vocab), batches, vocab, True).perplexity

    assert perplexities() == perplexities()


def test_report(capsys):
    batches, vocab = short_task()
    history = train_rnn(make_model(vocab), batches, vocab, 1, 3, progress=True)
    out = capsys.readouterr()
    assert f"perplexity {history.perplexity[-1]:.3f}" in out.out
    assert re.search(r"^median speed [\d,]+ tokens/s$", out.out, re.M)
    lines = out.out.splitlines()
    assert lines[-2].startswith("time traveller")
    assert len(lines[-2]) == len("time traveller") + 50
    assert lines[-1].startswith("traveller")
    assert re.search(r"\b3/3 .*perplexity \d+\.\d\d\]", out.out)  # the bar
    assert out.err == ""


def test_quiet_when_not_wanted(capsys):
    batches, vocab = short_task()
    overfit(make_model(vocab), batches, vocab)
    assert capsys.readouterr() == ("", "")


def test_interrupt_keeps_model_and_record(capsys):
    batches, vocab = short_task()
    net, calls = make_model(vocab), 0
    start = [param.detach().clone() for param in net.params]

    def updater(batch_size):
        nonlocal calls
        calls += 1
        if calls == 2 * len(list(batches)) + 2:  # within the third epoch
            raise KeyboardInterrupt
        sgd(net.params, 1, batch_size)

    history = train_rnn(
        net, batches, vocab, 1, 9, updater=updater, progress=False
    )
    assert len(history) == 2
    assert "interrupted: 2 of 9 epochs done" in capsys.readouterr().out
    assert not torch.equal(net.params[0], start[0])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("lr", [0, -1, math.nan, math.inf]),
        ("num_epochs", [0, -3, 0.5]),
        ("theta", [0, -1, math.nan]),
    ],
)
def test_bad_settings_are_refused_before_training(name, values):
    batches, vocab = short_task()
    net = make_model(vocab)
    start = net.params[0].detach().clone()
    for value in values:
        settings = {"lr": 1, "num_epochs": 1, "theta": 1, name: value}
        with pytest.raises(
            ValueError, match=f"{name} must be .*, not {value}"
        ):
            train_rnn(net, batches, vocab, progress=False, **settings)
    assert torch.equal(net.params[0], start)


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_against_the_order_of_reading_is_warned_of(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    with pytest.warns(UserWarning, match="against the order") as record:
        overfit(make_model(vocab), batches, vocab, not use_random_iter)
    assert record[0].filename == __file__


def test_divergence_names_epoch_and_step():
    batches, vocab = short_task()
    net, calls = make_model(vocab), 0

    def updater(batch_size):
        nonlocal calls
        calls += 1
        if calls == len(list(batches)) + 1:  # first step of epoch 2
            net.params[1].data.fill_(math.nan)

    with pytest.raises(
        DivergenceError, match="epoch 2, step 2: .*nan.*smaller lr"
    ) as caught:
        overfit(net, batches, vocab, updater=updater)
    assert isinstance(caught.value, FloatingPointError)
    assert len(caught.value.history) == 1


def test_what_is_to_be_done_after_each_epoch_is_done():
    batches, vocab = short_task()
    lengths = []
    train_rnn(
        make_model(vocab), batches, vocab, 1, 3, progress=False, report=False,
        after_epoch=lambda history: lengths.append(len(history)),
    )  # fmt: skip
    assert lengths == [1, 2, 3]


@pytest.mark.parametrize("layer", [None, nn.RNN, nn.LSTM])
def test_evaluation_reads_each_row_on_from_a_zero_state(layer):
    vocab = Vocab("the time machine")
    net = make_model(vocab)
    if layer is not None:
        net = RNNModel(layer(len(vocab), 8), len(vocab))
    corpus = torch.randint(len(vocab), (41,))
    X, Y = rows(corpus, 2)  # (2, 20)
    loss, state = 0.0, net.begin_state(2)
    for t in range(20):
        outputs, state = net(X[:, t : t + 1], state)
        loss += nn.functional.cross_entropy(outputs.double(), Y[:, t])
    expected = math.exp(loss.item() / 20)  # (eq-perplexity)
    assert evaluate(net, X, Y) == pytest.approx(expected, rel=1e-6)


def test_what_is_slow_to_import_is_imported_only_when_it_is_used():
    code = "import sys, charrnn; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8"
    )
    modules = set(result.stdout.split())
    assert "charrnn.training" in modules
    slow = {"matplotlib", "IPython", "pandas", "safetensors", "torchvision"}
    assert not slow & modules


def train_twice(use_random_iter, **options):
    """Return two models and histories of one task, the second by hand."""
    results = []
    for choice in ({}, {"backward": "bptt", **options}):
        batches, vocab = short_task(use_random_iter)
        torch.manual_seed(0)
        model = RNNModelScratch(
            len(vocab), 32, double_params, init_rnn_state, rnn
        )
        history = train_rnn(
            model, batches, vocab, 1, 5, use_random_iter,
            theta=0.5, report=False, progress=False, **choice,
        )  # fmt: skip
        results.append((model, history))
    return results


def double_params(*sizes):
    params = [param.detach().double() for param in get_params(*sizes)]
    return [(10 * param).requires_grad_() for param in params]


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_training_by_hand_is_the_same_training(use_random_iter):
    (model, history), (by_hand, recorded) = train_twice(use_random_iter)
    for a, b in zip(model.params, by_hand.params, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-11)
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


def test_large_tensors_are_made_once():
    batches, vocab = short_task()
    gradients = Backpropagation(make_model(vocab))
    state, places = gradients.model.begin_state(4), []
    for X, Y in batches:
        _, state = gradients(X, Y, state)
        tensors = gradients.H, gradients.dH, gradients.dA
        places.append([tensor.data_ptr() for tensor in tensors])
    assert len(places) > 2 and places.count(places[0]) == len(places)


def test_minibatches_of_several_sizes_by_hand():
    vocab = Vocab(TEXT)
    model = make_model(vocab)
    gradients = Backpropagation(model)
    loss = nn.CrossEntropyLoss()
    for size in ((4, 10), (2, 10), (4, 7), (4, 10)):
        X, Y = torch.randint(len(vocab), (2, *size))
        state = model.begin_state(size[0])
        expected, (H,) = differentiate(model, loss, X, Y, state)
        theirs = [param.grad for param in model.params]
        mean_loss, (H_T,) = gradients(X, Y, state)
        torch.testing.assert_close(mean_loss, expected)
        torch.testing.assert_close(H_T, H.detach())
        for param, grad in zip(model.params, theirs, strict=True):
            torch.testing.assert_close(param.grad, grad)


def test_a_parameter_that_is_held_fixed_stays_so_by_hand():
    batches, vocab = short_task()
    model = make_model(vocab)
    model.params[3].requires_grad_(False)
    start = [param.detach().clone() for param in model.params]
    train_rnn(
        model, batches, vocab, 1, 1, backward="bptt", report=False,
        progress=False,
    )  # fmt: skip
    same = [
        torch.equal(*pair) for pair in zip(start, model.params, strict=True)
    ]
    assert same == [False, False, False, True, False]


def test_parameters_of_another_type_by_hand():
    vocab = Vocab(TEXT)
    gradients = Backpropagation(make_model(vocab))
    X, Y = torch.randint(len(vocab), (2, 4, 10))
    for dtype in (torch.float32, torch.float64):
        for param in gradients.model.params:
            param.data = param.data.to(dtype)
            param.grad = None
        gradients.hidden_dtype = dtype
        _, (H,) = gradients(X, Y, gradients.model.begin_state(4))
        assert H.dtype == gradients.model.params[0].grad.dtype == dtype


def test_a_state_of_another_batch_size_by_hand():
    gradients = Backpropagation(make_model(Vocab(TEXT)))
    X = torch.zeros(2, 3, dtype=torch.int64)
    with pytest.raises(ValueError, match="batch size of 4.*has 2"):
        gradients(X, X, gradients.model.begin_state(4))


def test_divergence_by_hand():
    batches, vocab = short_task()
    model = make_model(vocab)
    model.params[1].data[0, 0] = torch.nan
    with pytest.raises(DivergenceError, match="epoch 1, step 1.*nan"):
        train_rnn(model, batches, vocab, 1, 2, backward="bptt", progress=False)


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (None, {"backward": "hand"}, "'autograd' or 'bptt', not 'hand'"),
        (None, {"hidden_dtype": torch.bfloat16}, "needs backward='bptt'"),
        (
            None,
            {"backward": "bptt", "hidden_dtype": torch.int64},
            "floating-point type, not torch.int64",
        ),
        (nn.RNN, {"backward": "bptt"}, "other equations: use 'autograd'"),
        (None, {"num_threads": 0}, "integer of at least 1, not 0"),
        (None, {"num_threads": 1.5}, "integer of at least 1, not 1.5"),
    ],
)
def test_bad_options_are_refused_before_training(
    layer, options, message, capsys
):
    batches, vocab = short_task()
    model = make_model(vocab)
    if layer:
        model = RNNModel(layer(len(vocab), 8), len(vocab))
    with pytest.raises(ValueError, match=message):
        train_rnn(model, batches, vocab, 1, 1, **options)
    assert not capsys.readouterr().out


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("options", "used"),
    [({}, 1), ({"num_threads": 2}, 2), ({"num_threads": None}, 3)],
)
def test_training_and_report_use_the_threads_they_are_told(
    three_threads, monkeypatch, options, used
):
    seen = []

    def note(*_):
        seen.append(torch.get_num_threads())

    monkeypatch.setattr("charrnn.training.report_training", note)
    batches, vocab = short_task()
    train_rnn(
        make_model(vocab), batches, vocab, 1, 1,
        progress=False, after_epoch=note, **options,
    )  # fmt: skip
    assert seen == [used, used] and torch.get_num_threads() == 3


@pytest.mark.parametrize("end", [FloatingPointError, KeyboardInterrupt])
def test_threads_are_restored_however_a_training_ends(three_threads, end):
    def fail(_):
        raise end("the end")

    batches, vocab = short_task()
    with contextlib.suppress(DivergenceError):
        train_rnn(
            make_model(vocab), batches, vocab, 1, 2,
            progress=False, report=False, after_epoch=fail,
        )  # fmt: skip
    assert torch.get_num_threads() == 3
