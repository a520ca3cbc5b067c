"""One epoch, the whole training, how it may end, and the evaluation."""

import math
import re
from unittest.mock import Mock

import pytest
import torch
from shared.samples import make_model, short_task
from torch import nn
from torch.nn import functional as F

from charrnn import History, RNNModel, Vocab, train_epoch_rnn, train_rnn
from charrnn.corpus import rows
from charrnn.training import DivergenceError, differentiate, evaluate


@pytest.fixture
def task():
    """Return a network, minibatches, and a vocabulary, as for a training."""
    batches, vocab = short_task()
    return make_model(vocab), batches, vocab


# One epoch


def stay(batch_size):
    """Take no step."""


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_is_carried_or_reset(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    net, starts, ends = make_model(vocab), [], []

    def gradients(X, Y, state):
        starts.append(state)
        loss, state = differentiate(net, F.cross_entropy, X, Y, state)
        assert not loss.requires_grad  # no graph is kept for an epoch
        ends.append(state)
        return loss, state

    train_rnn(
        net, batches, vocab, 1, 2, use_random_iter,
        gradients=gradients, report=False,
    )  # fmt: skip
    assert len(starts) > 4
    for i, (H,) in enumerate(starts):
        assert not H.requires_grad
        begins = i in (0, len(starts) // 2)  # an epoch
        if use_random_iter or begins:
            assert not H.any()
        else:
            assert H.any() and torch.equal(H, ends[i - 1][0])


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
            F.cross_entropy(
                net(X, net.begin_state(2))[0], Y.T.reshape(-1),
                reduction="none",
            )
            for X, Y in batches
        ])  # fmt: skip
    loss = nn.CrossEntropyLoss(reduction=reduction)
    perplexity, _ = train_epoch_rnn(net, batches, loss, stay, True)
    expected = losses.double().mean().exp().item()  # (eq-perplexity)
    assert perplexity == pytest.approx(expected, rel=1e-5)


def test_the_updater_receives_clipped_gradients_of_this_step_alone(task):
    net, batches, _ = task
    seen, norms = [], []

    def updater(batch_size):
        assert batch_size == 1
        gradients = [p.grad.flatten() for p in net.parameters()]
        seen.append(torch.cat(gradients).norm().item())

    train_epoch_rnn(
        net, batches, F.cross_entropy, updater, True,
        theta=0.05, grad_norms=norms,
    )  # fmt: skip
    # The parameters stay, so a gradient that added up would grow.
    assert len(norms) == len(seen) == len(list(batches))
    assert min(norms) > 0.05 and max(norms) < 2 * min(norms)
    assert seen == pytest.approx([0.05] * len(seen))


def test_the_speed_is_in_tokens_per_second(task, monkeypatch):
    net, batches, _ = task
    clock = Mock(perf_counter=Mock(side_effect=[10, 12]))
    monkeypatch.setattr("charrnn.training.time", clock)
    _, speed = train_epoch_rnn(net, batches, F.cross_entropy, stay, False)
    assert speed == sum(Y.numel() for _, Y in batches) / 2


def test_an_epoch_without_a_minibatch_raises(task):
    with pytest.raises(ValueError, match="no minibatch"):
        train_epoch_rnn(task[0], [], F.cross_entropy, stay, False)


@pytest.mark.parametrize(
    ("loss", "gradients"), [(None, None), (F.cross_entropy, Mock())]
)
def test_neither_or_both_of_loss_and_gradients_raises(task, loss, gradients):
    net, batches, _ = task
    with pytest.raises(ValueError, match="either a loss"):
        train_epoch_rnn(net, batches, loss, stay, False, gradients=gradients)


# The whole training


@pytest.mark.parametrize("layer", [None, nn.LSTM])
@pytest.mark.parametrize(
    ("optimiser", "reached"), [(None, 10), (torch.optim.Adam, 1.5)]
)
def test_both_updaters_train_both_kinds_of_model(
    task, layer, optimiser, reached
):
    net, batches, vocab = task
    if layer is not None:  # whose state has two tensors
        net = RNNModel(layer(len(vocab), 64), len(vocab))
    updater = optimiser and optimiser(net.parameters(), lr=0.02)
    history = train_rnn(
        net, batches, vocab, 1, 20, updater=updater, report=False
    )
    assert history.perplexity[-1] < reached < history.perplexity[0]


def test_the_report_is_printed_to_stdout_alone(task, capsys):
    history = train_rnn(*task, 1, 3)
    out = capsys.readouterr()
    assert f"perplexity {history.perplexity[-1]:.3f}\n" in out.out
    assert re.search("\ntime traveller.{50}\n", out.out)
    assert out.err == ""  # where a build would fail


def test_a_history_summarises_the_norms_of_each_epoch():
    history = History(theta=1)
    history.append(3.0, [0.5, 2.5, 1.0, 1.5], 100.0)
    assert len(history) == 1
    assert (history.perplexity, history.tokens_per_sec) == ([3.0], [100.0])
    assert (history.grad_norm, history.clipped) == ([2.5], [0.5])


# How it may end


def test_interrupt_keeps_the_record(task, capsys):
    interrupt = Mock(side_effect=[None, KeyboardInterrupt])
    history = train_rnn(*task, 1, 9, after_epoch=interrupt)
    num_steps = len(list(task[1]))
    assert [len(norms) for norms in history.norms] == [num_steps] * 2
    assert "interrupted: 2 of 9 epochs done" in capsys.readouterr().out


def test_an_interrupt_in_the_first_epoch_leaves_nothing_to_report(task):
    gradients = Mock(side_effect=KeyboardInterrupt)
    assert len(train_rnn(*task, 1, 9, gradients=gradients)) == 0


def test_divergence_names_the_epoch_and_keeps_those_before(task):
    def spoil(history):
        task[0].params[1].data.fill_(math.nan)

    message = "^epoch 2: .*nan.*smaller lr"
    with pytest.raises(DivergenceError, match=message) as caught:
        train_rnn(*task, 1, 3, after_epoch=spoil, report=False)
    assert isinstance(caught.value, FloatingPointError)
    assert len(caught.value.history) == 1


def test_after_epoch_is_called_and_may_end_the_training(task):
    def is_enough(history):
        return len(history) == 2

    history = train_rnn(*task, 1, 4, after_epoch=is_enough, report=False)
    assert len(history) == 2


# What is checked before it begins


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr", 0),
        ("lr", math.nan),
        ("lr", math.inf),
        ("num_epochs", 0),
        ("num_epochs", 0.5),
        ("theta", 0),
    ],
)
def test_bad_settings_are_refused_before_training(task, name, value, capsys):
    settings = {"lr": 1, "num_epochs": 1, name: value}
    with pytest.raises(ValueError, match=f"{name} must be"):
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


def test_training_uses_num_threads_and_restores_their_number(task):
    def look(_):
        seen.append(torch.get_num_threads())

    torch.set_num_threads(3)
    seen = []
    for options in ({}, {"num_threads": 2}):
        train_rnn(*task, 1, 1, after_epoch=look, report=False, **options)
        assert torch.get_num_threads() == 3
    assert seen == [3, 2]


# The evaluation


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
        loss += F.cross_entropy(outputs.double(), Y[:, t])
    expected = math.exp(loss.item() / 20)  # (eq-perplexity)
    assert evaluate(net, X, Y) == pytest.approx(expected, rel=1e-6)
