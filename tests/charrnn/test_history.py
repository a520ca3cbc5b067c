"""The history of a training, its evaluation, and its report."""

import math
import re

import pytest
import torch
from shared.samples import make_model
from torch import nn
from torch.nn import functional as F

from charrnn import History, RNNModel, Vocab, train_rnn
from charrnn.corpus import rows
from charrnn.training import evaluate


def test_a_history_summarises_the_norms_of_each_epoch():
    history = History(theta=1)
    history.append(3.0, [0.5, 1.0, 1.5, 2.5], 100.0)
    assert len(history) == 1
    assert (history.perplexity, history.tokens_per_sec) == ([3.0], [100.0])
    assert (history.grad_norm, history.clipped) == ([2.5], [0.5])


def test_the_report_is_printed_to_stdout_alone(task, capsys):
    history = train_rnn(*task, 1, 3)
    out = capsys.readouterr()
    assert f"perplexity {history.perplexity[-1]:.3f}\n" in out.out
    assert re.search("\ntime traveller.{50}\n", out.out)
    assert out.err == ""  # where a build would fail


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
