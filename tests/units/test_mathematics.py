"""Formulas: the spaces that TeX leaves, which a browser would not."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from chapter.page import mathematics


@pytest.fixture(scope="module")
def typeset():
    build = SimpleNamespace(temml=None)
    temml = mathematics.engine(build)

    def typeset(latex, display=True):
        options = {"displayMode": display, "wrap": "tex"}
        mathml = temml.call("temml.renderToString", latex, options)
        formula = mathematics.mended(mathml, latex, display)
        return ElementTree.fromstring(formula)

    yield typeset
    temml.close()


def signs(formula, text):
    return [sign for sign in formula.iter("mo") if sign.text == text]


def test_a_formula_keeps_its_source_and_says_how_it_stands(typeset):
    source = r"a < \mathbf{B}_{t-1}"
    assert typeset(source, False).attrib == {"alttext": source}
    assert typeset(source).attrib == {"alttext": source, "display": "block"}


def test_signs_have_their_space_wherever_they_stand_but_in_scripts(typeset):
    for latex in ("a + b", r"\begin{aligned} a &+ b \end{aligned}"):
        (plus,) = signs(typeset(latex), "+")
        assert (plus.get("lspace"), plus.get("rspace")) == ("0.2222em",) * 2
    (equals,) = signs(typeset("a = b", False), "=")
    assert equals.get("rspace") == "0.2778em"
    (plus,) = signs(typeset("h_{t+1}"), "+")
    assert (plus.get("lspace"), plus.get("rspace")) == ("0em", "0em")
    (minus,) = signs(typeset("-a"), "\N{MINUS SIGN}")
    assert minus.get("form") == "prefix" and minus.get("rspace") is None


def test_a_sign_that_is_all_of_a_part_has_its_space_after_it(typeset):
    widths = [e.get("width") for e in typeset("> 0", False).iter("mspace")]
    assert widths == ["0.2778em"]
    assert not list(typeset("a > 0", False).iter("mspace"))


@pytest.mark.parametrize(
    ("latex", "spaces"),
    [(r"p \log q", 2), (r"\log q", 1), (r"p \exp(q)", 1), (r"\tanh", 0)],
)
def test_functions_stand_off_from_what_is_no_bracket(typeset, latex, spaces):
    assert len(list(typeset(latex, False).iter("mspace"))) == spaces


def test_a_sum_stands_off_from_a_term_alone(typeset):
    def space(latex):
        (sign,) = signs(typeset(latex), "\N{N-ARY SUMMATION}")
        return sign.get("lspace")

    assert space(r"a \sum_i b_i") == space(r"-\sum_i b_i") == "0.1667em"
    assert space(r"a = \sum_i b_i") == "0em"


def test_brackets_stretch_round_what_is_tall_and_accents_are_narrow(typeset):
    def stretchy(latex):
        return {sign.get("stretchy") for sign in signs(typeset(latex), "(")}

    assert stretchy(r"\left( \frac{a}{b} \right)") == {"true"}
    assert stretchy(r"\left( a \right)") == stretchy(r"\bigl( a \bigr)")
    assert stretchy(r"\bigl( a \bigr)") == {"false"}
    assert signs(typeset(r"\tilde{g}"), "\N{SMALL TILDE}")
