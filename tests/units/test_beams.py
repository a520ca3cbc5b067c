"""Beam search, between greedy and exhaustive."""

import itertools
import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import Table, networks

from charrnn.decoding import beam_search, generate

fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture]
)


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
        for width in (1, 3, len(tiny) ** length)
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


@fixtures
@given(st.integers(0, 100), st.integers(1, 6))
def test_one_beam_is_greedy(tiny, seed, length):
    torch.manual_seed(seed)
    net = networks(tiny)[-1]
    assert beam_search("a", length, net, tiny, beam_width=1) == generate(
        "a", length, net, tiny
    )


def test_more_beams_may_find_a_better_text_or_a_worse(tiny):
    a, b, c = (tiny[t] for t in "abc")

    def follow(choices, default):
        table = {k: [-math.inf, *(math.log(x) for x in v)]
                 for k, v in choices.items()}  # fmt: skip
        return Table(lambda read: table.get(read[1:], default))

    # Indices are <unk>, b, a, c; the first read symbol is the prefix.
    sure = [-math.inf, 0.0, -1e9, -1e9]
    better = follow({(): [0.5, 0.4, 0.1], (b,): [0.4, 0.3, 0.3]}, sure)
    assert (b, a, c) == (1, 2, 3)
    assert beam_search("c", 2, better, tiny, beam_width=1) == "cbb"
    assert beam_search("c", 2, better, tiny, beam_width=2) == "cab"
    worse = follow(
        {(): [0.4, 0.35, 0.25], (b,): [0.4, 0.3, 0.3],
         (a,): [0.49, 0.49, 0.02],
         (a, b): [0.34, 0.33, 0.33], (a, a): [0.34, 0.33, 0.33]},
        sure,
    )  # fmt: skip
    found = {
        width: beam_search("c", 3, worse, tiny, beam_width=width)
        for width in (1, 2)
    }
    scores = [log_likelihood("c", t, worse, tiny) for t in found.values()]
    assert found[1] == "cbbb" and scores[1] < scores[0]
