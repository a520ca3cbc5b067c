"""The models that count, against definitions, by hand and by brute force."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charrnn.ngrams import SYMBOLS, KneserNey

texts = st.text("abc ", min_size=1, max_size=60)
orders = st.integers(1, 6)


def brute_force(text, n, symbol, context, symbols):
    """Return an interpolated Kneser-Ney probability from its definition.

    All counts are taken anew from the text, recursively from above.
    """

    def count(string):
        if len(string) == n:
            return sum(text.startswith(string, i) for i in range(len(text)))
        return sum(x + string in text for x in symbols)

    def probability(context):
        counts = {x: count(context + x) for x in symbols}
        lower = probability(context[1:]) if context else 1 / len(symbols)
        if sum(counts.values()) == 0:
            return lower
        order = len(context) + 1
        strings = {text[i : i + order] for i in range(len(text) - order + 1)}
        n1, n2 = (sum(count(s) == c for s in strings) for c in (1, 2))
        D = n1 / (n1 + 2 * n2) if n1 else 0.5
        kept = max(counts[symbol] - D, 0) / sum(counts.values())
        seen = sum(c > 0 for c in counts.values())
        return kept + D * seen / sum(counts.values()) * lower

    return probability(context[max(0, len(context) - n + 1) :])


# Probabilities


@given(texts, orders, st.text("abc d", max_size=6), st.sampled_from("abc d"))
def test_agrees_with_brute_force(text, n, context, symbol):
    model = KneserNey(text, n, "abc d")
    expected = brute_force(text, n, symbol, context, "abc d")
    found = model.probability(symbol, context)  # (eq-kneser-ney)
    assert found == pytest.approx(expected, abs=1e-12)


@given(texts, orders, st.text(SYMBOLS, max_size=8))
def test_is_a_distribution_after_any_context(text, n, context):
    distribution = KneserNey(text, n).distribution(context)
    assert list(distribution) == list(SYMBOLS) and len(SYMBOLS) == 27
    assert min(distribution.values()) > 0
    assert sum(distribution.values()) == pytest.approx(1)


@given(texts, orders, texts, st.text("abc ", max_size=8))
def test_bits_are_the_mean_surprise(text, n, other, context):
    model = KneserNey(text, n)
    product = 1.0
    for i, symbol in enumerate(other):
        product *= model.probability(symbol, context + other[:i])
    expected = -math.log2(product) / len(other)  # (eq-bits)
    assert model.bits(other, context) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: KneserNey("text", 0), "n must be at least 1, not 0"),
        (lambda: KneserNey("", 2), "empty: there is nothing to count"),
        (lambda: KneserNey("in 1818", 2), "'1', '8'; clean the text"),
        (lambda: KneserNey("text", 2).bits("Text"), "'T'; clean the text"),
        (lambda: KneserNey("text", 2).bits(""), "nothing to predict"),
        (lambda: KneserNey("text", 2).probability("é"), "'é' is not a symbol"),
        (lambda: KneserNey("text", 2).probability("ab"), "is not a symbol"),
    ],
)
def test_invalid_arguments_raise(call, message):
    with pytest.raises(ValueError, match=message):
        call()
