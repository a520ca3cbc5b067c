"""Questions: one option is right, and all differ."""

import pytest

from bookkit.questions import Question, Variants

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
        Question("How many?", *options, answer=answer)


def test_the_answer_is_compared_as_it_is_shown():
    options = (0.5, "It is."), (0.7, "It is not.")
    shown = Question("?", *options, answer=0.501, show="{:.1f} bits")
    text = shown._repr_markdown_()
    assert text.count('class="right"') == text.count('class="wrong"') == 1
    assert "**Right.** It is." in text and "`0.5 bits`" in text


def test_the_number_to_type_is_in_no_summary():
    options = (1000, "It is not."), (1024, "It is.")
    asked = Question("?", *options, answer=1024, otherwise="Count.")
    text = asked.markdown("")
    summaries = text.split("<summary>")[1:]
    assert all("1,024" not in s.split("</summary>")[0] for s in summaries)
    assert 'class="right" data-value="1024"' in text
    with pytest.raises(ValueError, match="no number"):
        asked = Question("?", ("a", ""), ("b", ""), answer="a", otherwise="N")
        asked.markdown("")


def test_variants_belong_to_the_first_and_are_hidden():
    first, other = (Question(x, SIX, FIVE, answer=6) for x in "ab")
    text = Variants(first, other)._repr_markdown_()
    name = first._repr_markdown_().split('id="')[1][:10]
    assert f'id="{name}-1" data-of="{name}" hidden' in text
