"""A check tests each function apart, and explains what is wrong."""

import re

import numpy as np
import pytest
import torch
from docutils.nodes import make_id
from shared.site import CHAPTER, source
from torch.nn import functional as F

import charrnn
from coursework.checks import check, judge, mark
from coursework.kit import calling, data, solution
from coursework.kit.calling import Mismatch, call
from coursework.kit.feedback import CheckFailed, Failure
from coursework.kit.judging import VARIABLES, evaluate

FUNCTIONS = [n for n, names in VARIABLES.items() if names == [n]]
FUNCTIONS.remove("vectors")
CALLING = ["RNNModelScratch", "train_epoch_rnn", "train_rnn", "together"]


def notebook(edits=None, without=()):
    """Define the functions of the lab, with edits, and without some."""
    names = {"__name__": "__main__"}
    for _, part, code in solution.cells():
        if re.match("import|def|class|@", code) and part not in without:
            for old, new in (edits or {}).get(part, {}).items():
                assert old in code
                code = code.replace(old, new)
            solution.execute(code, names)
    return names


def lost(names, parts):
    """Return the properties that fail, by part, where any does."""
    found = {part: judge(part, names).failures for part in parts}
    failing = {p: [k for k, f in found[p].items() if f] for p in parts}
    return {part: keys for part, keys in failing.items() if keys}


# One mistake costs once


def test_a_wrong_function_costs_no_other_and_is_named():
    names = notebook({"differentiate": {"Y.T.reshape(-1)": "Y.reshape(-1)"}})
    parts = ["differentiate", *CALLING]
    assert lost(names, parts) == {"differentiate": ["targets"]}
    found = judge("train_epoch_rnn", names)
    assert "Not working yet: differentiate." in str(found)


@pytest.mark.parametrize("name", ["one_hot", "grad_clipping", "choose_state"])
def test_a_missing_function_costs_its_own_points(name):
    names = notebook(without=[name])
    assert lost(names, [name, *CALLING]) == {
        name: [*data.parts()[name].properties]
    }


def test_functions_that_agree_on_a_mistake_lose_it_once():
    turned = {"return mean_loss, state": "return state, mean_loss"}
    unpacked = {"mean_loss, state = diff": "state, mean_loss = diff"}
    edits = {"differentiate": turned, "train_epoch_rnn": unpacked}
    assert lost(notebook(edits), ["differentiate", *CALLING]) == {
        "differentiate": ["loss", "state"]
    }


def test_parameters_of_no_use_to_an_optimiser_cost_their_points_alone():
    scaled = {"[param.req": "[1.0 * param.req"}
    names = notebook({"get_params": scaled})
    assert lost(names, ["get_params", "together"]) == {
        "get_params": ["gradients"]
    }


def test_a_given_function_that_fails_is_not_blamed_on_the_student():
    pair = {"history.append(perplexity)": "history.append((perplexity, 1))"}
    found = judge("train_rnn", notebook({"train_rnn": pair}))
    assert [key for key, f in found.failures.items() if f] == ["history"]
    assert found.others == ()


# It must run


def test_functions_must_work_as_one():
    assert judge("together", notebook()).passed
    begin = "    state, total_loss"
    # What only the student's own model has is spoilt.
    spoilt = "    if hasattr(model, 'forward'): model.params[4].data[0] += 9"
    names = notebook({"train_epoch_rnn": {begin: f"{spoilt}\n{begin}"}})
    assert lost(names, ["train_epoch_rnn", "together"]) == {
        "together": ["step"]
    }


def test_a_nan_and_a_setting_of_the_notebook_stop_no_check():
    spoilt = {"S.detach()": "float('nan') * S.detach()"}
    names = notebook({"choose_state": spoilt})
    assert lost(names, ["choose_state"]) == {"choose_state": ["carried"]}
    with torch.no_grad():
        assert judge("rnn", notebook()).passed
    assert mark("choose_state", names, {"begun": 2, "carried": 1}, 3) == 2


def test_a_blank_notebook_earns_nothing():
    names = {}
    for name in FUNCTIONS:
        solution.execute(f"def {name}(*given):\n    'Do nothing.'", names)
        names[name].__module__ = "__main__"
    for found in (judge(n, names) for n in (*FUNCTIONS, "together")):
        assert all(found.failures.values()), found
    hints = {f.hint for f in judge("rnn", names).failures.values()}
    assert hints == {"nothing is written here yet"}


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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_from_elsewhere_is_refused(name):
    found = judge(name, {name: charrnn.rnn})
    assert all(f.expected == "your own" for f in found.failures.values())


# Time, and errors


@pytest.mark.filterwarnings(  # OutOfTime may strike where nothing can raise
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(
    "broken",
    [
        "while True: pass",
        "while True:\n        try: int('x')\n        except Exception: pass",
        "time.sleep(99)",
        "raise KeyboardInterrupt",
        "raise SystemExit",
    ],
)
def test_what_never_returns_costs_its_function_alone(broken, monkeypatch):
    monkeypatch.setattr(calling, "LIMIT", 0.3)
    body = "text = prefix"
    names = notebook({"predict_rnn": {body: f"{broken}\n    {body}"}})
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
        (lambda: torch.matmul((torch.eye(2),), torch.eye(2)), "take the ten"),
        (lambda: [torch.eye(2)].detach(), "take the tensor out"),
        (lambda: None + 1, "is None"),
        (lambda: (lambda n: n)(), "signature"),
        (lambda: torch.zeros(1).sum().backward(), "has no graph"),
        (lambda: nett, ""),  # noqa: F821
        (lambda: torch.eye(2) @ torch.eye(3), ""),
    ],
)
def test_an_error_is_shown_with_the_hint_that_explains_it(broken, hint):
    with pytest.raises(Mismatch, match="[A-Z][a-z]+Error: ") as caught:
        call(broken)
    found = caught.value.args[-1]
    assert hint in found and bool(hint) is bool(found)


def test_feedback_names_the_line_of_the_function_that_is_checked():
    typo = {"@ W_hh + b_h": "@ W_hh + b_g"}
    found = judge("rnn", solution.attempt("rnn", typo)).first
    assert found.called.startswith("H = torch.tanh(X @ W_xh + H @ W_hh + b_g)")
    swapped = {"(model, state, len(X), use": "(state, model, len(X), use"}
    names = solution.attempt("train_epoch_rnn", swapped)
    assert "choose_state(" in judge("train_epoch_rnn", names).first.called


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


def test_an_unknown_check_raises_an_error_that_lists_all():
    with pytest.raises(ValueError, match="'rnm': .*rnn, "):
        check("rnm")


def test_a_check_changes_no_random_numbers_and_prints_nothing(capsys):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    judge("train_rnn", notebook())
    assert torch.equal(torch.rand(3), expected)
    assert capsys.readouterr().out == ""


def test_feedback_refers_to_sections_of_the_chapter(monkeypatch):
    places, addresses = {}, {}
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places[title] = addresses[title] = page
        for heading in headings:
            places[f"{title} > {heading}"] = f"{page}#{make_id(heading)}"
    monkeypatch.setattr(data, "addresses", lambda: addresses)
    for facts in data.parts().values():
        for name, found in facts.properties.items():
            assert Failure(found, "", "", "").address == places[found.page], (
                name
            )
