"""Questions: one option is right, all differ, and none is typed."""

import pytest

from bookkit.questions import Question, Variants, typed_numbers

SIX, FIVE = (6, "It is."), (5, "It is not.")


@pytest.mark.parametrize(
    ("options", "answer", "message"),
    [
        ([SIX], 6, "two to five"),
        ([SIX, (6, "Again."), FIVE], 6, "different"),
        ([SIX, FIVE], 7, "0 of"),
        ([("one", "", True), ("two", "", True)], None, "2 of"),
    ],
)
def test_a_question_has_different_options_and_one_is_right(
    options, answer, message
):
    with pytest.raises(ValueError, match=message):
        Question("How many?", options, answer=answer)


def test_the_answer_is_compared_as_it_is_shown():
    options = [(0.5, "It is."), (0.7, "It is not.")]
    shown = Question("?", options, answer=0.501, show="{:.1f} bits")
    text = shown._repr_markdown_()
    assert text.count('class="right"') == text.count('class="wrong"') == 1
    assert "**Right.** It is." in text and "`0.5 bits`" in text


def test_a_number_to_type_is_in_no_summary():
    text = Question("?", [FIVE, SIX], answer=6, otherwise="Count.").markdown(
        ""
    )
    assert text.index('data-value="6"') < text.index('data-value="5"')
    assert "The answer" in text and "If you have `5`" in text


def test_variants_belong_to_the_first_and_are_hidden():
    first, other = (Question(x, [SIX, FIVE], answer=6) for x in "ab")
    text = Variants(first, other)._repr_markdown_()
    name = first._repr_markdown_().split('id="')[1][:10]
    assert f'id="{name}-1" data-of="{name}" hidden' in text


@pytest.mark.parametrize("option", ["24", "-3", "4 * 6", "(n, 5)", "str(24)",
                                    "'3 bits'", "f'{n} of 4'"])  # fmt: skip
def test_a_typed_option_is_found(option):
    code = f"Question('?', [({option}, 'Why.'), (n, 'Why.')], answer=n)"
    assert list(typed_numbers(code)) == [option]


def test_what_is_computed_may_be_an_option_and_a_result_may_not_be_typed():
    options = "(2 * n, ''), ((n, V), ''), (f'{x:.2f} bits', ''), ('`H_0`', '')"
    assert not list(typed_numbers(f"Question('Of 4?', [{options}])"))
    assert list(typed_numbers("Question('?', [(n, 'It falls to 1.03.')])"))
