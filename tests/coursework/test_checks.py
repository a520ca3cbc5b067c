"""Attempts that are checked: right ones pass, wrong ones are told why."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from shared.site import CHAPTER, source
from torch import nn
from torch.nn import functional as F

import charrnn
from charrnn import model
from coursework import checks
from coursework.checks import (
    CHECKS,
    Unsolved,
    check,
    doubles,
    feedback,
    judge,
)
from coursework.wrong_attempts import NAMED, OTHERS

FUNCTIONS = [
    "one_hot",
    "get_params",
    "init_rnn_state",
    "rnn",
    "RNNModelScratch",
    "predict_rnn",
    "grad_clipping",
    "train_epoch_rnn",
    "train_rnn",
]
SEEDS = range(3)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_package_computes_passes(name):
    own = getattr(charrnn, name, None) or getattr(model, name)
    for seed in range(10):
        found = judge(name, own, seed=seed)
        assert found.passed, found


# Right attempts in other styles


def encoded_by_rows(X, vocab_size, *, device=None):
    return torch.eye(vocab_size, dtype=torch.float64, device=device)[X.T]


def drawn_at_once(vocab_size, num_hiddens, device=None, dtype=torch.float64):
    V, h = vocab_size, num_hiddens
    shapes = (V, h), (h, h), h, (h, V), V
    params = []
    for shape in shapes:
        is_weight = isinstance(shape, tuple)
        param = torch.zeros(shape, dtype=dtype)
        params.append(param.normal_(0, 0.01) if is_weight else param)
    for param in params:
        param.requires_grad = True
    return tuple(params)


def begun(batch_size, num_hiddens, device=None, dtype=torch.float64):
    return (torch.zeros(batch_size, num_hiddens, dtype=dtype, device=device),)


def rnn_linear(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        H = F.linear(X, W_xh.T, b_h).add(F.linear(H, W_hh.T)).tanh()
        outputs.append(F.linear(H, W_hq.T, b_q))
    return torch.cat(outputs, dim=0), (H,)


def rnn_in_place(inputs, state, params):
    T, n, V = inputs.shape
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], torch.empty(T * n, V)
    for t in range(T):
        H = torch.tanh(torch.mm(inputs[t], W_xh) + torch.mm(H, W_hh) + b_h)
        outputs[t * n : (t + 1) * n] = torch.mm(H, W_hq) + b_q
    return outputs, (H,)


class ModelInOtherWords(nn.Module):
    def __init__(self, V, h, get_params, init_state, forward, *, note=""):
        super().__init__()
        self.V, self.h = V, h
        self.params = get_params(V, h)
        self.begin_state = lambda n: init_state(n, h)
        self.network = forward

    def forward(self, X, state):
        inputs = F.one_hot(X.T, self.V).type(torch.float64)
        outputs, after = self.network(inputs, state, self.params)
        return outputs, after


def written_by_symbols(prefix, num_predicts, model, vocab, device=None):
    state = model.begin_state(batch_size=1)
    outputs = [vocab[prefix[0]]]

    def last():
        return torch.tensor([outputs[-1]], device=device).reshape(1, 1)

    for character in prefix[1:]:  # the warm-up
        _, state = model(last(), state)
        outputs.append(vocab[character])
    for _ in range(num_predicts):
        logits, state = model(last(), state)
        outputs.append(int(logits.argmax(dim=1)))
    return "".join(vocab.idx_to_token[i] for i in outputs)


def written_by_reading_all_again(prefix, num_predicts, model, vocab):
    text = prefix
    for _ in range(num_predicts):
        X = torch.tensor([vocab[list(text)]])
        O, _ = model(X, model.begin_state(1))
        text += vocab.to_tokens(int(O[-1].argmax()))
    return text


def clipped_by_hand(net, theta):
    params = net.params if hasattr(net, "params") else list(net.parameters())
    norm = math.sqrt(sum(float((p.grad**2).sum()) for p in params))
    if norm > theta:
        for param in params:
            param.grad[:] *= theta / norm


def clipped_by_library(model, theta):
    return nn.utils.clip_grad_norm_(model.parameters(), theta)


def clipped_by_scale(model, theta, eps=0.0):
    grads = [p.grad.double().flatten() for p in model.parameters()]
    norm = torch.cat(grads).norm()
    scale = torch.clamp(theta / (norm + eps), max=1.0)
    for param in model.parameters():
        param.grad = param.grad * scale.float()
    return norm


def epoch_in_one_loop(net, train_iter, loss, updater, use_random_iter):
    state, total, count = None, 0.0, 0
    for X, Y in train_iter:
        if state is None or use_random_iter:
            state = net.begin_state(batch_size=X.shape[0])
        else:
            for S in state:
                S.detach_()
        y = Y.T.reshape(-1)
        y_hat, state = net(X, state)
        mean = loss(y_hat, y.long()).mean()
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            mean.backward()
            clipped_by_hand(net, 1)
            updater.step()
        else:
            for param in net.params:
                param.grad = None
            mean.backward()
            clipped_by_hand(net, 1)
            updater(batch_size=1)
        with torch.no_grad():
            total += float(mean) * y.numel()
        count += y.numel()
    return math.exp(total / count), count / 0.1


def epoch_by_texts(model, train_iter, loss, updater, use_random_iter):
    losses, sizes, state = [], [], None
    for X, Y in train_iter:
        if use_random_iter or state is None:
            state = model.begin_state(len(X))
        state = [S.detach() for S in state]
        O, state = model(X, state)
        O = O.reshape(*Y.T.shape, -1).permute(1, 2, 0)  # (n, V, T)
        mean = loss(O, Y)
        mean.backward()
        clipped_by_library(model, 1)
        by_library = isinstance(updater, torch.optim.Optimizer)
        updater.step() if by_library else updater(1)
        for param in model.parameters():
            param.grad = None  # for the next one
        losses.append(mean.item())
        sizes.append(Y.numel())
    return np.exp(np.average(losses, weights=sizes)), np.float32(1000)


def trained(net, train_iter, vocab, lr, num_epochs, use_random_iter=False):
    history = []

    def updater(batch_size):
        with torch.no_grad():
            for param in net.params:
                param -= lr * param.grad / batch_size

    for _ in range(num_epochs):
        perplexity, _ = epoch_in_one_loop(
            net, train_iter, nn.CrossEntropyLoss(), updater, use_random_iter
        )
        history.append(perplexity)
    print(written_by_symbols("traveller", 5, net, vocab))
    return history


RIGHT = [
    ("one_hot", encoded_by_rows),
    ("get_params", drawn_at_once),
    ("init_rnn_state", begun),
    ("rnn", rnn_linear),
    ("rnn", rnn_in_place),
    ("RNNModelScratch", ModelInOtherWords),
    ("predict_rnn", written_by_symbols),
    ("predict_rnn", written_by_reading_all_again),
    ("grad_clipping", clipped_by_hand),
    ("grad_clipping", clipped_by_library),
    ("grad_clipping", clipped_by_scale),
    ("train_epoch_rnn", epoch_in_one_loop),
    ("train_epoch_rnn", epoch_by_texts),
    ("train_rnn", trained),
]


@pytest.mark.parametrize(("name", "attempt"), RIGHT)
def test_right_attempts_in_other_styles_pass(name, attempt):
    for seed in SEEDS:
        found = judge(name, attempt, seed=seed)
        assert found.passed, found


# Wrong attempts


WRONG = {mistake.what: mistake for mistake in NAMED + OTHERS}


@cache
def first_complaints(what):
    """Return what is said first of a wrong attempt, by several seeds."""
    mistake = WRONG[what]
    return [
        judge(mistake.check, mistake.attempt, seed=seed).first
        for seed in SEEDS
    ]


@pytest.mark.parametrize("mistake", NAMED, ids=lambda m: m.what)
def test_a_mistake_is_named_by_a_hint_of_its_own(mistake):
    (hint,) = {complaint.hint for complaint in first_complaints(mistake.what)}
    others = (m for m in NAMED if m.check == mistake.check and m != mistake)
    assert hint
    assert hint not in {first_complaints(m.what)[0].hint for m in others}
    assert not re.search(r"@|\breturn \w+\(|= torch|\.T\b", hint)  # no code


@pytest.mark.parametrize("mistake", OTHERS, ids=lambda m: m.what)
def test_no_cause_is_guessed(mistake):
    for complaint in first_complaints(mistake.what):
        assert complaint.hint == "" and complaint.got != complaint.expected


def test_answers_lead_to_places_that_there_are():
    places = set()
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places |= {title, *(f"{title} > {heading}" for heading in headings)}
    for properties in CHECKS.values():
        assert {found.page for found in properties.values()} <= places


def blank(*arguments):
    """Say what is to be done."""


class Blank:
    def __init__(self, *arguments):
        """Say what is to be done."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_has_no_property(name):
    attempt = Blank if name == "RNNModelScratch" else blank
    assert all(judge(name, attempt).complaints.values())


@pytest.mark.parametrize(
    "odd", [np.eye(3), 10**400, 1j, "text", torch.eye(3, dtype=torch.cfloat)]
)
def test_whatever_an_attempt_returns_is_answered(odd):
    for name in FUNCTIONS:
        assert not judge(name, lambda *_, **__: odd).passed
    for name in set(CHECKS) - set(FUNCTIONS):
        count = len(checks.NEEDS[name])
        assert not judge(name, *[odd] * count).passed


def test_an_attempt_that_raises_is_told_what_was_raised():
    def broken(inputs, state, params):
        return inputs @ params[1]

    with pytest.raises(Unsolved, match="RuntimeError: mat1 and mat2"):
        check("rnn", broken)


@pytest.mark.parametrize(
    ("broken", "hint"),
    [
        (lambda: torch.matmul((torch.eye(2),), torch.eye(2)), "take the ten"),
        (lambda: (torch.eye(2),).detach(), "take the tensor out"),
        (lambda: object().zero_grad(), "may be a plain function"),
        (lambda: None + 1, "something is None"),
        (lambda: (lambda n: n)(), "signature"),
        (lambda: torch.zeros(1).sum().backward(), "without their graph"),
        (lambda: torch.eye(2) @ torch.eye(3), ""),
    ],
)
def test_an_error_is_told_what_it_means(broken, hint):
    with pytest.raises(feedback.Wrong) as error:
        feedback.call(broken)
    assert hint in error.value.hint and bool(hint) is bool(error.value.hint)


def test_what_a_prefix_leads_to_is_not_expected_within_it():
    vocab = checks.cases.vocab()
    reader = doubles.Reader(len(vocab))
    for word in checks.cases.WORDS:
        X = torch.tensor([vocab[list(word)]])
        *others, last = reader(X, reader.begin_state(1))[0].argmax(1).tolist()
        assert last not in others


@pytest.mark.parametrize("speed", [0, 0.02, -1, None, math.nan, math.inf])
def test_a_speed_is_a_number_of_characters(speed):
    def attempt(*arguments):
        return epoch_in_one_loop(*arguments)[0], speed

    found = judge("train_epoch_rnn", attempt).complaints
    assert [name for name, c in found.items() if c] == ["perplexity"]


# In a notebook


def test_values_are_found_where_the_check_is_called():
    names = {"check": check, "F": F, "torch": torch}
    with pytest.raises(Unsolved, match="not there yet: vectors"):
        exec('check("vectors")', names)
    wrong = "vectors = F.one_hot(torch.tensor([2, 0]), 28)"
    with pytest.raises(Unsolved, match=r"at \[\(0, 2\), \(1, 0\)\]"):
        exec(f'{wrong}\ncheck("vectors")', names)
    exec('found = check("vectors", only="shape")', names)
    assert str(names["found"]) == "vectors passed: shape"


def test_an_unknown_check_or_property_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'rnm': there are minibatch"):
        check("rnm", charrnn.rnn)
    with pytest.raises(ValueError, match="'shape': there are outputs, state"):
        check("rnn", charrnn.rnn, only="shape")


def test_a_check_changes_no_random_numbers_and_prints_nothing(capsys):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    check("train_rnn", trained)
    assert torch.equal(torch.rand(3), expected)
    assert capsys.readouterr().out == ""


def values(name):
    X, Y = checks.cases.batches(0, 5)[0]
    batches, vocab = charrnn.load_data_time_machine(4, 6)
    first = next(iter(batches))
    O, state = torch.zeros(10, 28), (torch.zeros(2, 512),)
    history = charrnn.History(1.0, [20.0, 10.0])
    shapes = [(28, 512), (512, 512), (512,), (512, 28), (28,)]
    return {
        "minibatch": [
            (batches, vocab, *first),
            (batches, vocab, first[1], first[0]),
            (batches, "etaoin", *first),
            (batches, vocab, X, Y),
            (batches, vocab, first[0], first[1][0]),
            (batches, vocab, first[0][:0], first[1][:0]),
        ],
        "vectors": [(F.one_hot(torch.tensor([0, 2]), 28),), (torch.eye(28),)],
        "parameter_shapes": [
            (shapes, 512), (shapes[::-1], 512), (None, 512),
            (charrnn.get_params(28, 512), 512), ([(X, O)] * 5, 512),
        ],
        "output_shapes": [
            (X, O, state, 512), (X, O, state[0], 512), (X, state[0], O, 512),
        ],
        "untrained": [("travellerabcdefghij",), ("traveller",), (3,)],
        "sequential": [
            (history,), ([10.0, 20.0],), (None,), ([9.0] * 99 + [99.0],),
        ],
        "random": [([20.0, 10.0],), ([20.0, math.nan],), ([20.0],)],
        "written": [("time traveller for so it was",), ("",)],
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(CHECKS) - set(FUNCTIONS)))
def test_values_that_are_right_pass_and_others_do_not(name):
    right, *wrong = values(name)
    found = judge(name, *right)
    assert found.passed, found
    for attempt in wrong:
        assert not judge(name, *attempt).passed
