"""The weights of the network on the first page."""

import pytest
import torch
from shared.samples import make_model, short_task

from charrnn import train_rnn
from charrnn.corpus import rows
from charrnn.history import evaluate
from widgets.playground import round_rows


def test_weights_of_a_byte_change_the_perplexity_little():
    batches, vocab = short_task()
    model, text = make_model(vocab), rows(batches.corpus)
    train_rnn(model, batches, vocab, 1.0, 50, report=False)
    own = evaluate(model, *text)
    model.params = [round_rows(param.detach()) for param in model.params]
    assert own < 5 and evaluate(model, *text) == pytest.approx(own, rel=1e-3)


def test_a_row_of_zeros_stays_zero():
    assert torch.equal(round_rows(torch.zeros(2, 3)), torch.zeros(2, 3))
