"""The whole training: what it learns, and how it may end."""

import contextlib
import itertools
import math
from functools import partial
from unittest.mock import Mock

import pytest
import torch
from shared.samples import make_model, short_task
from torch import nn

from charrnn import (
    RNNModel,
    RNNModelScratch,
    gates,
    sgd,
    train_rnn,
)
from charrnn.history import DivergenceError


def overfit(net, batches, vocab, epochs, use_random_iter=False, **options):
    return train_rnn(
        net, batches, vocab, 1, epochs, use_random_iter,
        report=False, **options,
    )  # fmt: skip


PLUGGED_IN = {
    "two tensors": lambda V: RNNModelScratch(
        V, 64, gates.get_lstm_params, gates.init_lstm_state, gates.lstm
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
    history = overfit(
        net, batches, vocab, 40, use_random_iter, updater=updater
    )
    assert history.perplexity[0] > 10
    assert history.perplexity[-1] < 1.5


def test_default_updater_trains_both_kinds_of_model():
    batches, vocab = short_task()
    for net in (make_model(vocab), PLUGGED_IN["nn.RNN"](len(vocab))):
        history = overfit(net, batches, vocab, 40)
        assert history.perplexity[-1] < 0.7 * history.perplexity[0]


# How it may end


def disturbed(net, at, disturb):
    """Return an updater that calls ``disturb`` at one of its steps."""
    steps = itertools.count(1)

    def updater(batch_size):
        if next(steps) == at:
            disturb()
        sgd(net.params, 1, batch_size)

    return updater


def test_interrupt_keeps_model_and_record(capsys):
    batches, vocab = short_task()
    net = make_model(vocab)
    start = net.params[0].detach().clone()
    third_epoch = 2 * len(list(batches)) + 2
    interrupt = Mock(side_effect=KeyboardInterrupt)
    updater = disturbed(net, third_epoch, interrupt)
    history = train_rnn(net, batches, vocab, 1, 9, updater=updater)
    printed = capsys.readouterr().out
    assert len(history) == 2 and "interrupted: 2 of 9 epochs done" in printed
    assert f"perplexity {history.perplexity[-1]:.3f}" in printed
    assert not torch.equal(net.params[0], start)


def test_divergence_names_epoch_and_step():
    batches, vocab = short_task()
    net = make_model(vocab)
    second_epoch = len(list(batches)) + 1
    spoil = partial(net.params[1].data.fill_, math.nan)
    updater = disturbed(net, second_epoch, spoil)
    message = "epoch 2, step 2: .*nan.*smaller lr"
    with pytest.raises(DivergenceError, match=message) as caught:
        overfit(net, batches, vocab, 3, updater=updater)
    assert isinstance(caught.value, FloatingPointError)
    assert len(caught.value.history) == 1


@pytest.mark.parametrize("last", [2, 3, None])
def test_after_epoch_is_called_and_may_end_the_training(last):
    batches, vocab = short_task()
    lengths = []

    def after_epoch(history):
        lengths.append(len(history))
        return len(history) == last

    net = make_model(vocab)
    history = overfit(net, batches, vocab, 4, after_epoch=after_epoch)
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
        refusal = f"{name} must be {message}, not {value}"
        with pytest.raises(ValueError, match=refusal):
            train_rnn(net, batches, vocab, **settings)
    assert torch.equal(net.params[0], start)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_a_mismatch_of_state_and_sampling_warns(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    with pytest.warns(UserWarning, match="against the order") as record:
        overfit(make_model(vocab), batches, vocab, 1, not use_random_iter)
    assert record[0].filename == __file__


@pytest.mark.parametrize("end", [None, FloatingPointError, KeyboardInterrupt])
@pytest.mark.parametrize(
    ("options", "used"),
    [({}, 1), ({"num_threads": 2}, 2), ({"num_threads": None}, 3)],
)
def test_training_and_report_use_num_threads(monkeypatch, options, used, end):
    seen = []

    def look(*_):
        seen.append(torch.get_num_threads())
        if end:
            raise end

    torch.set_num_threads(3)
    monkeypatch.setattr("charrnn.training.report_training", look)
    batches, vocab = short_task()
    with contextlib.suppress(DivergenceError):
        train_rnn(
            make_model(vocab), batches, vocab, 1, 1, report=not end,
            after_epoch=look, **options,
        )  # fmt: skip
    assert seen == [used] * (1 if end else 2)
    assert torch.get_num_threads() == 3
