"""The form of the first page, and its weights."""

import pytest
import torch
from bs4 import BeautifulSoup
from shared.samples import make_model, short_task

from charrnn import decoding, train_rnn
from charrnn.corpus import rows
from charrnn.history import evaluate
from widgets import typewriter
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


def test_the_form_shows_what_the_network_expects(model, vocab):
    model.params = [round_rows(param.detach()) for param in model.params]
    html = typewriter(model, vocab, text="the t")._repr_html_()
    letters = BeautifulSoup(html, "html.parser").select("form .letter")
    O, _ = model(torch.tensor([vocab[list("the t")]]), model.begin_state(1))
    best = decoding.temperature(0.5)(O[-1, 1:]).topk(6).indices + 1
    names = [letter.get("aria-label", letter.text) for letter in letters]
    expected = "".join(vocab.to_tokens(best.tolist()))
    assert "".join(names).replace("space", " ") == expected
