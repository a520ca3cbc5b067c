"""The checks of the state, the gradients, the epoch, and the training."""

import math
import time

import numpy as np
import pytest
import torch
from shared.lab import accept, attempt, namespace, refuse
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_

from charrnn import training
from coursework.checks import evaluate

CHECKED = "choose_state", "differentiate", "train_epoch_rnn", "train_rnn"

# An epoch in one function, without helpers
WHOLE = """
import math, time
import torch
from torch import nn

def clip(params, theta):
    norm = math.sqrt(sum(float((p.grad ** 2).sum()) for p in params))
    if norm > theta:
        for p in params:
            p.grad[:] *= theta / norm

def train_epoch_rnn(net, train_iter, loss, updater, use_random_iter):
    state, total, count = None, 0.0, 0
    start = time.time()
    params = list(net.parameters())
    for X, Y in train_iter:
        if state is None or use_random_iter:
            state = net.begin_state(batch_size=X.shape[0], device="cpu")
        else:
            for s in state:
                s.detach_()
        y = Y.T.reshape(-1)
        y_hat, state = net(X, state)
        l = loss(y_hat, y.long()).mean()
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            l.backward()
            clip(params, 1)
            updater.step()
        else:
            for p in params:
                p.grad = None
            l.backward()
            clip(params, 1)
            updater(batch_size=1)
        with torch.no_grad():
            total += l * y.numel()
            count += y.numel()
    return math.exp(total / count), count / (time.time() - start)

def train_rnn(net, train_iter, vocab, lr, num_epochs, use_random_iter=False):
    loss = nn.CrossEntropyLoss()
    updater = torch.optim.SGD(net.parameters(), lr=lr)
    return [
        train_epoch_rnn(net, train_iter, loss, updater, use_random_iter)[0]
        for epoch in range(num_epochs)
    ]
"""
STEPS = "        if isinstance(updater, torch.optim.Optimizer):"


def only_sleep_takes_time(monkeypatch, tick=1e-5):
    """Replace the clocks by one that sleeping moves, without waiting."""
    seconds = 0.0

    def sleep(duration):
        nonlocal seconds
        seconds += duration

    def look():
        sleep(1e-5)
        return math.floor(seconds / tick) * tick

    monkeypatch.setattr(time, "sleep", sleep)
    for clock in ("time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, clock, look)


def whole(name="train_epoch_rnn", edits=None):
    """Return a function of ``WHOLE``, with edits."""
    code = WHOLE
    for old, new in (edits or {}).items():
        assert old in code, old
        code = code.replace(old, new)
    names = {"__name__": "__main__"}
    exec(code, names)
    return names[name]


def epoch_by_texts(model, train_iter, loss, updater, use_random_iter):
    start, losses, sizes, state = time.perf_counter(), [], [], None
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
    speed = np.float32(sum(sizes) / (time.perf_counter() - start))
    return np.exp(np.average(losses, weights=sizes)), speed


def epoch_by_closures(model, train_iter, loss, updater, use_random_iter):
    state, total, count = None, torch.tensor(0.0, dtype=torch.float64), 0
    is_optimiser, start = callable(getattr(updater, "step", None)), time.time()

    def closure():
        nonlocal state
        for param in model.parameters():
            if param.grad is not None:
                param.grad.zero_()
        O, state = model(X, state)
        mean = loss(O, Y.t().flatten())
        mean.backward()
        clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
        return mean

    for X, Y in list(train_iter) and train_iter:
        begins = state is None or use_random_iter
        state = model.begin_state(len(X)) if begins else (state[0].data,)
        if is_optimiser:
            mean = updater.step(closure)
        else:
            mean = closure()
            updater(1.0)
        total += mean.detach().double() * Y.numel()
        count += Y.numel()
    return [torch.exp(total / count), count / (time.time() - start)]


def epoch_read_twice(model, train_iter, loss, updater, use_random_iter):
    state, losses, start = None, [], time.monotonic()
    params = list(model.parameters())
    for X, Y in train_iter:
        if state is None or use_random_iter:
            state = model.begin_state(X.size(0))
        H = state[0].clone().detach()
        with torch.no_grad():
            _, state = model(X, (H,))
        O, _ = model(X, (H,))
        value = loss(O, Y.T.reshape(-1))
        grads = torch.autograd.grad(value, params)
        norm = torch.sqrt(sum((g**2).sum() for g in grads))
        scale = torch.clamp(1 / (norm + 1e-6), max=1.0)
        for param, grad in zip(params, grads, strict=True):
            param.grad = scale * grad
        if isinstance(updater, torch.optim.Optimizer):
            updater.step()
        else:
            updater(torch.tensor(1))
        losses += [value.item()] * Y.numel()
    seconds = time.monotonic() - start
    return torch.tensor(losses).mean().exp(), len(losses) / seconds


def differentiated_to_a_float(model, loss, X, Y, state):
    O, (H,) = model(X, state)
    params = list(model.parameters())
    mean = loss(O.log_softmax(dim=1), Y.T.flatten())
    for p, grad in zip(params, torch.autograd.grad(mean, params), strict=True):
        p.grad = grad
    return mean.item(), [H.detach()]


def differentiated_in_place(model, loss, X, Y, state):
    for param in model.parameters():
        if param.grad is not None:
            param.grad.zero_()
    O, state = model(X, state)
    mean = loss(O.view(*Y.T.shape, -1).permute(1, 2, 0), Y)
    mean.backward(retain_graph=True)
    return mean.reshape(1), state


def chosen_in_place(model, state, batch_size, use_random_iter):
    if use_random_iter or not state:
        return model.begin_state(batch_size=batch_size)
    for S in state:
        S.detach_()
    return state


def trained(net, train_iter, vocab, lr, num_epochs, use_random_iter=False):
    def updater(batch_size):
        for param in net.params:
            param.data = param.data - lr * param.grad / batch_size

    def evaluated():
        state, losses = None, []
        for X, Y in train_iter:
            O, state = net(X, state or net.begin_state(len(X)))
            losses.append(F.cross_entropy(O, Y.T.flatten()).item())
        return math.exp(sum(losses) / len(losses))

    settings, history = (nn.CrossEntropyLoss(), updater, use_random_iter), []
    for _ in range(num_epochs):
        history += [epoch_by_texts(net, train_iter, *settings)[0]]
        print(evaluated())  # with a graph
        with torch.inference_mode():
            evaluated()
        state = net.begin_state(1)
        for i in vocab[list("the")]:
            O, state = net(torch.tensor([[i]]), state)
    return torch.tensor(history)


RIGHT = [
    *((name, namespace()[name]) for name in CHECKED),
    *((name, getattr(training, name)) for name in CHECKED),
    ("choose_state", chosen_in_place),
    ("choose_state", lambda m, s, n, r: (
        m.begin_state(n) if r or s is None else [S.data.clone() for S in s])),
    ("differentiate", differentiated_to_a_float),
    ("differentiate", differentiated_in_place),
    ("train_epoch_rnn", whole()),
    ("train_epoch_rnn", epoch_by_texts),
    ("train_epoch_rnn", epoch_by_closures),
    ("train_epoch_rnn", epoch_read_twice),
    ("train_rnn", whole("train_rnn")),
    ("train_rnn", trained),
    ("train_rnn", lambda *given: tuple(training.train_rnn(*given).perplexity)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "attempt"), RIGHT)
def test_right_work_passes_in_any_style(name, attempt, monkeypatch):
    only_sleep_takes_time(monkeypatch)
    accept(name, attempt)


@pytest.mark.parametrize(("name", "attempt"), RIGHT)
def test_right_work_passes_by_a_coarse_clock(name, attempt, monkeypatch):
    only_sleep_takes_time(monkeypatch, tick=1 / 64)
    accept(name, attempt, seeds=3)


@pytest.mark.parametrize(
    "odd",
    [None, (), np.eye(3), 10**400, 1j, "text", 1j * torch.eye(3), [None, 3]],
)
def test_an_odd_result_is_refused(odd):
    for name in CHECKED:
        failures = evaluate(name, lambda *_, odd=odd: odd).failures.values()
        assert any(failures) if odd is not None else all(failures)


ZEROED = "    for param in model.parameters():\n        param.grad = None\n"
BACKWARD = "    mean_loss.backward()\n"
CALL = "loss(O, targets)"
STATE_AND_LOSS = "    return mean_loss, state\n"
CHOICE = "        return model.begin_state(batch_size)\n    return tuple("
ALL = dict.fromkeys(["targets", "gradients", "loss", "state"], "")

HELPERS = [
    ("choose_state", "zeros like the old state",
     {"return model.begin_state(batch_size)":
      "return (model.begin_state(batch_size) if state is None else\n"
      "                tuple(torch.zeros_like(S) for S in state))"},
     {"begun": ""}),
    # The state
    ("choose_state", "and for or",
     {"if state is None or use": "if state is None and use"},
     {"begun": "is None"}),
    ("choose_state", "nothing is detached",
     {"    return tuple(S.detach() for S in state)": "    return state"},
     {"detached": "as it was given"}),
    ("choose_state", "copied, and not detached", {"S.detach()": "S.clone()"},
     {"detached": ""}),
    ("choose_state", "a tuple is detached",
     {"tuple(S.detach() for S in state)": "state.detach()"},
     {"carried": "tuple or a list", "detached": "tuple or a list"}),
    ("choose_state", "begun each time",
     {"if state is None or use_random_iter:": "if True:"},
     {"carried": "begins with zeros"}),
    ("choose_state", "carried at random",
     {"if state is None or use_random_iter:": "if state is None:"},
     {"begun": "minibatch before"}),
    ("choose_state", "not for random sampling",
     {"None or use_random": "None or not use_random"},
     {"begun": "minibatch before", "carried": "begins with zeros"}),
    ("choose_state", "the first tensor alone",
     {"tuple(S.detach() for S in state)": "(state[0].detach(),)"},
     {"carried": ""}),
    ("choose_state", "no tuple",
     {"tuple(S.detach() for S in state)": "state[0].detach()"},
     {"carried": ""}),
    ("choose_state", "the size of the cell above",
     {CHOICE: CHOICE.replace("(batch_size)", "(32)")}, {"begun": ""}),
    ("choose_state", "a return is missing",
     {"    return tuple(S.detach": "    tuple(S.detach"},
     {"carried": "", "detached": ""}),
    ("choose_state", "random numbers",
     {CHOICE: CHOICE.replace("model.begin_state(batch_size)",
      "tuple(torch.randn_like(S) for S in model.begin_state(batch_size))")},
     {"begun": ""}),
    # The gradients
    ("differentiate", "no transpose", {"Y.T.reshape(-1)": "Y.reshape(-1)"},
     {"targets": "text by text"}),
    ("differentiate", "softmax", {CALL: "loss(O.softmax(dim=1), targets)"},
     {"targets": "as after softmax"}),
    ("differentiate", "softmax along the wrong axis",
     {CALL: "loss(O.softmax(dim=0), targets)"}, {"targets": ""}),
    ("differentiate", "the targets are not flat",
     {"Y.T.reshape(-1)": "Y.T"}, ALL),
    ("differentiate", "the inputs are the targets",
     {"Y.T.reshape(-1)": "X.T.reshape(-1)"}, {"targets": ""}),
    ("differentiate", "X and Y are swapped",
     {"model(X, state)": "model(Y, state)", "= Y.T": "= X.T"},
     {"targets": ""}),
    ("differentiate", "a loss of its own",
     {CALL: "F.cross_entropy(O, targets)"}, {"targets": ""}),
    ("differentiate", "the last step alone",
     {CALL: "loss(O[-len(X):], Y[:, -1])"}, {"targets": ""}),
    ("differentiate", "removed after backward",
     {BACKWARD: BACKWARD + ZEROED}, {"gradients": "None or zero"}),
    ("differentiate", "set to zero after backward",
     {BACKWARD: BACKWARD + ZEROED.replace("= None", ".zero_()").replace(
         "grad .", "grad.")}, {"gradients": "None or zero"}),
    ("differentiate", "zeroed although None", {"param.grad = None":
     "param.grad.zero_()"}, dict.fromkeys(ALL, "is None")),
    ("differentiate", "not set to None", {ZEROED: ""},
     {"gradients": "adds up"}),
    ("differentiate", "no backward", {BACKWARD: ""},
     {"gradients": "None or zero"}),
    ("differentiate", "divided twice",
     {BACKWARD: "    (mean_loss / len(X)).backward()\n"}, {"gradients": ""}),
    ("differentiate", "only the first is zeroed",
     {ZEROED: ZEROED + "        break\n"}, {"gradients": ""}),
    ("differentiate", "a sum", {CALL: f"{CALL} * len(O)"},
     {"gradients": "", "loss": ""}),
    ("differentiate", "the perplexity",
     {STATE_AND_LOSS: "    return mean_loss.exp(), state\n"},
     {"loss": ""}),
    ("differentiate", "no loss", {STATE_AND_LOSS: "    return state\n"},
     {"loss": "", "state": ""}),
    ("differentiate", "no state", {STATE_AND_LOSS: "    return mean_loss\n"},
     {"state": ""}),
    ("differentiate", "nothing is returned", {STATE_AND_LOSS: ""},
     {"loss": "", "state": ""}),
    ("differentiate", "the wrong order",
     {STATE_AND_LOSS: "    return state, mean_loss\n"},
     {"loss": "", "state": ""}),
    ("differentiate", "a tensor for a state",
     {STATE_AND_LOSS: "    return mean_loss, state[0]\n"}, {"state": ""}),
    ("differentiate", "the first state",
     {"O, state = model(X, state)": "O, _ = model(X, state)"},
     {"state": "given"}),
    ("differentiate", "a new state",
     {"model(X, state)": "model(X, model.begin_state(len(X)))"},
     {"state": "zeros"}),
    ("differentiate", "no tuple for the model",
     {"model(X, state)": "model(X, state[0])"}, ALL),
    ("differentiate", "no graph",
     {"O, state = model(X, state)  #": "O, state = torch.no_grad()(model)"
      "(X, state)  #"},
     dict.fromkeys(ALL, "no graph")),
]  # fmt: skip

CHOSEN = "choose_state(model, state, len(X), use_random_iter)"
CLIPPED = "        grad_clipping(model, 1.0)\n"
TAKEN = (
    "        if isinstance(updater, Optimizer):\n"
    "            updater.step()\n"
    "        else:\n"
    "            updater(1)\n"
)
TOTAL = "total_loss += mean_loss.item() * Y.numel()\n"
RESULT = "    return math.exp(total_loss / num_tokens), num_tokens / seconds"
SUM = "        num_tokens += Y.numel()\n"
EPOCHS = [
    ("SGD alone", {"updater, Optimizer": "updater, torch.optim.SGD"},
     {"update": "not called like a function"}),
    ("return in the loop", {SUM + "    seconds": SUM + "        break\n"
     "    seconds"}, {"minibatches": "", "carried": ""}),
    ("the last is left out",
     {"    for X, Y in train_iter:\n        state = c":
      "    for X, Y in list(train_iter)[:-1]:\n        state = c"},
     {"minibatches": ""}),
    ("every other step",
     {TAKEN: "        odd = num_tokens % 4 == 0\n"
      + TAKEN.replace("else:", "elif odd:").replace(
          "r, Optimizer):", "r, Optimizer) and odd:")},
     {"minibatches": ""}),
    ("two steps", {TAKEN: TAKEN + TAKEN}, {"minibatches": ""}),
    ("no step", {TAKEN: ""},
     {"update": "", "gradients": "", "clipping": ""}),
    ("steps by hand",
     {TAKEN: "        for p in model.parameters():\n"
      "            p.data -= 0.1 * p.grad\n"},
     {"update": "without updater", "gradients": "", "clipping": ""}),
    ("steps by hand, too",
     {TAKEN: TAKEN + "        for p in model.parameters():\n"
      "            p.data -= 0.1 * p.grad\n"},
     {"update": "without updater"}),
    ("divided by the rows", {"updater(1)": "updater(len(X))"},
     {"update": "divides again"}),
    ("an optimiser is called", {TAKEN: "        updater(1)\n"},
     {"update": "like a function"}),
    ("a function takes a step", {TAKEN: "        updater.step()\n"},
     {"update": ""}),
    ("begun each time", {CHOSEN: CHOSEN.replace("state,", "None,")},
     {"carried": "begins with zeros"}),
    ("carried at random", {CHOSEN: CHOSEN.replace("use_random_iter", "False")},
     {"begun": "minibatch before"}),
    ("always at random", {CHOSEN: CHOSEN.replace("use_random_iter", "True")},
     {"carried": "begins with zeros"}),
    ("kept on the model",
     {"state, total_loss, num_tokens = None,":
      "state, total_loss, num_tokens = getattr(model, 'last', None),",
      TAKEN: TAKEN + "        model.last = state\n"},
     {"begun": "minibatch before"}),
    ("kept in a global",
     {"    state, total_loss, num_tokens = None, 0.0, 0":
      "    global state\n    state = globals().get('state')\n"
      "    total_loss, num_tokens = 0.0, 0"},
     {"begun": "minibatch before|", "carried": ""}),
    ("the state is lost",
     {"mean_loss, state = differentiate": "mean_loss, _ = differentiate"},
     {"carried": "begins with zeros"}),
    ("removed before the step",
     {TAKEN: "        for p in model.parameters():\n"
      f"            p.grad = None\n{TAKEN}"},
     {"gradients": "None or zero"}),
    ("nothing is clipped", {CLIPPED: ""}, {"clipping": ""}),
    ("clipped too late", {CLIPPED + TAKEN: TAKEN + CLIPPED},
     {"clipping": "before clipping"}),
    ("clipped to 5", {CLIPPED: CLIPPED.replace("1.0", "5.0")},
     {"clipping": ""}),
    ("clipped to 0.5", {CLIPPED: CLIPPED.replace("1.0", "0.5")},
     {"clipping": ""}),
    ("each is clipped alone",
     {CLIPPED: "        for p in model.parameters():\n"
      "            nn.utils.clip_grad_norm_([p], 1.0)\n"}, {"clipping": ""}),
    ("three are clipped",
     {CLIPPED: "        nn.utils.clip_grad_norm_("
      "list(model.parameters())[:3], 1.0)\n"}, {"clipping": ""}),
    ("components are clipped",
     {CLIPPED: "        nn.utils.clip_grad_value_(model.parameters(), 1)\n"},
     {"clipping": ""}),
    ("always a norm of 1",
     {CLIPPED: "        norm = grad_clipping(model, 1.0)\n"
      "        for p in model.parameters():\n"
      "            p.grad /= min(norm, 1.0)\n"}, {"clipping": ""}),
    ("without weights",
     {TOTAL: "total_loss += mean_loss.item()\n",
     "total_loss / num_tokens": "total_loss / 3"}, {"perplexity": "differ"}),
    ("divided by characters alone",
     {TOTAL: "total_loss += mean_loss.item()\n"},
     {"perplexity": ""}),
    ("no exp",
     {"math.exp(total_loss / num_tokens)": "total_loss / num_tokens"},
     {"perplexity": "without exp"}),
    ("a base of 2", {"math.exp(": "2 ** ("}, {"perplexity": "power"}),
    ("the last loss", {"math.exp(total_loss / num_tokens)":
     "math.exp(mean_loss)"}, {"perplexity": "last minibatch"}),
    ("the wrong sign", {"math.exp(": "math.exp(-"}, {"perplexity": ""}),
    ("only the perplexity", {", num_tokens / seconds": ""}, {"speed": ""}),
    ("minibatches a second", {"num_tokens / sec": "3 / sec"},
     {"speed": "minibatches a"}),
    ("steps a second", {"num_tokens / sec": "num_tokens / len(X) / sec"},
     {"speed": ""}),
    ("the seconds", {"num_tokens / seconds": "seconds"}, {"speed": ""}),
    ("the characters", {"num_tokens / seconds": "num_tokens"},
     {"speed": "the number of char"}),
    ("seconds for a character", {"num_tokens / sec": "1 / num_tokens * sec"},
     {"speed": ""}),
    ("the clock starts again",
     {CLIPPED: CLIPPED + "        start = time.perf_counter()\n"},
     {"speed": ""}),
    ("characters of the last", {SUM: "        num_tokens = Y.numel()\n"},
     {"perplexity": "", "speed": ""}),
]  # fmt: skip

ONE_FUNCTION = [
    ("no transpose", {"Y.T.reshape(-1)": "Y.reshape(-1)"},
     {"gradients": "text by text"}),
    ("softmax", {"loss(y_hat,": "loss(y_hat.softmax(1),"},
     {"gradients": "as after softmax"}),
    ("nothing is zeroed", {"updater.zero_grad()": "pass",
     "p.grad = None": "pass"}, {"gradients": "adds up"}),
    ("zeroed by an optimiser only", {"p.grad = None": "pass"},
     {"gradients": "adds up"}),
    ("clipped for a function only", {
     "            clip(params, 1)\n            updater.step()":
     "            updater.step()"}, {"clipping": ""}),
    ("a step before backward", {
     "            l.backward()\n            clip(params, 1)\n            "
     "updater.step()": "            updater.step()\n            l.backward()"
     "\n            clip(params, 1)",
     "            l.backward()\n            clip(params, 1)\n            "
     "updater(batch_size=1)": "            updater(1)\n            "
     "l.backward()\n            clip(params, 1)"},
     {"gradients": "None or zero"}),
    ("zeroed after backward", {
     "            updater.zero_grad()\n            l.backward()":
     "            l.backward()\n            updater.zero_grad()",
     "            clip(params, 1)\n            updater.step()":
     "            updater.step()"}, {"gradients": "None or zero"}),
    ("a summed loss", {".mean()": " * y.numel()"},
     {"gradients": "", "perplexity": ""}),
    ("not detached", {"s.detach_()": "pass"}, {"carried": "a carried state"}),
    ("not detached, and the graph kept", {"s.detach_()": "pass",
     "backward()": "backward(retain_graph=True)"}, {"carried": ""}),
    ("a parameter is not clipped", {"params, 1)": "params[1:], 1)"},
     {"clipping": ""}),
    ("returns in the loop", {"    return math.exp(total":
     "        return math.exp(total"}, {"minibatches": "", "carried": ""}),
    ("no loss is used", {"loss(y_hat, y.long())":
     "nn.functional.nll_loss(y_hat, y)"}, {"gradients": "", "perplexity": ""}),
]  # fmt: skip

IN_EPOCH = "        history.append(perplexity)\n"
UPDATER = "updater = nn.CrossEntropyLoss(), choose_updater(model, lr)"
TRAININGS = [
    ("one epoch", {"range(num_epochs)": "range(1)"},
     {"epochs": "epochs trained"}),
    ("an epoch too few", {"range(num_epochs)": "range(1, num_epochs)"},
     {"epochs": "epochs trained"}),
    ("returns in the loop", {"    report_training(model, vocab, history)\n"
     "    return history": "        return history"},
     {"epochs": "epochs trained"}),
    ("lr is ignored",
     {"choose_updater(model, lr)": "choose_updater(model, 1)"},
     {"step": ""}),
    ("lr and num_epochs are swapped",
     {"choose_updater(model, lr)": "choose_updater(model, num_epochs)"},
     {"step": ""}),
    ("momentum", {"choose_updater(model, lr)":
     "torch.optim.SGD(model.parameters(), lr, momentum=0.9)"},
     {"step": ""}),
    ("Adam", {"choose_updater(model, lr)":
     "torch.optim.Adam(model.parameters(), lr)"}, {"step": ""}),
    ("weight decay", {"choose_updater(model, lr)":
     "torch.optim.SGD(model.parameters(), lr, weight_decay=0.1)"},
     {"step": ""}),
    ("a falling rate", {IN_EPOCH: IN_EPOCH + "        lr /= 2\n"
     "        updater = choose_updater(model, lr)\n"}, {"step": ""}),
    ("a summed loss", {"= nn.CrossEntropyLoss(),":
     "= nn.CrossEntropyLoss(reduction='sum'),"}, {"history": ""}),
    ("the order is not handed on", {
     "loss, updater, use_random_iter\n": "loss, updater, False\n"},
     {"state": "no difference"}),
    ("always at random", {"loss, updater, use_random_iter\n":
     "loss, updater, True\n"}, {"state": "no difference"}),
    ("the last perplexity", {"    return history": "    return perplexity"},
     {"history": ""}),
    ("a list in the loop", {IN_EPOCH: "        history = [perplexity]\n"},
     {"history": ""}),
    ("losses", {IN_EPOCH: IN_EPOCH.replace("(p", "(math.log(p").replace(
      "y)", "y))")}, {"history": "without exp"}),
    ("tuples", {"perplexity, _ = train": "perplexity = train",
     "report_training(m": "(lambda *_: None)(m"}, {"history": "no number"}),
    ("the speeds", {"perplexity, _ = train": "_, perplexity = train"},
     {"history": ""}),
    ("nothing is returned", {"    return history": "    pass"},
     {"history": ""}),
    ("no training", {"        perplexity, _ = train_epoch_rnn(\n"
     "            model, train_iter, loss, updater, use_random_iter\n"
     "        )\n": "        perplexity = 2.0\n"},
     dict.fromkeys(["epochs", "step", "state", "history"], "")),
    ("the model and lr are swapped",
     {UPDATER: UPDATER.replace("model, lr", "lr, model")},
     dict.fromkeys(["epochs", "step", "state", "history"], "")),
]  # fmt: skip
WRONG = [
    *((name, (mistake, edits, because), attempt)
      for name, mistake, edits, because in HELPERS),
    *(("train_epoch_rnn", row, attempt) for row in EPOCHS),
    *(("train_epoch_rnn", row, whole) for row in ONE_FUNCTION),
    *(("train_rnn", row, attempt) for row in TRAININGS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row", "made"),
    WRONG,
    ids=[f"{name}: {mistake}" for name, (mistake, *_), _ in WRONG],
)
def test_a_mistake_is_refused_for_what_it_is(name, row, made, monkeypatch):
    _, edits, because = row
    only_sleep_takes_time(monkeypatch)
    refuse(name, made(name, edits), because=because)
