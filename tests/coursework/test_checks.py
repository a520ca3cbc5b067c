"""Checks accept right attempts in any style, and explain wrong ones."""

import math
import re

import numpy as np
import pytest
import torch
from shared.site import CHAPTER, source
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_

import charrnn
from charrnn import model
from coursework import checks
from coursework.checks import CHECKS, CheckFailed, check, evaluate
from coursework.checks.feedback import Mismatch, call
from coursework.wrong_attempts import WITH_HINT, WITHOUT_HINT

PACKAGE = vars(model) | vars(charrnn)
FUNCTIONS = {name: PACKAGE[name] for name in CHECKS if name in PACKAGE}
VALUES = CHECKS.keys() - FUNCTIONS.keys()


# Right attempts in other styles
SOLUTION = re.compile(r"@|\.T\b|= torch|return f\(")  # no hint gives it


def drawn_at_once(vocab_size, num_hiddens, device=None, dtype=torch.float64):
    V, h = vocab_size, num_hiddens
    params = [
        torch.zeros(shape, dtype=dtype).normal_(0, 0.01 * (len(shape) > 1))
        for shape in [(V, h), (h, h), (h,), (h, V), (V,)]
    ]
    for param in params:
        param.requires_grad = True
    return tuple(params)


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
        self.V, self.network = V, forward
        self.params = get_params(V, h)
        self.begin_state = lambda n: init_state(n, h)

    def forward(self, X, state):
        inputs = F.one_hot(X.T, self.V).type(torch.float64)
        outputs, after = self.network(inputs, state, self.params)
        return outputs, after


def written_by_symbols(prefix, num_predicts, model, vocab, device=None):
    state, outputs = model.begin_state(batch_size=1), []
    for character in prefix:
        outputs.append(vocab[character])
        logits, state = model(torch.tensor([outputs[-1:]]), state)
    for _ in range(num_predicts):
        outputs.append(int(logits.argmax(dim=1)))
        logits, state = model(torch.tensor([outputs[-1:]]), state)
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
        total += mean.item() * y.numel()
        count += y.numel()
    return math.exp(total / count), count / 0.1


def epoch_by_texts(model, train_iter, loss, updater, use_random_iter):
    losses, sizes, state = [], [], None
    for X, Y in train_iter:
        if use_random_iter or state is None:
            state = model.begin_state(len(X))
        O, state = model(X, [S.detach() for S in state])
        O = O.reshape(*Y.T.shape, -1).permute(1, 2, 0)  # (n, V, T)
        mean = loss(O, Y)
        mean.backward()
        clip_grad_norm_(model.parameters(), 1)
        by_library = isinstance(updater, torch.optim.Optimizer)
        updater.step() if by_library else updater(1)
        for param in model.parameters():
            param.grad = None  # for the next one
        losses.append(mean.item())
        sizes.append(Y.numel())
    return np.exp(np.average(losses, weights=sizes)), np.float32(1000)


def trained(net, train_iter, vocab, lr, num_epochs, use_random_iter=False):
    def updater(batch_size):
        with torch.no_grad():
            for param in net.params:
                param -= lr * param.grad / batch_size

    settings = nn.CrossEntropyLoss(), updater, use_random_iter
    history = []
    for _ in range(num_epochs):
        history.append(epoch_in_one_loop(net, train_iter, *settings)[0])
    print(written_by_symbols("traveller", 5, net, vocab))
    return history


RIGHT = [
    *FUNCTIONS.items(),
    ("one_hot", lambda X, V: torch.eye(V, dtype=torch.float64)[X.T]),
    ("get_params", drawn_at_once),
    ("init_rnn_state", lambda n, h: (torch.zeros(n, h, dtype=torch.double),)),
    ("rnn", rnn_in_place),
    ("RNNModelScratch", ModelInOtherWords),
    ("predict_rnn", written_by_symbols),
    ("predict_rnn", written_by_reading_all_again),
    ("grad_clipping", clipped_by_hand),
    ("grad_clipping", lambda m, c: clip_grad_norm_(m.parameters(), c)),
    ("grad_clipping", clipped_by_scale),
    ("train_epoch_rnn", epoch_in_one_loop),
    ("train_epoch_rnn", epoch_by_texts),
    ("train_rnn", trained),
]


@pytest.mark.parametrize(("name", "attempt"), RIGHT)
def test_a_right_attempt_passes(name, attempt):
    for seed in range(10):
        found = evaluate(name, attempt, seed=seed)
        assert found.passed, found


# Wrong attempts


@pytest.mark.parametrize(
    "wrong", WITH_HINT + WITHOUT_HINT, ids=lambda wrong: wrong.mistake
)
def test_a_wrong_attempt_fails_with_a_hint_if_it_is_listed_with_one(wrong):
    for seed in range(3):
        found = evaluate(wrong.check, wrong.make(), seed=seed)
        assert not found.passed, f"no property of {wrong.check} fails: add one"
        if wrong in WITH_HINT:
            advice = "write a hint for it, or list it in WITHOUT_HINT"
            assert found.first.hint, f"{advice}. The feedback is\n{found}"
            assert not SOLUTION.search(found.first.hint), found.first.hint
        else:
            advice = "it gets a hint: list it in WITH_HINT"
            assert not found.first.hint, f"{advice}. The feedback is\n{found}"
            assert found.first.got != found.first.expected


@pytest.mark.parametrize(
    "odd", [None, np.eye(3), 10**400, 1j, "text", 1j * torch.eye(3)]
)
def test_an_odd_result_fails_and_none_fails_every_property(odd):
    for name in FUNCTIONS:
        failures = evaluate(name, lambda *_, **__: odd).failures.values()
        assert any(failures) if odd is not None else all(failures)
    for name in VALUES:
        count = len(checks.VARIABLES[name])
        assert not evaluate(name, *[odd] * count).passed


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
def test_an_error_is_shown_with_the_hint_that_explains_it(broken, hint):
    with pytest.raises(Mismatch, match="^[A-Z][a-z]+Error: ") as caught:
        call(broken)
    assert hint in caught.value.hint and bool(hint) is bool(caught.value.hint)


@pytest.mark.parametrize("speed", [0, 0.02, -1, None, math.nan, math.inf])
def test_an_impossible_speed_fails(speed):
    def attempt(*arguments):
        return epoch_in_one_loop(*arguments)[0], speed

    found = evaluate("train_epoch_rnn", attempt).failures
    assert [name for name, f in found.items() if f] == ["perplexity"]


# Values


def values():
    """Return attempts at the checks of values: a right one, and wrong ones."""
    X, Y = checks.cases.batches(0, 5)[0]
    batches, vocab = charrnn.load_data_time_machine(4, 6)
    x, y = next(iter(batches))
    O, state = torch.zeros(10, 28), (torch.zeros(2, 512),)
    history = charrnn.History(1.0, [20.0, 10.0])
    shapes = [(28, 512), (512, 512), (512,), (512, 28), (28,)]
    return {
        "minibatch": [
            (batches, vocab, x, y), (batches, vocab, y, x),
            (batches, "etaoin", x, y), (batches, vocab, X, Y),
            (batches, vocab, x, y[0]), (batches, vocab, x[:0], y[:0]),
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
    }  # fmt: skip


def test_right_values_pass_and_others_fail():
    attempts = values()
    assert attempts.keys() == VALUES
    for name, (right, *wrong) in attempts.items():
        found = evaluate(name, *right)
        assert found.passed, found
        for attempt in wrong:
            assert not evaluate(name, *attempt).passed, (name, attempt)


# In a notebook


def test_a_check_takes_the_variables_of_its_caller():
    names = {"check": check, "F": F, "torch": torch}
    with pytest.raises(CheckFailed, match="not there yet: vectors"):
        exec('check("vectors")', names)
    wrong = "vectors = F.one_hot(torch.tensor([2, 0]), 28)"
    with pytest.raises(CheckFailed, match=r"at \[\(0, 2\), \(1, 0\)\]"):
        exec(f'{wrong}\ncheck("vectors")', names)
    exec('found = check("vectors", only="shape")', names)
    assert str(names["found"]) == "vectors passed: shape"


def test_an_unknown_check_or_property_raises_an_error_that_lists_all():
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


def test_feedback_refers_to_sections_of_the_chapter():
    places = set()
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places |= {title, *(f"{title} > {heading}" for heading in headings)}
    for properties in CHECKS.values():
        assert {found.page for found in properties.values()} <= places
