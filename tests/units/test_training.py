"""The whole training: what it learns, and how it may end."""

import contextlib
import math

import pytest
import torch
from samples import TEXT, make_model, short_task
from torch import nn

from charrnn import (
    RNNModel,
    RNNModelScratch,
    get_params,
    init_rnn_state,
    predict_rnn,
    sgd,
    train_rnn,
)
from charrnn.history import DivergenceError


def overfit(net, batches, vocab, epochs, use_random_iter=False, **options):
    return train_rnn(
        net, batches, vocab, 1, epochs, use_random_iter,
        report=False, **options,
    )  # fmt: skip


def test_a_short_text_is_learnt_by_heart():
    batches, vocab = short_task()
    net = make_model(vocab, 64)
    updater = torch.optim.Adam(net.params, lr=0.02)
    history = overfit(net, batches, vocab, 50, updater=updater)
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
    updater = torch.optim.Adam(net.parameters(), lr=0.04)
    history = overfit(
        net, batches, vocab, 40, use_random_iter, updater=updater
    )
    assert history.perplexity[0] > 10
    assert history.perplexity[-1] < 1.8


def test_default_updater_trains_both_kinds_of_model():
    batches, vocab = short_task()
    for net in (make_model(vocab), PLUGGED_IN["nn.RNN"](len(vocab))):
        history = overfit(net, batches, vocab, 40)
        assert history.perplexity[-1] < 0.7 * history.perplexity[0]


# How it may end


def disturbed(net, at, disturb):
    """Return an updater that calls ``disturb`` at one of its steps."""
    steps = iter(range(1, 10_000))

    def updater(batch_size):
        if next(steps) == at:
            disturb()
        sgd(net.params, 1, batch_size)

    return updater


def test_interrupt_keeps_model_and_record(capsys):
    def interrupt():
        raise KeyboardInterrupt

    batches, vocab = short_task()
    net = make_model(vocab)
    start = net.params[0].detach().clone()
    third_epoch = 2 * len(list(batches)) + 2
    history = train_rnn(
        net, batches, vocab, 1, 9,
        updater=disturbed(net, third_epoch, interrupt),
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert len(history) == 2 and "interrupted: 2 of 9 epochs done" in printed
    assert f"perplexity {history.perplexity[-1]:.3f}" in printed
    assert not torch.equal(net.params[0], start)


def test_divergence_names_epoch_and_step():
    batches, vocab = short_task()
    net = make_model(vocab)

    def spoil():
        net.params[1].data.fill_(math.nan)

    second_epoch = len(list(batches)) + 1
    with pytest.raises(
        DivergenceError, match="epoch 2, step 2: .*nan.*smaller lr"
    ) as caught:
        overfit(
            net, batches, vocab, 3,
            updater=disturbed(net, second_epoch, spoil),
        )  # fmt: skip
    assert isinstance(caught.value, FloatingPointError)
    assert len(caught.value.history) == 1


@pytest.mark.parametrize("last", [2, 3, None])
def test_a_function_is_called_after_each_epoch_and_may_end_all(last):
    batches, vocab = short_task()
    lengths = []

    def after_epoch(history):
        lengths.append(len(history))
        return len(history) == last

    history = train_rnn(
        make_model(vocab), batches, vocab, 1, 4, report=False,
        after_epoch=after_epoch,
    )  # fmt: skip
    assert len(history) == (last or 4)
    assert lengths == list(range(1, len(history) + 1))


# What is checked before it begins


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("lr", [0, -1, math.nan, math.inf], "positive and finite"),
        ("num_epochs", [0, -3, 0.5], "at least 1"),
        ("theta", [0, -1, math.nan], "positive"),
        ("num_threads", [0, 1.5], "an integer of at least 1"),
    ],
)
def test_bad_settings_are_refused_before_training(
    name, values, message, capsys
):
    batches, vocab = short_task()
    net = make_model(vocab)
    start = net.params[0].detach().clone()
    for value in values:
        settings = {"lr": 1, "num_epochs": 1, name: value}
        with pytest.raises(
            ValueError, match=f"{name} must be {message}, not {value}"
        ):
            train_rnn(net, batches, vocab, **settings)
    assert torch.equal(net.params[0], start)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_against_the_order_of_reading_is_warned_of(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    with pytest.warns(UserWarning, match="against the order") as record:
        overfit(make_model(vocab), batches, vocab, 1, not use_random_iter)
    assert record[0].filename == __file__


# Threads


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
        make_model(vocab), batches, vocab, 1, 1, after_epoch=note, **options
    )
    assert seen == [used, used] and torch.get_num_threads() == 3


@pytest.mark.parametrize("end", [FloatingPointError, KeyboardInterrupt])
def test_threads_are_restored_however_a_training_ends(three_threads, end):
    def fail(_):
        raise end("the end")

    batches, vocab = short_task()
    with contextlib.suppress(DivergenceError):
        train_rnn(
            make_model(vocab), batches, vocab, 1, 2, report=False,
            after_epoch=fail,
        )  # fmt: skip
    assert torch.get_num_threads() == 3
