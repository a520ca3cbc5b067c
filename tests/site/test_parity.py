"""The scripts compute in Chromium what the package computes in PyTorch.

What that does not cover is tested by ``tests/widgets/*.test.mjs``.
"""

import json
import math
import random
import sys
import unicodedata
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from shared.play import TRAIN
from shared.site import page
from torch.nn import functional as F

from bookkit.cutting import draw_passages, expect, missing_bits
from bookkit.networks import load_or_train
from bookkit.recipes import NOVEL, SEQUENTIAL
from charrnn import (
    RNNModelScratch,
    Vocab,
    decoding,
    get_params,
    init_rnn_state,
    rnn,
    train_rnn,
)
from charrnn.corpus import clean, load_data_time_machine, read_text, rows
from charrnn.model import PARAMS
from charrnn.training import evaluate
from widgets.bundle import bundle
from widgets.game import bet
from widgets.playground import encode, rounded

V = 28  # symbols of the novel, <unk> among them
TEXT = clean(read_text())
VOCAB = Vocab(TEXT)


@pytest.fixture(scope="module")
def ask(browser):
    """Return a function that calls those of parity.mjs in Chromium."""
    file = Path(__file__).with_name("parity.mjs")
    with browser.new_page() as tab:
        tab.evaluate(bundle(file))
        yield lambda name, *arguments: tab.evaluate(
            f"arguments => parity.{name}(...arguments)", arguments
        )


def make_model(params):
    h = len(params[2])
    return RNNModelScratch(V, h, lambda *_: params, init_rnn_state, rnn)


@pytest.fixture(params=[SEQUENTIAL, NOVEL], ids=lambda recipe: recipe.name)
def trained(request):
    """Return a recipe, its network, and that which a page computes with."""
    model, _, vocab = load_or_train(request.param)
    assert vocab.idx_to_token == VOCAB.idx_to_token
    return request.param, model, rounded(model)


def test_logits_are_equal_after_each_character_of_a_text(ask, trained):
    recipe, _, model = trained
    # The training has read half of it.
    symbols = VOCAB[list(TEXT[recipe.max_tokens - 500 :][:1000])]
    found = ask("readLogits", encode(model, VOCAB), symbols)
    with torch.no_grad():
        O, _ = model(torch.tensor([symbols]), model.begin_state(1))
    np.testing.assert_allclose(found, O.numpy(), 0, 1e-4)


def test_rounding_leaves_the_perplexity_of_unseen_text(trained):
    recipe, *models = trained
    symbols = VOCAB[list(TEXT[recipe.max_tokens :][:10000])]
    unseen = rows(torch.tensor(symbols), batch_size=32)
    own, of_page = (evaluate(model, *unseen) for model in models)
    assert of_page == pytest.approx(own, rel=1e-3)


def test_cuts_cost_what_they_cost_in_pytorch(ask, trained):
    *_, model = trained
    drawn = torch.Generator().manual_seed(0)
    texts, strange = (
        [p for p in draw_passages(TEXT, 99, n, drawn) if p == p.strip()][:50]
        for n in (70, 40)
    )
    lengths = torch.randint(1, 15, (50,), generator=drawn).tolist()
    cuts = [
        (text, 70 - left, other)
        for text, left, other in zip(texts, lengths, strange, strict=True)
    ]
    found = ask("cutAll", encode(model, VOCAB), cuts)
    for cut, (text, place, other) in zip(found, cuts, strict=True):
        rest = text[place:]
        reads = (text, rest, other + rest)
        logs = [expect(model, VOCAB, [read])[0].tolist() for read in reads]
        bits = [
            missing_bits(model, VOCAB, [text], len(rest), before).item()
            for before in (None, [other])
        ]
        assert cut["bits"] == pytest.approx(bits, rel=1e-3, abs=1e-4)
        np.testing.assert_allclose(cut["logs"], logs, atol=1e-3)


def autograd(params, state, X, Y):
    """Return the gradients that PyTorch finds, in double precision."""
    doubles = [param.detach().double().requires_grad_() for param in params]
    O, _ = make_model(doubles)(X, (state.double(),))
    F.cross_entropy(O, Y.T.reshape(-1)).backward()
    return [param.grad.numpy().ravel() for param in doubles]


@pytest.mark.parametrize("batch_size", [1, 31, 32])  # rows come in pairs
def test_gradients_equal_those_of_autograd(ask, batch_size):
    generator = torch.Generator().manual_seed(0)
    params = get_params(V, 128, generator=generator)
    with torch.no_grad():
        params[1].normal_(0, 128**-0.5, generator=generator)
    model = rounded(make_model(params))
    state = torch.randn(batch_size, 128, generator=generator).tanh()
    X, Y = torch.randint(V, (2, batch_size, 35), generator=generator)
    symbols = [Z.T.ravel().tolist() for Z in (X, Y)]
    file, start = encode(model, VOCAB), state.ravel().tolist()
    found = ask("differentiate", file, start, *symbols, batch_size)
    expected = autograd(model.params, state, X, Y)
    for name, grad, ours in zip(PARAMS, found, expected, strict=True):
        error = np.linalg.norm(grad - ours)
        assert error < 1e-5 * np.linalg.norm(ours), name


@pytest.mark.parametrize("seed", range(50))
def test_the_small_network_learns_as_in_pytorch(ask, seed):
    draw, T = torch.Generator().manual_seed(seed), 1 + seed % 3
    shapes = [(3, 2), (2, 2), (2,), (2, 3), (3,), (1, 2)]
    *params, start = (
        torch.randn(shape, generator=draw).double() for shape in shapes
    )
    X, Y = torch.randint(3, (2, T), generator=draw)
    given = {
        name: param.tolist()
        for name, param in zip(PARAMS, params, strict=True)
    }
    found = ask("learnSmall", given, *(Z.tolist() for Z in (start[0], X, Y)))
    for param in params:
        param.requires_grad_()
    O, _ = rnn(F.one_hot(X, 3)[:, None].double(), (start,), params)
    losses = F.cross_entropy(O, Y, reduction="none")
    losses.mean().backward()
    next_params = [(p - 0.1 * p.grad).tolist() for p in params]
    torch.testing.assert_close(found["P"], O.softmax(dim=1).tolist())
    torch.testing.assert_close(found["losses"], losses.tolist())
    torch.testing.assert_close([*found["next"].values()], next_params)


@pytest.mark.parametrize("is_random", [False, True], ids=["rows", "shuffled"])
def test_perplexities_are_equal_in_ten_epochs(ask, is_random):
    generator = torch.Generator().manual_seed(0)
    batches, vocab = load_data_time_machine(
        32, 35, is_random, generator=generator
    )
    starts, draw = [], batches.draw_starts
    batches.draw_starts = lambda: starts.append(draw()) or starts[-1]
    model = rounded(make_model(get_params(V, 128, generator=generator)))
    file = encode(model, vocab)  # before it learns
    for param in model.params:
        param.requires_grad_()
    history = train_rnn(
        model, batches, vocab, 1.0, 10, is_random, report=False
    )
    settings = {
        "batchSize": 32, "numSteps": 35, "isRandom": is_random, "theta": 1,
        "lr": 1, "reset": "minibatch" if is_random else "epoch",
    }  # fmt: skip
    offsets = [int(drawn.min()) % 35 for drawn in starts]
    epochs = [
        {"offset": o, "order": ((drawn.ravel() - o) // 35).tolist()}
        for o, drawn in zip(offsets, starts, strict=True)
    ]
    found = ask("train", file, batches.corpus.tolist(), settings, epochs)
    np.testing.assert_allclose(found, history.perplexity, rtol=5e-4)
    assert found[-1] < found[0] - 5


# No sum of equal probabilities is exactly p, so that no rounding decides.
COMPOSITIONS = [
    [("greedy", None)],
    *([("temperature", tau)] for tau in (0.5, 2)),
    *([("top_k", k)] for k in (1, 3, 40)),
    *([("top_p", p)] for p in (0.251, 0.503, 1)),
    [("temperature", 0.7), ("top_k", 10), ("top_p", 0.903)],
    [("top_p", 0.503), ("temperature", 2)],
]


def distributions():
    """Return many rows of logits: with holes, with ties, and smooth."""
    generator = torch.Generator().manual_seed(0)
    halves = torch.randint(-8, 9, (2, 250, V), generator=generator) / 2
    some, ties = halves.double()
    some[torch.rand(250, V, generator=generator) < 0.5] = -torch.inf
    some[:, 3] = 0.5  # one at least is possible
    smooth = 3 * torch.randn(250, V, generator=generator).double()
    return torch.cat([some, ties, smooth])


@pytest.mark.parametrize("steps", COMPOSITIONS, ids=str)
def test_strategies_give_equal_distributions(ask, steps):
    logits = distributions()
    made = [
        decoding.greedy if name == "greedy" else getattr(decoding, name)(value)
        for name, value in steps
    ]
    expected = decoding.compose(*made)(logits).numpy()
    found = ask("applyStrategies", steps, logits.tolist())
    np.testing.assert_allclose(found, expected, 0, 1e-9)


ODD = (
    "The TIME Machine", "in 1895, at 7", "hi 👍🏽 ❤\ufe0f 👩\u200d🔬!",
    "ŒÆßøﬁﬃ", "ΣΑΣ ὈΔΥΣΣΕΎΣ Σ", "İstanbul ıI", "ＡＢ①㎏Å", "각 한글",
    "e\u0301\u0323 \u1fb3\u0345 \u1e9e", "a\u00a0b\x85c\ufeffd\u2028e\x1cf",
    "", " —!?\n", "_*[]()", "…", "\ufeff", " \ufeff a\r\n \t\nb\n\rc\v",
    "\u1112\u1161\u11ab \uac00\u11a8 \u0301e\u0323\u0301 \u2000\u2029x",
)  # fmt: skip


def cleaned(text):
    """Return a text as the package cleans it."""
    with warnings.catch_warnings(action="ignore"):  # of unknown characters
        try:
            return VOCAB.clean_prefix(text)
        except ValueError:  # nothing is left
            return ""


def test_texts_are_cleaned_as_in_python(ask):
    characters = map(chr, range(sys.maxunicode + 1))  # all that Python knows
    kinds = ("Cs", "Cn", "Co")
    listed = [c for c in characters if unicodedata.category(c) not in kinds]
    starts = range(0, len(listed), 100)
    texts = [*ODD, *("a".join(listed[i : i + 100]) for i in starts)]
    found = ask("cleanAll", texts)
    for text, (prefix, whole, kept, *pieces) in zip(texts, found, strict=True):
        assert (prefix, whole) == (cleaned(text), clean(text))
        assert kept == clean(text, letters_only=False)
        assert pieces == [text, prefix, text, kept]


def test_a_letter_costs_the_bits_of_a_code_that_can_be_sent(ask):
    counts, draw = dict(VOCAB.token_freqs), random.Random(0)
    coins = ["".join(draw.choices([*counts], k=k % 11)) for k in range(50)]
    turns = [(each, draw.choice(each + "aeiou ")) for each in coins]
    found = ask("payAll", counts, turns)
    for (coins, letter), bits in zip(turns, found, strict=True):
        kept = 0.04 + 0.96 * (10 - len(coins)) / 10
        p = {
            x: 0.096 * coins.count(x) + kept * count / sum(counts.values())
            for x, count in counts.items()
        }
        assert sum(p.values()) == pytest.approx(1)
        assert bits == pytest.approx(-math.log2(p[letter]), rel=1e-9)


def test_a_model_bets_as_it_expects_to_pay_least():
    generator = torch.Generator().manual_seed(0)
    counts = torch.tensor([5.0, 3.0, 2.0], dtype=torch.float64)
    p = torch.rand(9, 3, generator=generator).double()
    p = p / p.sum(dim=1, keepdim=True)
    placings = torch.cartesian_prod(*[torch.arange(11)] * 3)
    placings = placings[placings.sum(dim=1) <= 10].double()  # of the coins
    kept = 0.04 + 0.096 * (10 - placings.sum(dim=1, keepdim=True))
    q = 0.096 * placings + kept * counts / counts.sum()
    bits = -(p @ q.log2().T)  # each belief, with each placing
    found = -(p * bet(p, counts).log2()).sum(dim=1)
    torch.testing.assert_close(found, bits.min(dim=1).values)


ENDS = {
    "usual": lambda p, _: p[-1] < 0.8 * p[249],
    "unclipped": lambda p, _: p[-1] > 1.5 * V,
    "saved": lambda p, _: p[-1] > V,
    "shuffled": lambda p, usual: p[-1] > 1.1 * usual[len(p) - 1],
}


@pytest.mark.proof
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_stories_end_as_their_answers_say(ask, seed):
    data = json.loads(page(TRAIN).select_one(".trainer .data").string)
    stories = {story["name"]: story for story in data["stories"]}
    runs = {
        name: ask("runStory", data, story, seed)
        for name, story in stories.items()
    }
    usual = runs["usual"]["perplexities"]
    for name, holds in ENDS.items():
        assert holds(runs[name]["perplexities"], usual), name
    assert runs["heart"]["written"] in data["opening"]


def test_a_network_of_a_page_has_the_numbers_of_half_precision(ask):
    model = make_model(get_params(V, 20))
    with torch.no_grad():
        model.params[1][0, :6] = torch.tensor(
            [0.0, 1.0, -65504.0, 2.0**-24, -3e-6, 1e-9]
        )
    numbers = [param.ravel().tolist() for param in rounded(model).params]
    expected = [numbers, VOCAB.idx_to_token, V, 20]
    assert ask("unpack", encode(model, VOCAB)) == expected
