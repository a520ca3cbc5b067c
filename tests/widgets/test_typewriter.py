"""The form of the first page, and its weights."""

import base64

import torch
from bs4 import BeautifulSoup
from shared.samples import make_model, short_task

from charrnn import decoding, train_rnn
from charrnn.corpus import rows
from charrnn.history import evaluate
from widgets import typewriter
from widgets.playground import encode_rows


def decoded(text, params):
    """Return what ``encode_rows`` made of parameters."""
    data = bytearray(base64.b64decode(text))
    rest = torch.frombuffer(data, dtype=torch.int8)
    for param in params:
        *_, n = param.shape
        m = param.numel() // n
        packed, rest = rest[: m * (n + 4)].view(m, -1), rest[m * (n + 4) :]
        unit = packed[:, :4].contiguous().view(torch.float32)
        yield (unit * packed[:, 4:]).reshape(param.shape)
    assert len(rest) == 0


def test_weights_of_a_byte_change_the_perplexity_little():
    batches, vocab = short_task()
    model, text = make_model(vocab), rows(batches.corpus)
    train_rnn(model, batches, vocab, 1.0, 50, report=False)
    own = evaluate(model, *text)
    model.params = [*decoded(encode_rows(model.params), model.params)]
    assert own < 5 and 0 < abs(evaluate(model, *text) / own - 1) < 1e-3


def test_the_form_shows_what_the_network_expects(model, vocab):
    html = typewriter(model, vocab, text="the t")._repr_html_()
    items = BeautifulSoup(html, "html.parser").select("form li")
    O, _ = model(torch.tensor([vocab[list("the t")]]), model.begin_state(1))
    q = decoding.temperature(0.5)(O[-1, 1:]).exp()
    best = q.topk(6).indices + 1
    for item, index in zip(items, best.tolist(), strict=True):
        letter = item.select_one(".letter")
        name = letter.get("aria-label", letter.text)
        assert name == vocab.to_tokens(index).replace(" ", "space")
