"""The whole training: what it learns, and how it may end."""

import contextlib
import math
from unittest.mock import Mock

import pytest
import torch
from shared.samples import make_model, short_task
from torch import nn

from charrnn import RNNModel, RNNModelScratch, gates, train_rnn
from charrnn.history import DivergenceError


def test_default_updater_trains_both_kinds_of_model(task):
    net, batches, vocab = task
    for model in (net, RNNModel(nn.RNN(len(vocab), 64), len(vocab))):
        history = train_rnn(model, batches, vocab, 1, 40, report=False)
        assert history.perplexity[-1] < 0.7 * history.perplexity[0]


def test_an_optimiser_trains_a_network_whose_state_has_two_tensors(task):
    _, batches, vocab = task
    net = RNNModelScratch(
        len(vocab), 64, gates.get_lstm_params, gates.init_lstm_state,
        gates.lstm,
    )  # fmt: skip
    updater = torch.optim.Adam(net.parameters(), lr=0.02)
    history = train_rnn(
        net, batches, vocab, 1, 40, updater=updater, report=False
    )
    assert history.perplexity[0] > 10
    assert history.perplexity[-1] < 1.5


# How it may end


def test_interrupt_keeps_the_record(task, capsys):
    interrupt = Mock(side_effect=[None, KeyboardInterrupt])
    history = train_rnn(*task, 1, 9, after_epoch=interrupt)
    assert len(history) == 2
    assert "interrupted: 2 of 9 epochs done" in capsys.readouterr().out


def test_divergence_names_epoch_and_step(task):
    def spoil(history):
        task[0].params[1].data.fill_(math.nan)

    message = "epoch 2, step 1: .*nan.*smaller lr"
    with pytest.raises(DivergenceError, match=message) as caught:
        train_rnn(*task, 1, 3, after_epoch=spoil, report=False)
    assert isinstance(caught.value, FloatingPointError)
    assert len(caught.value.history) == 1


def test_after_epoch_is_called_and_may_end_the_training(task):
    lengths = []

    def after_epoch(history):
        lengths.append(len(history))
        return len(history) == 2

    history = train_rnn(*task, 1, 4, after_epoch=after_epoch, report=False)
    assert len(history) == 2 and lengths == [1, 2]


# What is checked before it begins


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("lr", [0, math.nan, math.inf], "positive and finite"),
        ("num_epochs", [0, 0.5], "at least 1"),
        ("theta", [0], "positive"),
        ("num_threads", [0, 1.5], "an integer of at least 1"),
    ],
)
def test_bad_settings_are_refused_before_training(
    task, name, values, message, capsys
):
    for value in values:
        settings = {"lr": 1, "num_epochs": 1, name: value}
        refusal = f"{name} must be {message}, not {value}"
        with pytest.raises(ValueError, match=refusal):
            train_rnn(*task, **settings)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_a_mismatch_of_state_and_sampling_warns(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    with pytest.warns(UserWarning, match="against the order") as record:
        train_rnn(
            make_model(vocab), batches, vocab, 1, 1, not use_random_iter,
            report=False,
        )  # fmt: skip
    assert record[0].filename == __file__


@pytest.mark.parametrize(
    ("options", "used", "end"),
    [
        ({}, 1, FloatingPointError),
        ({"num_threads": 2}, 2, None),
        ({"num_threads": None}, 3, KeyboardInterrupt),
    ],
)
def test_training_and_report_use_num_threads(
    monkeypatch, task, options, used, end
):
    seen = []

    def look(*_):
        seen.append(torch.get_num_threads())
        if end:
            raise end

    torch.set_num_threads(3)
    monkeypatch.setattr("charrnn.training.report_training", look)
    with contextlib.suppress(DivergenceError):
        train_rnn(*task, 1, 1, report=not end, after_epoch=look, **options)
    assert seen == [used] * (1 if end else 2)
    assert torch.get_num_threads() == 3
