"""Right attempts pass in any style."""

import math
import time

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_

from charrnn import model, prediction, training
from coursework.kit.judging import evaluate
from coursework.parts import functions  # noqa: F401 registers the probes

RIGHT = []


def right(part):
    """Register a function as a right attempt at a part."""

    def register(attempt):
        name = f"{part}: {attempt.__name__}"
        RIGHT.append(pytest.param(part, attempt, id=name))
        return attempt

    return register


for name in ("one_hot", "get_params", "init_rnn_state", "rnn"):
    right(name)(getattr(model, name))
right("RNNModelScratch")(model.RNNModelScratch)
right("predict_rnn")(prediction.predict_rnn)
for name in (
    "grad_clipping", "choose_state", "differentiate", "train_epoch_rnn"
):  # fmt: skip
    right(name)(getattr(training, name))


# One-hot vectors, parameters, and states


@right("one_hot")
def by_scatter(X, vocab_size):
    vectors = torch.zeros(*X.T.shape, vocab_size)
    return vectors.scatter_(2, X.T[..., None], 1)


@right("one_hot")
def by_table(X, V):
    return torch.eye(V)[X.T]


@right("get_params")
def parameter_list(V, h):
    shapes = (V, h), (h, h), (h,), (h, V), (V,)
    params = nn.ParameterList(nn.Parameter(torch.zeros(s)) for s in shapes)
    for param in params:
        if param.dim() == 2:
            nn.init.normal_(param, std=0.01)
    return params


@right("init_rnn_state")
def in_a_list(n, h, device=None):
    return [torch.randn(n, h) * 0]


# The network


@right("rnn")
def by_einsum(inputs, state, params, *, note=""):
    W_xh, W_hh, b_h, W_hq, b_q = params
    states = [state[0]]
    for X in torch.einsum("tnv,vh->tnh", inputs, W_xh):
        before = torch.einsum("nh,hk->nk", states[-1], W_hh)
        states.append((X + before + b_h).tanh())
    outputs = torch.einsum("tnh,hv->tnv", torch.stack(states[1:]), W_hq)
    return [outputs.reshape(-1, len(b_q)) + b_q, [states[-1].detach()]]


@right("rnn")
def by_embedding(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0].detach(), []  # the state is cut here
    for index in inputs.argmax(dim=-1):
        H = torch.tanh(W_xh[index] + torch.addmm(b_h, H, W_hh))
        outputs.append(torch.addmm(b_q, H, W_hq))
    return torch.vstack(outputs), (H.detach(),)


@right("RNNModelScratch")
class ModuleOfList(nn.Module):
    def __init__(self, V, h, get_params, init_state, forward, *, note=""):
        super().__init__()
        self.V, self.network = V, forward
        self.weights = nn.ParameterList(get_params(V, h))
        self.begin_state = lambda n: init_state(n, h)

    def forward(self, X, state):
        inputs = F.one_hot(X.T, self.V).type(torch.float32)
        outputs, after = self.network(inputs, state, self.weights)
        return outputs, [after[0].detach()]


@right("RNNModelScratch")
class ModelOfDict:
    def __init__(self, V, h, get_params, init_state, forward, device=None):
        self.num_hiddens, self.names = h, ["xh", "hh", "h", "hq", "q"]
        params = get_params(num_hiddens=h, vocab_size=V)
        self.params = dict(zip(self.names, params, strict=True))
        self.start, self.run, self.V = init_state, forward, V

    def __call__(self, X, state=None):
        inputs, params = torch.eye(self.V)[X.T], self.params.values()
        return self.run(inputs=inputs, state=state, params=params)

    def begin_state(self, batch_size, device=None):
        sizes = {"num_hiddens": self.num_hiddens, "batch_size": batch_size}
        return self.start(device=device, **sizes)

    def parameters(self):
        yield from self.params.values()


# Predictions


@right("predict_rnn")
def by_symbols(prefix, num_predicts, model, vocab, device=None):
    state, outputs = model.begin_state(batch_size=1, device=device), []
    for character in prefix:
        outputs.append(vocab[character])
        logits, state = model(torch.tensor([outputs[-1:]]), state)
    for _ in range(num_predicts):
        outputs.append(int(logits.argmax(dim=1)))
        logits, state = model(torch.tensor([outputs[-1:]]), state)
    return "".join(vocab.idx_to_token[i] for i in outputs)


@right("predict_rnn")
def one_behind(prefix, num_predicts, model, vocab):
    device = next(iter(model.parameters())).device
    state = [S.clone() for S in model.begin_state(1)]
    outputs = vocab[list(prefix)]
    X = torch.tensor(outputs, device=device)[None]
    if len(prefix) > 1:
        _, state = model(X[:, :-1], state)
    for _ in range(num_predicts):
        O, state = model(torch.tensor([outputs[-1:]]), state)
        outputs += O[-1:, 1:].softmax(1).topk(1).indices[:, 0].add(1).tolist()
    return "".join(vocab.to_tokens(outputs))


@right("predict_rnn")
def by_recursion(prefix, num_predicts, model, vocab):
    def write(text, unread, state, number):
        if number == 0:
            return text
        X = torch.as_tensor([vocab[c] for c in unread]).unsqueeze(0)
        O, (H,) = model(X, state)
        c = vocab.to_tokens([O.detach().numpy()[-1].argmax()])[0]
        return write(text + c, c, (H.detach(),), number - 1)

    return write(prefix, prefix, model.begin_state(1), num_predicts)


# Clipping


@right("grad_clipping")
def by_hand(net, theta):
    norm = math.sqrt(sum(float((p.grad**2).sum()) for p in net.params))
    if norm > theta:
        for param in net.params:
            param.grad[:] *= theta / norm
    return norm


@right("grad_clipping")
def by_scale(model, theta, eps=0.0):
    grads = [p.grad.double().flatten() for p in model.parameters()]
    norm = torch.cat(grads).norm()
    scale = torch.clamp(theta / (norm + eps), max=1.0)
    for param in model.parameters():
        param.grad = param.grad * scale.float()
    return norm


@right("grad_clipping")
def by_numpy(model, theta):
    views = [p.grad.numpy() for p in model.parameters()]
    norm = np.sqrt(sum((view**2).sum() for view in views))
    for view in views:
        view *= min(1, theta / norm)
    return norm


@right("grad_clipping")
def by_pytorch(model, theta):
    return clip_grad_norm_(model.parameters(), theta)


# The training


@right("choose_state")
def chosen_in_place(model, state, batch_size, use_random_iter):
    if use_random_iter or not state:
        return model.begin_state(batch_size=batch_size)
    for S in state:
        S.detach_()
    return state


@right("choose_state")
def taken_out(model, state, batch_size, use_random_iter):
    if state is None or use_random_iter:
        return model.begin_state(batch_size)
    (H,) = state
    return [H.data.clone()]


@right("differentiate")
def by_autograd(model, loss, X, Y, state):
    O, (H,) = model(X, state)
    params = list(model.parameters())
    mean = loss(O.log_softmax(dim=1), Y.T.flatten())
    for p, grad in zip(params, torch.autograd.grad(mean, params), strict=True):
        p.grad = grad
    return mean.detach(), [H.detach()]


@right("differentiate")
def step_by_step(model, loss, X, Y, state):
    for param in model.parameters():
        param.grad = None
    (O, state), mean = model(X, state), 0.0
    for t, rows in enumerate(O.split(len(X))):
        mean = mean + loss(rows, Y[:, t]) / Y.shape[1]
    mean.backward()
    return mean, state


@right("train_epoch_rnn")
def in_one_function(net, train_iter, loss, updater, use_random_iter):
    state, total, count = None, 0.0, 0
    batches = list(train_iter)  # before the clock starts
    start = time.time()
    for X, Y in batches:
        if state is None or use_random_iter:
            state = net.begin_state(batch_size=X.shape[0], device="cpu")
        else:
            for s in state:
                s.detach_()
        y = Y.T.reshape(-1)
        y_hat, state = net(X, state)
        mean = loss(y_hat, y.long()).mean()
        for p in net.parameters():
            p.grad = None
        mean.backward()
        by_hand(net, 1)
        if isinstance(updater, torch.optim.Optimizer):
            updater.step()
        else:
            updater(batch_size=1)
        with torch.no_grad():
            total += mean * y.numel()
            count += y.numel()
    return math.exp(total / count), count / (time.time() - start)


@right("train_epoch_rnn")
def by_texts(model, train_iter, loss, updater, use_random_iter):
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


@right("train_epoch_rnn")
def by_closures(model, train_iter, loss, updater, use_random_iter):
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


@right("train_rnn")
def trained(net, train_iter, vocab, lr, num_epochs, use_random_iter=False):
    def updater(batch_size):
        for param in net.params:
            param.data = param.data - lr * param.grad / batch_size

    settings, history = (nn.CrossEntropyLoss(), updater, use_random_iter), []
    for _ in range(num_epochs):
        history += [by_texts(net, train_iter, *settings)[0]]
        X, Y = next(iter(train_iter))
        with torch.inference_mode():
            O, _ = net(X, net.begin_state(len(X)))
            print(F.cross_entropy(O, Y.T.flatten()))
        state = net.begin_state(1)
        for i in vocab[list("the")]:
            O, state = net(torch.tensor([[i]]), state)  # with a graph
    return torch.tensor(history)


@pytest.mark.parametrize(("part", "attempt"), RIGHT)
def test_right_work_passes_in_any_style(part, attempt):
    for seed in range(6):
        found = evaluate(part, attempt, seed=seed)
        assert found.passed, found
