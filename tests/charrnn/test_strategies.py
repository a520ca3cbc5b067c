"""Strategies of decoding: what they keep, and their composition."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from charrnn.decoding import (
    compose,
    greedy,
    min_p,
    temperature,
    top_k,
    top_p,
)

# Eighths are exact in floating point, and often equal.
eighths = st.integers(-40, 40).map(lambda n: n / 8)
rows = st.lists(eighths, min_size=1, max_size=9)
# No sum of equal probabilities meets these exactly, so that no rounding error
# decides.
thresholds = st.integers(1, 996).map(lambda n: n / 997)
SOME = [
    greedy, temperature(0), temperature(1.5), top_k(3), top_p(0.7),
    min_p(0.2), compose(),
]  # fmt: skip


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
    kept = [x if i in indices else -math.inf for i, x in enumerate(row)]
    return softmax(kept)


def slow_temperature(tau, row):
    return softmax([x / tau for x in row])


def slow_top_k(k, row):
    return only(row, ranked(row)[:k])


def slow_min_p(p, row):
    limit = p * max(softmax(row))
    return only(row, {i for i, x in enumerate(softmax(row)) if x >= limit})


@pytest.mark.parametrize(
    ("fast", "slow", "parameter"),
    [
        (temperature, slow_temperature, st.floats(0.05, 20)),
        (top_k, slow_top_k, st.integers(1, 12)),
        (min_p, slow_min_p, thresholds),
    ],
)
def test_parity_with_an_independent_implementation(fast, slow, parameter):
    @given(rows, parameter)
    def check(row, value):
        assert apply(fast(value), row) == pytest.approx(slow(value, row))

    check()


@pytest.mark.parametrize("strategy", SOME)
def test_rows_of_any_shape_are_independent(strategy):
    levels = torch.arange(6).view(2, 3, 1)  # each row has its own largest
    logits = levels + torch.randint(-4, 5, (2, 3, 7)) / 2
    before = logits.clone()
    result = strategy(logits)
    assert torch.equal(logits, before)  # they are left as they are
    assert result.shape == logits.shape and result.dtype == torch.float64
    alone = torch.stack([strategy(row) for row in logits.flatten(0, 1)])
    assert torch.allclose(result.flatten(0, 1).exp(), alone.exp())


# Support sizes and extremes.


@given(rows, thresholds)
def test_the_nucleus_is_the_smallest_set_that_reaches_p(row, p):
    probabilities, nucleus = softmax(row), support(top_p(p), row)
    total = math.fsum(probabilities[i] for i in nucleus)
    least = min(probabilities[i] for i in nucleus)
    assert total >= p - 1e-12 and total - least < p + 1e-12  # (eq-nucleus)
    assert nucleus == set(ranked(row)[: len(nucleus)])


def test_p_of_1_keeps_what_rounding_would_drop():
    row = [0.0, -60.0, -600.0]  # the last is below any rounding error
    assert support(top_p(1), row) == {0, 1, 2}
    assert support(min_p(0), [0.0, -1e6]) == {0, 1}


@given(rows)
def test_greedy_and_its_equivalents_keep_the_largest(row):
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


def test_temperature_and_top_p_do_not_commute():
    row = [math.log(p) for p in (0.5, 0.3, 0.15, 0.05)]
    a, b = temperature(4), top_p(0.75)
    assert support(compose(b, a), row) == {0, 1}
    assert support(compose(a, b), row) == {0, 1, 2}


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        (temperature, [-0.1, math.nan, math.inf], "0 or more, and finite"),
        (top_k, [0, -1, 2.5, math.nan], "integer of at least 1"),
        (top_p, [0, -0.1, 1.1, math.nan], "above 0 and at most 1"),
        (min_p, [-0.1, 1.1, math.nan], "from 0 to 1"),
    ],
)
def test_invalid_parameters_raise(make, values, message):
    for value in values:
        with pytest.raises(ValueError, match=message):
            make(value)


@pytest.mark.parametrize("strategy", SOME)
@pytest.mark.parametrize(
    "bad", [[-math.inf] * 2, [math.nan, 0.0], [math.inf, 0.0]]
)
def test_logits_without_a_distribution_raise(strategy, bad):
    with pytest.raises(FloatingPointError, match="no distribution"):
        strategy(torch.tensor([[0.0, 1.0], bad]))
