"""A question's options are computed, not typed."""

import pytest
from chapter.strictness.typed_numbers import typed_numbers


@pytest.mark.parametrize(
    "option",
    ["24", "-3", "4 * 6", "(n, 5)", "str(24)", "torch.tensor(3)",
     "'3 bits'", "f'{n} of 4'"],
)  # fmt: skip
def test_a_typed_option_is_found(option):
    code = f"Question('?', ({option}, 'Why.'), (n, 'Why.'), answer=n)"
    assert list(typed_numbers(code)) == [option]


def test_what_is_computed_may_be_an_option_and_a_result_may_not_be_typed():
    options = "(2 * n, ''), ((n, V), ''), (f'{x:.2f} bits', ''), ('`H_0`', '')"
    assert not list(typed_numbers(f"Question('Of 4?', {options})"))
    assert list(typed_numbers("Question('?', (n, 'It falls to 1.03.'))"))


def test_options_have_to_be_seen():
    for call in ("Question('?', (n, ''), other)", "q.Question('?', *facts)"):
        assert list(typed_numbers(call))
