"""Attempts that are marked: right ones pass, wrong ones are told why."""

import contextlib
import math
import re
from collections import Counter

import numpy as np
import pytest
import torch
from shared.site import CHAPTER, source
from torch import nn
from torch.nn import functional as F

import charrnn
from charrnn import checks, model
from charrnn.checks import CHECKS, Unsolved
from charrnn.checks.mistakes import MISTAKES

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


def verdict(name, *attempt, seed=0):
    found = CHECKS[name]
    return found.judge(found.probe(*attempt, seed=seed))


# Right attempts


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_package_computes_passes(name):
    own = getattr(charrnn, name, None) or getattr(model, name)
    for seed in range(20):
        found = verdict(name, own, seed=seed)
        assert found.passed, found


def test_the_size_of_the_vocabulary_cannot_be_guessed():
    for seed in range(20):
        assert checks.cases.indices(seed).max() + 1 < checks.cases.V


def encoded_by_rows(X, vocab_size, *, device=None):
    return torch.eye(vocab_size, dtype=torch.float64, device=device)[X.T]


def encoded_by_embedding(X, vocab_size):
    return F.embedding(X.t(), torch.eye(vocab_size))


def encoded_by_loops(X, vocab_size):
    steps = [[F.one_hot(i, vocab_size) for i in column] for column in X.T]
    return torch.stack([torch.stack(step) for step in steps]) * 1.0


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


def drawn_as_parameters(vocab_size, num_hiddens):
    V, h = vocab_size, num_hiddens
    weights = [torch.randn(s) * 0.01 for s in [(V, h), (h, h), (h, V)]]
    W_xh, W_hh, W_hq = map(nn.Parameter, weights)
    b_h, b_q = nn.Parameter(torch.zeros(h)), nn.Parameter(torch.zeros(V))
    return [W_xh, W_hh, b_h, W_hq, b_q]


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


def rnn_embedding(inputs, state, params, *, verbose=False):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    states = []
    for x in inputs.argmax(dim=-1):
        H = torch.tanh(W_xh[x] + H @ W_hh + b_h)
        states.append(H)
    return torch.stack(states).flatten(0, 1) @ W_hq + b_q, [H]


def rnn_double(inputs, state, params):
    params = [param.double() for param in params]
    outputs, state = charrnn.rnn(
        inputs.double(), tuple(S.double() for S in state), params
    )
    return outputs, state


def rnn_in_place(inputs, state, params):
    T, n, V = inputs.shape
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], torch.empty(T * n, V)
    for t in range(T):
        H = torch.tanh(torch.mm(inputs[t], W_xh) + torch.mm(H, W_hh) + b_h)
        outputs[t * n : (t + 1) * n] = torch.mm(H, W_hq) + b_q
    return outputs, (H,)


class ModelByKeywords:
    def __init__(self, V, h, get_params, init_state, forward):
        params = get_params(vocab_size=V, num_hiddens=h)
        self.params = nn.ParameterList(map(nn.Parameter, params))
        self.V, self.h, self.begin, self.f = V, h, init_state, forward

    def __call__(self, X, state):
        inputs = F.one_hot(X.T, self.V).float()
        return self.f(inputs=inputs, state=state, params=self.params)

    def begin_state(self, batch_size):
        return self.begin(batch_size=batch_size, num_hiddens=self.h)


class ModelWithWeights(ModelByKeywords):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.weights = self.params
        del self.params

    def parameters(self):
        return iter(self.weights)

    def __call__(self, X, state):
        inputs = F.one_hot(X.T, self.V).float()
        return self.f(inputs, state, self.weights)


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


def written_by_steps(prefix, num_predicts, model, vocab):
    state, text = model.begin_state(1), prefix
    for index in vocab[list(prefix)]:
        logits, state = model.step(torch.tensor([index]), state)
    for number in range(num_predicts):
        best = logits[0].argmax()
        text += vocab.to_tokens(best.item())
        if number < num_predicts - 1:
            logits, state = model.step(best[None], state)
    return text


def written_on_a_device(prefix, num_predicts, model, vocab):
    device = next(iter(model.parameters())).device
    H = torch.zeros(1, model.num_hiddens, device=device)
    indices = vocab[list(prefix)]
    with torch.no_grad():
        O, state = model(torch.tensor([indices], device=device), (H,))
        for _ in range(num_predicts):
            O[:, vocab.unk] = -torch.inf
            indices.append(F.softmax(O[-1], dim=0).topk(1).indices.item())
            last = torch.tensor([[indices[-1]]], device=device)
            O, state = model(last, state)
    return "".join(vocab.to_tokens(indices))


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


def epoch_at_a_speed(speed):
    def train_epoch_rnn(*arguments):
        return epoch_in_one_loop(*arguments)[0], speed

    return train_epoch_rnn


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


def epoch_by_functions(
    model, train_iter, loss, updater, use_random_iter, *, theta=1.0
):
    losses, state = [], None
    for X, Y in train_iter:
        fresh = use_random_iter or state is None
        state = model.begin_state(len(X)) if fresh else state
        O, state = model(X, [S.detach().clone() for S in state])
        each = F.cross_entropy(O, Y.t().flatten(), reduction="none")
        params = list(model.parameters())
        for param, grad in zip(
            params, torch.autograd.grad(each.mean(), params), strict=True
        ):
            param.grad = grad
        clipped_by_library(model, theta)
        updater.step() if hasattr(updater, "step") else updater(1)
        losses.append(each.detach().double())
    losses = torch.cat(losses)
    return losses.mean().exp(), torch.tensor(len(losses) / 0.1)


def trained_with_numpy(model, train_iter, vocab, lr, num_epochs, random=False):
    next(iter(train_iter))
    return np.array(trained(model, train_iter, vocab, lr, num_epochs, random))


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


RIGHT = {
    "one_hot": [encoded_by_rows, encoded_by_embedding, encoded_by_loops],
    "get_params": [drawn_at_once, drawn_as_parameters],
    "init_rnn_state": [begun],
    "rnn": [rnn_linear, rnn_embedding, rnn_double, rnn_in_place],
    "RNNModelScratch": [
        ModelInOtherWords,
        ModelByKeywords,
        ModelWithWeights,
    ],
    "predict_rnn": [
        written_by_symbols,
        written_by_steps,
        written_on_a_device,
        written_by_reading_all_again,
    ],
    "grad_clipping": [clipped_by_hand, clipped_by_library, clipped_by_scale],
    "train_epoch_rnn": [epoch_in_one_loop, epoch_by_functions, epoch_by_texts],
    "train_rnn": [trained, trained_with_numpy],
}


@pytest.mark.parametrize(
    ("name", "attempt"),
    [(name, attempt) for name, found in RIGHT.items() for attempt in found],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_right_attempts_in_other_styles_pass(name, attempt, seed):
    found = verdict(name, attempt, seed=seed)
    assert found.passed, found


def test_each_function_has_right_attempts_in_other_styles():
    assert set(RIGHT) == set(FUNCTIONS) and sum(map(len, RIGHT.values())) > 20


# Wrong attempts


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.what)
def test_a_wrong_attempt_fails_and_the_same_hint_is_given_each_time(mistake):
    hints = set()
    for seed in SEEDS:
        found = verdict(mistake.check, mistake.attempt, seed=seed)
        assert not found.passed
        hints.add(found.first.hint)
    assert len(hints) == 1


def test_each_wrong_attempt_has_a_hint_of_its_own():
    found = Counter(
        (m.check, verdict(m.check, m.attempt).first.hint) for m in MISTAKES
    )
    assert len(MISTAKES) > 90 and found.most_common(1)[0][1] == 1
    assert {m.check for m in MISTAKES} == set(FUNCTIONS)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.what)
def test_an_answer_says_all_that_a_tutor_says_and_no_code(mistake):
    for complaint in verdict(
        mistake.check, mistake.attempt
    ).complaints.values():
        if complaint:
            said = dict(complaint.lines)
            assert list(said) == [
                "Called",
                "Came",
                "Expected",
                "Perhaps",
                "Read",
            ]
            assert all(said.values()) and said["Came"] != said["Expected"]
            told = f"{said['Expected']} {said['Perhaps']}"
            assert not re.search(r"@|\breturn \w+\(|= torch|\.T\b", told)
            assert len(said["Came"]) < 400


def test_answers_lead_to_places_that_there_are():
    places = set()
    for page in CHAPTER:
        title, *headings = re.findall(r"^##? (.+)$", source(page), re.M)
        places |= {title, *(f"{title} > {heading}" for heading in headings)}
    found = {
        complaint.page
        for m in MISTAKES
        for complaint in verdict(m.check, m.attempt).complaints.values()
        if complaint
    }
    found |= {
        value
        for module in (
            checks.clipping,
            checks.data,
            checks.network,
            checks.training,
            checks.writing,
        )
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and " > " in value
    }
    assert len(found) > 15 and found <= places, found - places


# In a notebook


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_is_told_that_it_is_one(name):
    def blank(*arguments):
        """Say what is to be done."""

    class Blank:
        def __init__(self, *arguments):
            """Say what is to be done."""

    attempt = Blank if name == "RNNModelScratch" else blank
    with pytest.raises(Unsolved) as error:
        charrnn.check(name, attempt)
    first = error.value.verdict.first
    assert re.search("blank|call|made|nothing", f"{first.hint} {first.came}")
    assert not any(
        complaint is None and prop not in ("inputs",)
        for prop, complaint in error.value.verdict.complaints.items()
    )


def test_a_blank_that_raises_and_a_blank_within_are_told_apart():
    def blank(*arguments):
        raise NotImplementedError

    for name in FUNCTIONS:
        with pytest.raises(Unsolved, match="the body, or something"):
            charrnn.check(name, blank)

    def half(model, train_iter, vocab, lr, num_epochs, use_random_iter=False):
        with contextlib.nullcontext(history):  # noqa: F821
            pass

    with pytest.raises(Unsolved, match="used before it is made"):
        charrnn.check("train_rnn", half)


def test_what_a_prefix_leads_to_is_not_expected_within_it():
    vocab = checks.cases.vocab()
    model = checks.probes.spies.Reader(len(vocab), [])
    for word in checks.cases.WORDS:
        X = torch.tensor([vocab[list(word)]])
        *others, last = model(X, model.begin_state(1))[0].argmax(1).tolist()
        assert last not in others


def test_an_attempt_that_raises_is_told_what_was_raised():
    def broken(inputs, state, params):
        return inputs @ params[1]

    with pytest.raises(Unsolved, match="RuntimeError: mat1 and mat2") as error:
        charrnn.check("rnn", broken)
    assert "shapes of the tensors" in str(error.value)
    with pytest.raises(Unsolved, match="signature"):
        charrnn.check("rnn", lambda inputs: inputs)


@pytest.mark.parametrize(
    ("broken", "hint"),
    [
        (lambda: (torch.eye(2),) @ torch.eye(2), "take the tensor out"),
        (lambda: torch.matmul((torch.eye(2),), torch.eye(2)), "take the ten"),
        (lambda: (torch.eye(2),).detach(), "take the tensor out"),
        (lambda: [].perplexity, "asked of another value"),
        (lambda: (lambda n: n).step(), "only an optimiser"),
        (lambda: F.onehot(torch.tensor(1)), "misspelt"),
        (lambda: torch.eye(2).unsqeeze(0), "misspelt"),
        (lambda: torch.eye(2).grad.zero_(), "until the first backward"),
        (lambda: object().zero_grad(), "may be a plain function"),
        (lambda: object().params, "sets it missing"),
        (lambda: None + 1, "still blank, or returns nothing"),
        (lambda: torch.eye(2) @ torch.eye(3), "print the shapes"),
    ],
)
def test_an_error_is_told_what_it_means(broken, hint):
    seen = checks.probes.call(broken)
    assert hint in checks.words.explain_error(seen["data"])
    assert len(checks.words.said(seen)) > 20


def test_what_a_model_is_given_is_not_cut_off():
    with pytest.raises(
        Unsolved, match=r"the minibatch is \(1,\), and must be"
    ):
        charrnn.check(
            "predict_rnn",
            lambda prefix, number, model, vocab: model(
                torch.tensor([1]), model.begin_state(1)
            ),
        )


@pytest.mark.parametrize(
    ("name", "attempt", "hint"),
    [
        (
            "rnn",
            lambda X, state, params: (
                charrnn.rnn(X, state, params)[0].log(),
                state,
            ),
            "compare your line",
        ),
        ("get_params", lambda V, h: torch.Tensor, "return all five"),
        (
            "train_rnn",
            lambda *arguments: {"losses": trained(*arguments)},
            "append what each epoch",
        ),
        (
            "train_epoch_rnn",
            lambda model, *_: [p.grad.norm() for p in model.parameters()],
            "returns nothing",
        ),
    ],
)
def test_odd_attempts_are_answered_too(name, attempt, hint):
    assert hint in str(verdict(name, attempt))


@pytest.mark.parametrize("speed", [0, 0.02, -1, None, math.nan, math.inf])
def test_a_speed_is_a_number_of_characters(speed):
    found = verdict("train_epoch_rnn", epoch_at_a_speed(speed))
    assert "number of characters read" in found.first.hint
    assert [n for n, c in found.complaints.items() if c] == ["perplexity"]


def test_values_are_found_where_the_check_is_called():
    names = {"charrnn": charrnn, "F": F, "torch": torch}
    with pytest.raises(Unsolved, match="not there yet: vectors"):
        exec('charrnn.check("vectors")', names)
    with pytest.raises(Unsolved, match=r"at \[\(0, 2\), \(1, 0\)\]"):
        exec(
            "vectors = F.one_hot(torch.tensor([2, 0]), 28)\n"
            'charrnn.check("vectors")', names,
        )  # fmt: skip
    exec(
        "vectors = F.one_hot(torch.tensor([0, 2]), 28)\n"
        'found = charrnn.check("vectors")', names,
    )  # fmt: skip
    assert str(names["found"]) == "vectors passed: shape, values"


def test_an_unknown_check_is_refused_with_those_that_there_are():
    with pytest.raises(
        ValueError, match="'rnm': there are minibatch, vectors"
    ):
        charrnn.check("rnm", charrnn.rnn)


def test_a_check_changes_no_random_numbers_and_prints_nothing(capsys):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    for name in FUNCTIONS:
        own = getattr(charrnn, name, None) or getattr(model, name)
        charrnn.check(name, own)
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
    found = verdict(name, *right)
    assert found.passed, found
    for attempt in wrong:
        assert not verdict(name, *attempt).passed
