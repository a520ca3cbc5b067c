"""A check tests each function apart, and explains what is wrong."""

import re
from functools import partial

import numpy as np
import pytest
import torch
from docutils.nodes import make_id
from shared.site import CHAPTER, source
from torch.nn import functional as F

import charrnn
from coursework.checks import check, judge
from coursework.kit import calling, data, solution
from coursework.kit.calling import Mismatch, call
from coursework.kit.feedback import CheckFailed, Failure
from coursework.kit.judging import VARIABLES, evaluate
from coursework.kit.output import MOST, limited

FUNCTIONS = [n for n, names in VARIABLES.items() if names == [n]]
FUNCTIONS.remove("vectors")
CALLING = ["RNNModelScratch", "train_epoch_rnn", "train_rnn", "together"]


def notebook(*edits):
    """Define the functions of the lab, some with an edit."""
    names = {"__name__": "__main__"}
    changes = {part: (old, new) for part, old, new in edits}
    for _, part, code in solution.cells():
        if re.match("import|def|class|@", code):
            old, new = changes.get(part, ("", ""))
            assert old in code
            solution.execute(code.replace(old, new) if old else code, names)
    names.update(solution.SILENT)
    return names


def lost(names, parts):
    """Return the properties that fail, by part, where any does."""
    found = {part: judge(part, names).failures for part in parts}
    failing = {p: [k for k, f in found[p].items() if f] for p in parts}
    return {part: keys for part, keys in failing.items() if keys}


# One mistake costs once

TARGETS = "differentiate", "Y.T.reshape(-1)", "Y.reshape(-1)"
NAN = "choose_state", "S.detach()", "float('nan') * S.detach()"


@pytest.mark.parametrize(
    ("part", "old", "new", "costs"),
    [
        (*TARGETS, ["targets"]),
        (*NAN, ["carried"]),
        ("get_params", "[param.req", "[1.0 * param.req", ["gradients"]),
        ("get_params", "in params]", "in params[:4]] + [b_q]", ["gradients"]),
        ("train_rnn", "d(perplexity)", "d((perplexity, 1))", ["history"]),
        ("one_hot", "def one_hot", "def other", ["order", "values", "dtype"]),
    ],
)
def test_a_mistake_costs_once(part, old, new, costs):
    names = notebook((part, old, new))
    assert lost(names, {part, *CALLING}) == {part: costs}


def test_functions_that_agree_on_a_mistake_lose_it_once():
    names = notebook(
        (
            "differentiate",
            "return mean_loss, state",
            "return state, mean_loss",
        ),
        ("train_epoch_rnn", "mean_loss, state =", "state, mean_loss ="),
    )
    assert lost(names, ["differentiate", *CALLING]) == {
        "differentiate": ["loss"]
    }


def test_functions_must_work_as_one():
    assert lost(notebook(), CALLING) == {}
    begin = "    state, total_loss"
    # What only the student's own model has is spoilt.
    spoilt = "    if hasattr(model, 'forward'): model.params[4].data[0] += 9"
    names = notebook(("train_epoch_rnn", begin, f"{spoilt}\n{begin}"))
    assert lost(names, CALLING) == {"together": ["step"]}


def test_a_function_that_fails_is_named_by_the_check_of_another():
    found = str(judge("train_epoch_rnn", notebook(TARGETS)))
    assert "Not working yet: differentiate." in found


def test_what_only_prints_is_no_blank():
    prints = {"return F": "print(F"}
    names = solution.attempt("one_hot", prints | {".float()": ")"})
    assert "returns nothing" in judge("one_hot", names).first.hint


def test_what_is_copied_from_the_feedback_earns_nothing():
    more = {"range(num_predicts)": "range(num_predicts + 1)"}
    names = solution.attempt("predict_rnn", more)
    right = judge("predict_rnn", names).first.expected.strip("'")
    for part, found in (
        ("predict_rnn", {"predict_rnn": lambda *_: right}),
        ("parameter_shapes", {"shapes": [(1, 2)] * 5}),
        ("output_shapes", {"output_shape": (1, 2), "state_shape": (1, 2)}),
    ):
        failures = judge(part, found | {"num_hiddens": 512}, seed=3).failures
        assert all(failures.values())
    assert {f.expected for f in failures.values()} == {"a different value"}


def test_a_function_from_elsewhere_is_refused_and_a_wrapped_one_is_not():
    found = judge("rnn", {"rnn": charrnn.rnn})
    assert {f.expected for f in found.failures.values()} == {"your own"}
    assert judge("rnn", {"rnn": partial(charrnn.rnn)}).passed


# Time, and errors


@pytest.mark.filterwarnings(  # OutOfTime may strike where nothing can raise
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(
    "broken",
    [
        "while True:\n        try: int('x')\n        except Exception: pass",
        "time.sleep(99)",
        "raise SystemExit",
    ],
)
def test_what_never_returns_costs_its_function_alone(broken, monkeypatch):
    monkeypatch.setattr(calling, "LIMIT", 0.3)
    body = "text = prefix"
    names = notebook(("predict_rnn", body, f"{broken}\n    {body}"))
    assert lost(names, ["predict_rnn", "train_rnn"]) == {
        "predict_rnn": [*data.parts()["predict_rnn"].properties]
    }


@pytest.mark.parametrize("odd", [None, np.eye(3), 1j, "text", torch.eye(3)])
def test_an_odd_result_fails_and_none_fails_every_property(odd):
    for name in FUNCTIONS:
        failures = evaluate(name, lambda *_, **__: odd).failures.values()
        assert any(failures) if odd is not None else all(failures), name
    for name in VARIABLES.keys() - {*FUNCTIONS, "together"}:
        values = dict.fromkeys(VARIABLES[name], odd)
        assert not judge(name, values).passed, name


@pytest.mark.parametrize(
    ("broken", "hint"),
    [
        (lambda: [torch.eye(2)].detach(), "take the tensor out"),
        (lambda: None + 1, "is None"),
        (lambda: (lambda n: n)(), "signature"),
        (lambda: nett, ""),  # noqa: F821
        (lambda: torch.eye(2) @ torch.eye(3), ""),
    ],
)
def test_an_error_is_shown_with_the_hint_that_explains_it(broken, hint):
    with pytest.raises(Mismatch, match="[A-Z][a-z]+Error: ") as caught:
        call(broken)
    *_, found = caught.value.args
    assert hint in found and bool(hint) is bool(found)


def test_feedback_names_the_line_of_the_function_that_is_checked():
    typo = {"@ W_hh + b_h": "@ W_hh + b_g"}
    found = judge("rnn", solution.attempt("rnn", typo)).first
    assert found.called.startswith("H = torch.tanh(X @ W_xh + H @ W_hh + b_g)")


# In a notebook


def test_a_check_takes_the_variables_of_its_caller():
    names = {"check": check, "F": F, "torch": torch}
    with pytest.raises(CheckFailed, match="no vectors"):
        exec('check("vectors")', names)
    wrong = "vectors = F.one_hot(torch.tensor([2, 0]), 28)"
    with pytest.raises(CheckFailed, match="not yet: values"):
        exec(f'{wrong}\ncheck("vectors")', names)
    exec('vectors = vectors.flip(0)\nfound = check("vectors")', names)
    assert str(names["found"]) == "vectors passed: shape, values"
    with pytest.raises(ValueError, match="'rnm': .*rnn, "):
        check("rnm")


def test_a_check_changes_nothing_and_prints_nothing(capsys):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    with torch.no_grad():  # a setting of the notebook
        assert judge("train_rnn", notebook()).passed
    assert torch.equal(torch.rand(3), expected)
    assert capsys.readouterr().out == ""


def test_output_is_cut():
    written = []
    write = limited(written.append)
    assert [write(text) for text in ("a" * MOST, "b", "c")] == [MOST, 1, 1]
    _, note, nothing = written
    assert written[0] == "a" * MOST
    assert "not shown" in note and nothing == ""


def test_feedback_refers_to_sections_of_the_chapter(monkeypatch):
    places, addresses = {}, {}
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places[title] = addresses[title] = page
        for heading in headings:
            places[f"{title} > {heading}"] = f"{page}#{make_id(heading)}"
    monkeypatch.setattr(data, "addresses", lambda: addresses)
    for facts in data.parts().values():
        for found in facts.properties.values():
            assert Failure(found, "", "", "").address == places[found.page]
