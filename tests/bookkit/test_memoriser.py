"""The memoriser: its losses are the information in the place."""

import math
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bookkit.memoriser import memoriser_losses

texts = st.text("abc ", min_size=1, max_size=60)


@given(texts, st.integers(1, 8), st.data())
def test_losses_add_up_to_the_place(text, num_steps, data):
    # The chain rule: all that is read, less the first symbol.
    assume(len(text) > num_steps)
    place = st.integers(0, len(text) - num_steps - 1)
    starts = data.draw(st.lists(place, min_size=1))

    def entropy(length):
        counts = Counter(text[i : i + length] for i in starts)
        shares = [count / len(starts) for count in counts.values()]
        return -sum(share * math.log(share) for share in shares)

    losses = memoriser_losses(text, starts, num_steps)
    expected = entropy(num_steps + 1) - entropy(1)  # (eq-entropy)
    assert sum(losses) == pytest.approx(expected, abs=1e-9)
    assert min(losses) >= 0
    assert sum(losses) <= math.log(len(starts)) + 1e-9


@pytest.mark.parametrize("starts", [[], [-1], [2]])
def test_starts_outside_the_text_raise(starts):
    with pytest.raises(ValueError, match="needs 4 symbols of the text"):
        memoriser_losses("abcde", starts, 3)
