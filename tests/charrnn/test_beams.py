"""Beam search, between greedy and exhaustive."""

import itertools
import math

import pytest
import torch
from shared.samples import Table, networks

from charrnn.decoding import beam_search, generate


def log_likelihood(prefix, text, model, vocab):
    """Return the log-probability of ``text`` after ``prefix``, by hand."""
    state, total = model.begin_state(1), 0.0
    for i, character in enumerate(text[:-1]):
        with torch.no_grad():
            Y, state = model(torch.tensor([[vocab[character]]]), state)
        if i >= len(prefix) - 1:
            logits = Y[0].double()
            logits[vocab.unk] = -torch.inf
            following = vocab[text[i + 1]]
            total += logits.log_softmax(0)[following].item()
    return total


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", range(4))
def test_beam_search_between_greedy_and_exhaustive(tiny, kind, seed):
    torch.manual_seed(seed)
    net, length = networks(tiny)[kind], 4

    def score(text):
        return log_likelihood("ab", text, net, tiny)

    texts = {
        width: beam_search("ab", length, net, tiny, beam_width=width)
        for width in (1, len(tiny) ** length)
    }
    assert texts[1] == generate("ab", length, net, tiny)
    every = [
        "ab" + "".join(t) for t in itertools.product("abc", repeat=length)
    ]
    best = max(every, key=score)
    assert texts[len(tiny) ** length] == best
    assert score(texts[1]) <= score(best) + 1e-9
    # One at a time, all texts of a prefix have probability 1 together.
    assert sum(math.exp(score(t)) for t in every) == pytest.approx(1)


def test_a_wider_beam_finds_what_begins_with_a_less_likely_symbol(tiny):
    table = {
        tuple(tiny[list(text)]): [-math.inf, *map(math.log, row)]
        for text, row in {"": [0.5, 0.4, 0.1], "b": [0.4, 0.3, 0.3]}.items()
    }  # indices are <unk>, b, a, c
    sure = [-math.inf, 0.0, -1e9, -1e9]  # after all else, b follows
    model = Table(lambda read: table.get(read[1:], sure))
    for width, text in ((1, "cbb"), (2, "cab")):
        assert beam_search("c", 2, model, tiny, beam_width=width) == text
