"""The scripts compute in Chromium what the package computes in PyTorch.

What that does not cover is tested by ``tests/widgets/*.test.mjs``.
"""

import base64
import sys
import unicodedata
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bookkit.recipes import NOVEL, PARAMS, SEQUENTIAL, load_or_train
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
from charrnn.training import evaluate
from widgets.bundle import bundle
from widgets.playground import encode, rounded

V = 28  # symbols of the novel, <unk> among them
TEXT = clean(read_text())


@pytest.fixture(scope="module")
def ask(browser):
    """Return a function that calls those of parity.mjs in Chromium."""
    file = Path(__file__).with_name("parity.mjs")
    with browser.new_page() as tab:
        tab.evaluate(bundle(file))
        yield lambda name, *arguments: tab.evaluate(
            f"arguments => parity.{name}(...arguments)", arguments
        )


def to_base64(tensor):
    return base64.b64encode(tensor.detach().numpy().tobytes()).decode()


def from_base64(text, dtype=np.float32):
    return np.frombuffer(base64.b64decode(text), dtype)


def packed(params):
    """Return parameters by name, as bytes, for a script."""
    return dict(zip(PARAMS, map(to_base64, params), strict=True))


def make_model(params):
    h = len(params[2])
    return RNNModelScratch(V, h, lambda *_: params, init_rnn_state, rnn)


trained = pytest.mark.parametrize(
    "recipe", [SEQUENTIAL, NOVEL], ids=lambda recipe: recipe.name
)


@trained
def test_logits_are_equal_after_each_character_of_a_text(ask, recipe):
    model, _, vocab = load_or_train(recipe)
    # The training has read half of it.
    symbols = vocab[list(TEXT[recipe.max_tokens - 500 :][:1000])]
    answers = ask("readLogits", packed(model.params), symbols)
    with torch.no_grad():
        O, _ = model(torch.tensor([symbols]), model.begin_state(1))
    for row, logits in zip(answers, O.numpy(), strict=True):
        np.testing.assert_allclose(from_base64(row), logits, 0, 1e-4)


@trained
def test_rounding_leaves_the_perplexity_of_unseen_text(recipe):
    model, _, vocab = load_or_train(recipe)
    symbols = vocab[list(TEXT[recipe.max_tokens :][:10000])]
    unseen = rows(torch.tensor(symbols), batch_size=32)
    own = evaluate(model, *unseen)
    assert evaluate(rounded(model), *unseen) == pytest.approx(own, rel=1e-3)


def draw_case(generator, h=128, batch_size=32, num_steps=35):
    """Return parameters, a state, and a minibatch of random symbols."""
    params = get_params(V, h, generator=generator)
    with torch.no_grad():
        params[1].normal_(0, h**-0.5, generator=generator)
    state = torch.randn(batch_size, h, generator=generator).tanh()
    X, Y = torch.randint(V, (2, batch_size, num_steps), generator=generator)
    return params, state, X, Y


def autograd(params, state, X, Y):
    """Return the gradients that PyTorch finds, in double precision."""
    doubles = [param.detach().double().requires_grad_() for param in params]
    O, _ = make_model(doubles)(X, (state.double(),))
    F.cross_entropy(O, Y.T.reshape(-1)).backward()
    return [param.grad.numpy().ravel() for param in doubles]


def test_gradients_equal_those_of_autograd(ask):
    generator = torch.Generator().manual_seed(0)
    for batch_size in (1, 31, 32):  # the kernel computes rows in pairs
        params, state, X, Y = draw_case(generator, batch_size=batch_size)
        symbols = [Z.T.ravel().tolist() for Z in (X, Y)]
        grads = ask(
            "differentiate", packed(params), to_base64(state), *symbols, len(X)
        )
        expected = autograd(params, state, X, Y)
        for name, ours in zip(PARAMS, expected, strict=True):
            error = np.linalg.norm(from_base64(grads[name]) - ours)
            assert error < 1e-5 * np.linalg.norm(ours), name


@pytest.mark.parametrize("is_random", [False, True], ids=["rows", "shuffled"])
def test_perplexities_are_equal_in_ten_epochs(ask, is_random):
    generator = torch.Generator().manual_seed(0)
    batches, vocab = load_data_time_machine(
        32, 35, is_random, generator=generator
    )
    starts, draw = [], batches.draw_starts
    batches.draw_starts = lambda: starts.append(draw()) or starts[-1]
    params = get_params(V, 128, generator=generator)
    model = packed(params)  # before they learn
    history = train_rnn(
        make_model(params), batches, vocab, 1.0, 10, is_random, report=False
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
    found = ask("train", model, batches.corpus.tolist(), settings, epochs)
    np.testing.assert_allclose(found, history.perplexity, rtol=5e-4)
    assert found[-1] < found[0] - 5


MAKERS = {
    "greedy": lambda _: decoding.greedy,
    "temperature": decoding.temperature,
    "topK": decoding.top_k,
    "topP": decoding.top_p,
    "minP": decoding.min_p,
}
# No sum of equal probabilities is exactly p, so that no rounding decides.
COMPOSITIONS = [
    [("greedy", None)],
    *([("temperature", tau)] for tau in (0.5, 2)),
    *([("topK", k)] for k in (1, 3, 40)),
    *([("topP", p)] for p in (0.251, 0.503, 1)),
    *([("minP", p)] for p in (0, 0.1, 1)),
    [("temperature", 0.7), ("topK", 10), ("topP", 0.903), ("minP", 0.05)],
    [("topP", 0.503), ("temperature", 2)],
]


def distributions():
    """Return many rows of logits: with holes, with ties, and smooth."""
    generator = torch.Generator().manual_seed(0)

    def holes(share):
        return torch.rand(250, V, generator=generator) < share

    halves = torch.randint(-8, 9, (2, 250, V), generator=generator) / 2
    some, ties = halves.double()
    some[holes(0.5)] = -torch.inf
    some[:, 3] = 0.5  # one at least is possible
    smooth = 3 * torch.randn(250, V, generator=generator).double()
    return torch.cat([some, ties, smooth])


@pytest.mark.parametrize("steps", COMPOSITIONS, ids=str)
def test_strategies_give_equal_distributions(ask, steps):
    logits = distributions()
    made = [MAKERS[name](value) for name, value in steps]
    strategy = made[0] if len(made) == 1 else decoding.compose(*made)
    expected = strategy(logits).numpy()
    answer = ask("applyStrategies", steps, to_base64(logits), V)
    found = from_base64(answer, float).reshape(-1, V)
    np.testing.assert_allclose(found, expected, 0, 1e-9)


ODD = (
    "The TIME Machine", "in 1895, at 7", "hi 👍🏽 ❤\ufe0f 👩\u200d🔬!",
    "ŒÆßøﬁﬃ", "ΣΑΣ ὈΔΥΣΣΕΎΣ Σ", "İstanbul ıI", "ＡＢ①㎏Å", "각 한글",
    "e\u0301\u0323 \u1fb3\u0345 \u1e9e", "a\u00a0b\x85c\ufeffd\u2028e\x1cf",
    "", " —!?\n", "_*[]()", "…", "\ufeff",
)  # fmt: skip


def odd_texts():
    """Return unusual texts, and all characters that Python knows."""
    characters = map(chr, range(sys.maxunicode + 1))
    kinds = ("Cs", "Cn", "Co")
    listed = [c for c in characters if unicodedata.category(c) not in kinds]
    starts = range(0, len(listed), 100)
    return [*ODD, *("a".join(listed[i : i + 100]) for i in starts)]


def cleaned(text, vocab):
    """Return a text as the package cleans it."""
    with warnings.catch_warnings(action="ignore"):  # of unknown characters
        try:
            return vocab.clean_prefix(text)
        except ValueError:  # nothing is left
            return ""


def test_texts_are_cleaned_as_in_python(ask):
    _, vocab = load_data_time_machine(32, 35)
    texts = odd_texts()
    for text, answer in zip(texts, ask("cleanAll", texts), strict=True):
        result, whole, typed, read = answer
        assert result == cleaned(text, vocab)
        assert whole == clean(text)
        assert (typed, read) == (text, result)


def test_a_network_of_a_page_has_the_numbers_of_half_precision(ask):
    model, vocab = make_model(get_params(V, 20)), Vocab(TEXT)
    with torch.no_grad():
        model.params[1][0, :6] = torch.tensor(
            [0.0, 1.0, -65504.0, 2.0**-24, -3e-6, 1e-9]
        )
    expected = packed(rounded(model).params)
    assert ask("unpack", encode(model, vocab)) == [
        expected, vocab.idx_to_token, V, 20,
    ]  # fmt: skip
