"""Formulas in the words of the search."""

import pytest
from chapter.offer import search


@pytest.mark.parametrize(
    ("latex", "typed"),
    [
        (r"\mathbf{W}_{hh}", "W_hh"),
        (r"\tanh(x_{t+1})", "tanh(x_(t+1))"),
        (r"\theta \ge 0", "θ ≥ 0"),
        (r"\mathbf{H}_t \in \mathbb{R}^{n \times h}", "H_t ∈ R^(n × h)"),
        (r"1/\sqrt{h}", "1/√h"),
        (r"\tfrac{1}{2} \log_2 \pi", "1/2 log_2 π"),
        (r"\lVert \mathbf{g} \rVert \, \tilde{x}", "‖ g ‖  x"),
    ],
)
def test_a_formula_is_found_as_one_types_it(latex, typed):
    assert search.unset(latex) == typed
