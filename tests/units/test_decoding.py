"""Decoding: strategies, their composition, the loop, and beam search."""

import itertools
import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from charrnn import (
    RNNModel,
    RNNModelScratch,
    Vocab,
    get_params,
    init_rnn_state,
    predict_rnn,
    rnn,
)
from charrnn.decoding import (
    beam_search,
    compose,
    generate,
    generate_many,
    greedy,
    min_p,
    normalise,
    temperature,
    top_k,
    top_p,
)

# Eighths are exact in floating point, and often equal.
eighths = st.integers(-40, 40).map(lambda n: n / 8)
rows = st.lists(eighths, min_size=1, max_size=9)
temperatures = st.sampled_from([0, 0.1, 0.5, 1, 1.5, 4])
# No sum of equal probabilities meets these exactly, so that no rounding error
# decides.
thresholds = st.integers(1, 996).map(lambda n: n / 997)
ks = st.integers(1, 12)
all_strategies = st.one_of(
    st.just(greedy),
    temperatures.map(temperature),
    ks.map(top_k),
    thresholds.map(top_p),
    thresholds.map(min_p),
)
fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def apply(strategy, row):
    """Return the probabilities as a list."""
    return strategy(torch.tensor(row)).exp().tolist()


def support(strategy, row):
    """Return the indices of what is not excluded."""
    log_p = strategy(torch.tensor(row))
    return {i for i, x in enumerate(log_p.tolist()) if x > -math.inf}


# Independent implementations, on lists.


def softmax(row):
    weights = [math.exp(x - max(row)) for x in row]
    return [w / sum(weights) for w in weights]


def ranked(row):
    return sorted(range(len(row)), key=lambda i: (-row[i], i))


def only(row, indices):
    p = softmax(row)
    total = sum(p[i] for i in indices)
    return [p[i] / total if i in indices else 0 for i in range(len(row))]


def slow_temperature(tau):
    return lambda row: softmax([x / tau for x in row])


def slow_top_k(k):
    return lambda row: only(row, set(ranked(row)[:k]))


def slow_top_p(p):
    def strategy(row):
        probabilities, nucleus, total = softmax(row), set(), 0
        for i in ranked(row):
            nucleus.add(i)
            total += probabilities[i]
            if total >= p:  # it crosses p, and stays
                break
        return only(row, nucleus)

    return strategy


def slow_min_p(p):
    def strategy(row):
        probabilities = softmax(row)
        limit = p * max(probabilities)
        return only(
            row, {i for i, x in enumerate(probabilities) if x >= limit}
        )

    return strategy


@pytest.mark.parametrize(
    ("fast", "slow", "parameter"),
    [
        (temperature, slow_temperature, st.floats(0.05, 20)),
        (top_k, slow_top_k, ks),
        (top_p, slow_top_p, thresholds),
        (min_p, slow_min_p, thresholds),
    ],
)
def test_parity_with_an_independent_implementation(fast, slow, parameter):
    @given(rows, parameter)
    def check(row, value):
        assert apply(fast(value), row) == pytest.approx(slow(value)(row))

    check()


@given(rows, all_strategies)
def test_normalised_and_never_empty(row, strategy):
    p = apply(strategy, row)
    assert sum(p) == pytest.approx(1) and min(p) >= 0
    assert p[ranked(row)[0]] > 0


@given(rows, all_strategies)
def test_order_is_kept(row, strategy):
    p = apply(strategy, row)
    for better, worse in itertools.pairwise(ranked(row)):
        assert p[better] >= p[worse]


@given(rows, all_strategies)
def test_kept_symbols_keep_their_ratios(row, strategy):
    # But for temperature, whose ratios change, and order alone remains.
    one, p = apply(temperature(1), row), apply(strategy, row)
    kept = [i for i in range(len(row)) if p[i] > 0]
    powers = {
        round(math.log(p[i] / p[j]) / (row[i] - row[j]), 6)
        for i, j in itertools.combinations(kept, 2)
        if row[i] != row[j]
    }
    assert len(powers) <= 1  # one over the temperature
    assert one == pytest.approx(softmax(row))


@given(rows, all_strategies, st.integers(-64, 64))
def test_a_constant_added_changes_nothing(row, strategy, constant):
    shifted = [x + constant for x in row]
    assert apply(strategy, shifted) == apply(strategy, row)


@given(rows, all_strategies, all_strategies, all_strategies)
def test_composition_is_associative(row, a, b, c):
    first = compose(compose(a, b), c)
    assert apply(first, row) == pytest.approx(
        apply(compose(a, compose(b, c)), row)
    )
    assert apply(first, row) == pytest.approx(apply(compose(a, b, c), row))


@given(rows, st.lists(all_strategies, max_size=5))
def test_no_composition_excludes_everything(row, strategies):
    p = apply(compose(*strategies), row)
    assert sum(p) == pytest.approx(1) and p[ranked(row)[0]] > 0


@given(rows, all_strategies, st.sets(st.integers(0, 8)))
def test_what_was_excluded_stays_excluded(row, strategy, excluded):
    masked = [-math.inf if i in excluded else x for i, x in enumerate(row)]
    if set(masked) != {-math.inf}:
        assert support(strategy, masked).isdisjoint(excluded)


@given(all_strategies, st.integers(0, 1000))
def test_rows_of_any_shape_are_independent(strategy, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randint(-4, 5, (2, 3, 7), generator=generator) / 2
    result = strategy(logits)
    assert result.shape == logits.shape and result.dtype == torch.float64
    for i, j in itertools.product(range(2), range(3)):
        assert torch.allclose(result[i, j].exp(), strategy(logits[i, j]).exp())


@given(rows, all_strategies)
def test_logits_are_left_as_they_are(row, strategy):
    logits = torch.tensor(row)
    strategy(logits)
    assert logits.tolist() == row


# Support sizes and extremes.


@given(rows, ks)
def test_top_k_keeps_exactly_k(row, k):
    assert support(top_k(k), row) == set(ranked(row)[:k])


@given(rows, ks, st.integers(0, 8))
def test_top_k_counts_possible_symbols_alone(row, k, excluded):
    masked = [-math.inf if i == excluded else x for i, x in enumerate(row)]
    possible = sum(x > -math.inf for x in masked)
    if possible:
        assert len(support(top_k(k), masked)) == min(k, possible)


@given(rows, thresholds)
def test_the_nucleus_is_the_smallest_set_that_reaches_p(row, p):
    probabilities, nucleus = softmax(row), support(top_p(p), row)
    total = math.fsum(probabilities[i] for i in nucleus)
    least = min(probabilities[i] for i in nucleus)
    assert total >= p - 1e-12 and total - least < p + 1e-12  # (eq-nucleus)
    assert nucleus == set(ranked(row)[: len(nucleus)])


@given(rows, thresholds, thresholds, ks, ks)
def test_supports_are_monotone(row, p, q, k, m):
    (p, q), (k, m) = sorted([p, q]), sorted([k, m])
    assert support(top_p(p), row) <= support(top_p(q), row)
    assert support(top_k(k), row) <= support(top_k(m), row)
    assert support(min_p(q), row) <= support(min_p(p), row)


@given(rows)
def test_what_changes_nothing(row):
    plain = softmax(row)
    for strategy in (
        normalise, temperature(1), top_k(len(row)), top_k(99), top_p(1),
        min_p(0), compose(),
    ):  # fmt: skip
        assert apply(strategy, row) == pytest.approx(plain)


def test_p_of_1_keeps_what_rounding_would_drop():
    row = [0.0, -60.0, -600.0]  # the last is below any rounding error
    assert support(top_p(1), row) == {0, 1, 2}
    assert support(min_p(0), [0.0, -1e6]) == {0, 1}


@given(rows)
def test_what_is_greedy(row):
    expected = apply(greedy, row)
    assert expected == [float(i == ranked(row)[0]) for i in range(len(row))]
    for strategy in (top_k(1), top_p(1e-9), compose(top_k(4), greedy)):
        assert apply(strategy, row) == expected


@given(rows)
def test_cold_tends_to_the_largest_and_hot_to_uniform(row):
    ties = [float(x == max(row)) for x in row]
    limit = [tie / sum(ties) for tie in ties]  # (eq-temperature)
    for strategy in (temperature(0), temperature(1e-300), min_p(1)):
        assert apply(strategy, row) == pytest.approx(limit)
    assert apply(temperature(1e-2), row) == pytest.approx(limit, abs=1e-4)
    uniform = [1 / len(row)] * len(row)
    assert apply(temperature(1e9), row) == pytest.approx(uniform)


@given(rows, st.floats(0.1, 10), st.floats(0.1, 10))
def test_entropy_rises_with_the_temperature(row, one, other):
    cold, hot = sorted([one, other])
    entropies = [
        torch.special.entr(torch.tensor(apply(temperature(tau), row))).sum()
        for tau in (cold, hot)
    ]
    assert entropies[0] <= entropies[1] + 1e-5  # (eq-temperature)


@given(rows, st.floats(0.1, 10), st.floats(0.1, 10))
def test_temperatures_multiply(row, a, b):
    both = compose(temperature(a), temperature(b))
    assert apply(both, row) == pytest.approx(apply(temperature(a * b), row))


@given(rows, st.floats(0.2, 5), ks)
def test_temperature_and_top_k_commute(row, tau, k):
    a, b = temperature(tau), top_k(k)
    assert apply(compose(a, b), row) == pytest.approx(
        apply(compose(b, a), row)
    )


def test_temperature_and_top_p_do_not_commute():
    row = [math.log(p) for p in (0.5, 0.3, 0.15, 0.05)]
    a, b = temperature(4), top_p(0.75)
    assert support(compose(b, a), row) == {0, 1}
    assert support(compose(a, b), row) == {0, 1, 2}


def test_the_symbol_that_crosses_p_is_kept():
    row = [math.log(p) for p in (0.5, 0.25, 0.25)]
    assert support(top_p(0.5), row) == {0}
    assert support(top_p(0.51), row) == {0, 1}
    assert support(top_p(0.76), row) == {0, 1, 2}
    assert support(top_p(0.01), row) == {0}


def test_ties_at_the_border_go_to_the_lower_index():
    row = [0.0, 2.0, 2.0, 0.0, 2.0]
    assert support(greedy, row) == {1}
    assert support(top_k(2), row) == {1, 2}
    assert support(top_k(4), row) == {0, 1, 2, 4}
    assert support(top_p(0.5), row) == {1, 2}
    assert support(min_p(1), row) == {1, 2, 4}


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        (temperature, [-0.1, math.nan, math.inf], "0 or more, and finite"),
        (top_k, [0, -1, 2.5, math.nan], "integer of at least 1"),
        (top_p, [0, -0.1, 1.1, math.nan], "above 0 and at most 1"),
        (min_p, [-0.1, 1.1, math.nan], "from 0 to 1"),
    ],
)
def test_bad_parameters(make, values, message):
    for value in values:
        with pytest.raises(ValueError, match=message):
            make(value)


@pytest.mark.parametrize(
    "strategy",
    [greedy, temperature(0), temperature(2), top_k(2), top_p(0.5),
     min_p(0.5), compose(), compose(greedy)],
)  # fmt: skip
@pytest.mark.parametrize(
    "bad", [[-math.inf] * 2, [math.nan, 0.0], [math.inf, 0.0]]
)
def test_logits_without_a_distribution(strategy, bad):
    for logits in (torch.tensor(bad), torch.tensor([[0.0, 1.0], bad])):
        with pytest.raises(FloatingPointError, match="no distribution"):
            strategy(logits)


# Writing.


class Table:
    """Give the logits of a table, by all symbols read so far."""

    def __init__(self, logits):
        self.logits = logits  # from a tuple of indices to a list of logits

    def begin_state(self, batch_size):
        return (torch.full((batch_size, 8), -1),)  # what was read, -1 padded

    def __call__(self, X, state):
        outputs, (read,) = [], state
        for x in X.T:
            read = torch.cat([read[:, 1:], x[:, None]], dim=1)
            seen = [tuple(i for i in row if i >= 0) for row in read.tolist()]
            outputs.append(torch.tensor([self.logits(s) for s in seen]))
        return torch.cat(outputs), (read,)

    def step(self, X, state):
        return self(X[:, None], state)


STRATEGIES = {
    "greedy": greedy,
    "temperature": temperature(1.3),
    "top_k": top_k(3),
    "composed": compose(temperature(0.8), top_p(0.9)),
}
every_strategy = pytest.mark.parametrize("name", STRATEGIES)


def test_greedy_is_what_prediction_does(model, vocab):
    text = predict_rnn("the time", 20, model, vocab)
    assert generate("the time", 20, model, vocab) == text
    slow = compose(greedy)  # draws, where greedy itself only looks
    assert generate("the time", 20, model, vocab, strategy=slow) == text
    coldest = temperature(0)
    assert generate("the time", 20, model, vocab, strategy=coldest) == text


@every_strategy
def test_a_generator_makes_the_text_repeatable(model, vocab, name):
    def write(seed):
        generator = torch.Generator().manual_seed(seed)
        return generate(
            "the", 30, model, vocab,
            strategy=STRATEGIES[name], generator=generator,
        )  # fmt: skip

    before = torch.get_rng_state()
    text = write(1)
    assert write(1) == text and len(text) == 33
    assert (write(2) == text) is (name == "greedy")
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_generator_the_global_one_is_drawn_from(model, vocab):
    def write():
        torch.manual_seed(3)
        return generate("the", 30, model, vocab, strategy=temperature(1))

    assert write() == write()


@every_strategy
def test_unknown_token_is_never_output(model, vocab, name):
    with torch.no_grad():
        model.params[4][vocab.unk] = 100  # the bias of <unk>
    text = generate("the", 60, model, vocab, strategy=STRATEGIES[name])
    assert len(text) == 63 and set(text) <= set(vocab.idx_to_token)
    found = beam_search("the", 10, model, vocab, beam_width=4)
    assert len(found) == 13


def test_draws_follow_the_distribution(vocab):
    logits = [0.0] * len(vocab)
    logits[1:5] = [2.0, 1.0, 0.5, -1.0]
    fixed, number = Table(lambda read: logits), 3000
    strategy = compose(temperature(1.5), top_k(4))
    text = generate(
        "t", number, fixed, vocab, strategy=strategy,
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    logits[vocab.unk] = -math.inf
    expected = apply(strategy, logits)
    counts = [text[1:].count(token) for token in vocab.idx_to_token]
    assert {i for i, n in enumerate(counts) if n} == {1, 2, 3, 5}
    chi_square = sum(
        (n - number * p) ** 2 / (number * p)
        for n, p in zip(counts, expected, strict=True)
        if p > 0
    )
    assert chi_square < 16.27  # 3 degrees of freedom, one in a thousand


def test_many_texts_follow_the_distribution_side_by_side(tiny):
    # What follows depends on the text so far: each has a state of its own.
    tables = {
        "": [0.5, 0.3, 0.2],
        "b": [0.1, 0.6, 0.3],
        "a": [0.7, 0.2, 0.1],
        "c": [0.2, 0.2, 0.6],
    }

    def logits(read):
        written = "".join(tiny.to_tokens(list(read[1:])))
        return [0.0, *map(math.log, tables.get(written, tables[""]))]

    number = 4000
    texts = generate_many(
        "c", 2, number, Table(logits), tiny, strategy=temperature(1),
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    assert len(texts) == number
    chi_square = 0
    for (i, first), (j, second) in itertools.product(
        enumerate("bac"), repeat=2
    ):
        expected = number * tables[""][i] * tables[first][j]
        found = texts.count("c" + first + second)
        chi_square += (found - expected) ** 2 / expected
    assert chi_square < 26.12  # 8 degrees of freedom, one in a thousand


@every_strategy
def test_a_generator_makes_many_texts_repeatable(model, vocab, name):
    def write(seed):
        generator = torch.Generator().manual_seed(seed)
        return generate_many(
            "the", 30, 5, model, vocab,
            strategy=STRATEGIES[name], generator=generator,
        )  # fmt: skip

    before = torch.get_rng_state()
    texts = write(1)
    assert write(1) == texts and {len(text) for text in texts} == {33}
    assert (write(2) == texts) is (name == "greedy")
    assert len(set(texts)) == (1 if name == "greedy" else 5)
    assert torch.equal(torch.get_rng_state(), before)


def test_only_the_prefix_is_read_as_one_hot_vectors(model, vocab, monkeypatch):
    shapes = []

    def one_hot(X, vocab_size):
        shapes.append(tuple(X.shape))
        return nn.functional.one_hot(X.T, vocab_size)

    monkeypatch.setattr("charrnn.model.one_hot", one_hot)
    predict_rnn("the", 9, model, vocab)
    generate_many("the", 9, 4, model, vocab, strategy=temperature(1))
    assert shapes == [(1, 3), (1, 3)]


def test_generating_leaves_the_model_trainable(model, vocab):
    generate("the", 3, model, vocab, strategy=temperature(1))
    beam_search("the", 3, model, vocab, beam_width=3)
    Y, _ = model(torch.ones(1, 2, dtype=torch.int64), model.begin_state(1))
    Y.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def two_beams(*args):
    return beam_search(*args, beam_width=2)


def one_of_three(prefix, num_chars, model, vocab):
    texts = generate_many(prefix, num_chars, 3, model, vocab)
    assert len(texts) == 3 and len(set(texts)) == 1  # greedy
    return texts[0]


every_writer = pytest.mark.parametrize(
    "write", [generate, one_of_three, two_beams]
)


@every_writer
def test_prefix_is_cleaned(model, vocab, write):
    assert write("  The  TIME,\nmachine! ", 0, model, vocab) == (
        "the time machine"
    )


@every_writer
def test_bad_arguments(model, vocab, write):
    with pytest.raises(ValueError, match="at least one letter"):
        write(" —", 5, model, vocab)
    with pytest.raises(ValueError, match="0 or more, not -1"):
        write("the", -1, model, vocab)


@pytest.mark.parametrize("width", [0, -1, 2.5])
def test_bad_beam_width(model, vocab, width):
    with pytest.raises(ValueError, match="beam_width must be an integer"):
        beam_search("the", 5, model, vocab, beam_width=width)


@pytest.mark.parametrize("number", [0, -1, 2.5])
def test_bad_number_of_texts(model, vocab, number):
    with pytest.raises(ValueError, match="num_texts must be an integer"):
        generate_many("the", 5, number, model, vocab)


def test_unknown_characters_are_named_to_the_caller(model, vocab):
    with pytest.warns(UserWarning, match="<unk>: '2'") as record:
        generate("the 2", 1, model, vocab)
        generate_many("the 2", 1, 2, model, vocab)
        beam_search("the 2", 1, model, vocab, beam_width=2)
    assert [r.filename for r in record] == [__file__] * 3


def test_a_diverged_model_is_named(model, vocab):
    with torch.no_grad():
        model.params[4][:] = math.nan
    for write in (generate, one_of_three, predict_rnn, two_beams):
        with pytest.raises(FloatingPointError, match="no distribution"):
            write("the", 3, model, vocab)


@every_strategy
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_one_step_whose_logits_are_not_finite_is_enough(vocab, name, bad):
    def logits(read):
        return [bad if len(read) == 4 else 0.0] * len(vocab)

    table, strategy = Table(logits), STRATEGIES[name]
    assert len(generate("t", 3, table, vocab, strategy=strategy)) == 4
    for length in (4, 7):  # at the end, and on the way
        with pytest.raises(FloatingPointError, match="no distribution"):
            generate("t", length, table, vocab, strategy=strategy)
        with pytest.raises(FloatingPointError, match="no distribution"):
            generate_many("t", length, 2, table, vocab, strategy=strategy)


# Beam search.


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


@pytest.fixture
def tiny():
    return Vocab("abcb")


def networks(tiny):
    """Return networks of all kinds, with large weights: they are decided.

    In double precision, so that rounding decides nothing.
    """
    layers = [
        nn.RNN(len(tiny), 6),
        nn.GRU(len(tiny), 6),
        nn.LSTM(len(tiny), 6, num_layers=2),
    ]
    nets = [RNNModel(layer, len(tiny)) for layer in layers]
    nets.append(RNNModelScratch(len(tiny), 6, get_params, init_rnn_state, rnn))
    for net in nets:
        for param in net.parameters():
            param.data = torch.randn_like(param, dtype=torch.float64)
    return nets


def slow_greedy(text, num_chars, net, vocab):
    """Return a greedy text, read anew from its beginning for each choice."""
    for _ in range(num_chars):
        X = torch.tensor([vocab[list(text)]])
        with torch.no_grad():
            Y, _ = net(X, net.begin_state(1))
        row = Y[-1].tolist()
        row[vocab.unk] = -math.inf
        text += vocab.to_tokens(row.index(max(row)))
    return text


@pytest.mark.parametrize("kind", range(4))
def test_greedy_texts_equal_those_of_a_slow_loop(tiny, kind):
    @given(st.integers(0, 1000), st.integers(0, 12), st.integers(1, 5))
    def check(seed, length, number):
        torch.manual_seed(seed)
        net = networks(tiny)[kind]
        text = slow_greedy("ab", length, net, tiny)
        assert generate("ab", length, net, tiny) == text
        many = generate_many("ab", length, number, net, tiny)
        assert many == [text] * number

    check()


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
