"""A check tests each function apart, and explains what is wrong."""

import re

import numpy as np
import pytest
import torch
from shared import lab
from shared.site import CHAPTER, source
from torch import nn
from torch.nn import functional as F

import charrnn
from charrnn import model, training
from charrnn.corpus import Minibatches
from coursework import checks
from coursework.checks import CHECKS, CheckFailed, check, evaluate, references
from coursework.checks.feedback import Mismatch, call

PACKAGE = vars(model) | vars(training) | vars(charrnn)
FUNCTIONS = [name for name in CHECKS if name in PACKAGE]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_package_and_the_lab_pass(name):
    lab.accept(name, PACKAGE[name], seeds=2)
    lab.accept(name, lab.attempt(name), seeds=2)


# One mistake costs once


def test_a_function_is_judged_apart_from_mistakes_in_others():
    names = lab.namespace({"F.one_hot(X.T, vocab": "F.one_hot(X, vocab"})
    failing = {
        name: [key for key, f in found.failures.items() if f]
        for name in FUNCTIONS
        if not (found := evaluate(name, names[name])).passed
    }
    assert failing == {"one_hot": ["order"]}
    found = evaluate("RNNModelScratch", names["RNNModelScratch"])
    assert found.needs_ours and "used ours" in str(found)


@pytest.mark.parametrize(
    "name", ["one_hot", "grad_clipping", "choose_state", "differentiate"]
)
def test_our_versions_are_right_and_no_answers(name):
    def answer(*given):
        return references.REFERENCES[name](*given)

    assert "belongs to the checks" in str(evaluate(name, answer))
    with references.in_place(answer, "another"):
        lab.accept(name, answer, seeds=2)


# Errors, and odd results


@pytest.mark.parametrize("odd", [None, np.eye(3), 1j, "text", torch.eye(3)])
def test_an_odd_result_fails_and_none_fails_every_property(odd):
    for name in FUNCTIONS:
        failures = evaluate(name, lambda *_, **__: odd).failures.values()
        assert any(failures) if odd is not None else all(failures), name
    for name in CHECKS.keys() - set(FUNCTIONS):
        count = len(checks.VARIABLES[name])
        assert not evaluate(name, *[odd] * count).passed, name


@pytest.mark.parametrize(
    ("broken", "hint"),
    [
        (lambda: torch.matmul((torch.eye(2),), torch.eye(2)), "take the ten"),
        (lambda: (torch.eye(2),).detach(), "take the tensor out"),
        (lambda: None + 1, "in this line is None"),
        (lambda: (lambda n: n)(), "signature"),
        (lambda: torch.zeros(1).sum().backward(), "has no graph"),
        (lambda: torch.eyes(2), "did you mean eye?"),
        (lambda: reslut, "did you mean result?"),  # noqa: F821
        (lambda: torch.eye(2) @ torch.eye(3), ""),
    ],
)
def test_an_error_is_shown_with_the_hint_that_explains_it(broken, hint):
    broken.__globals__["result"] = 1
    with pytest.raises(Mismatch, match="[A-Z][a-z]+Error: ") as caught:
        call(broken)
    found = caught.value.args[-1]
    assert hint in found and bool(hint) is bool(found)


def test_feedback_names_the_line_and_the_name_that_is_meant():
    found = evaluate(
        "rnn", lab.attempt("rnn", {"@ W_hh + b_h": "@ W_hh + b_g"})
    )
    text = str(found)
    assert "Looked at: H = torch.tanh(X @ W_xh + H @ W_hh + b_g)" in text
    assert re.search(
        "Hint: +there is no b_g here: did you mean b_[hq] or b_[hq]", text
    )


def test_a_blank_is_called_blank():
    def rnn(inputs, state, params):
        """Run the network."""

    failures = evaluate("rnn", rnn).failures.values()
    assert {f.hint for f in failures} == {"nothing is written here yet"}


# In a notebook


def test_a_check_takes_the_variables_of_its_caller():
    names = {"check": check, "F": F, "torch": torch}
    with pytest.raises(CheckFailed, match="no vectors"):
        exec('check("vectors")', names)
    wrong = "vectors = F.one_hot(torch.tensor([2, 0]), 28)"
    with pytest.raises(CheckFailed, match="not yet: values"):
        exec(f'{wrong}\ncheck("vectors")', names)
    exec('found = check("vectors", only="shape")', names)
    assert str(names["found"]) == "vectors passed: shape"


def test_an_unknown_check_or_property_raises_an_error_that_lists_all():
    with pytest.raises(ValueError, match="'rnm': minibatch"):
        check("rnm", charrnn.rnn)
    with pytest.raises(ValueError, match="'shape': outputs, state"):
        check("rnn", charrnn.rnn, only="shape")


def test_a_check_changes_no_random_numbers_and_prints_nothing(capsys):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    check("train_rnn", lab.attempt("train_rnn"))
    assert torch.equal(torch.rand(3), expected)
    assert capsys.readouterr().out == ""


def test_feedback_refers_to_sections_of_the_chapter():
    places = set()
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places |= {title, *(f"{title} > {heading}" for heading in headings)}
    for properties in CHECKS.values():
        assert {found.page for found in properties.values()} <= places


# The lab


def test_the_lab_trains_as_the_package_does():
    """Both see the same minibatches, and begin with the same weights."""
    names = lab.namespace()
    text = torch.arange(400) % 7
    histories = []
    for train_epoch_rnn in (
        names["train_epoch_rnn"],
        training.train_epoch_rnn,
    ):
        generator = torch.Generator().manual_seed(0)
        batches = Minibatches(text, 4, 5, generator=generator)
        torch.manual_seed(0)
        make = names["get_params"], names["init_rnn_state"], names["rnn"]
        net = names["RNNModelScratch"](7, 16, *make)
        updater = names["choose_updater"](net, 1)
        loss = nn.CrossEntropyLoss()
        histories.append(
            [
                train_epoch_rnn(net, batches, loss, updater, False)[0]
                for _ in range(3)
            ]
        )
    ours, theirs = histories
    assert ours == pytest.approx(theirs, rel=1e-6)
