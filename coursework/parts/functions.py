"""Probes of the functions and the class that students write."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import torch
from torch import Tensor, nn

from coursework.kit import cases
from coursework.kit.calling import Attempt, Mismatch, call
from coursework.kit.cases import NAMES, SIZES, V
from coursework.kit.doubles import (
    LOSS,
    Learner,
    Minibatches,
    ModelWithGradients,
    Reader,
    copies,
)
from coursework.kit.judging import Sight, probe
from coursework.kit.values import (
    Between,
    joint_norm,
    near,
    number,
    numbers,
    pair_of,
)

N = 12  # characters to predict: not the 10 of the lab
UNCHANGED = "whether the parameters are as they were"


@probe("order values dtype")
def one_hot(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Encode minibatches of several sizes."""
    for n, T in (cases.n, cases.T), (1, cases.T), (cases.n, 1), (1, 1):
        X = cases.indices(seed, batch_size=n, num_steps=T)
        found, what = call(attempt, X.clone(), V), f"one_hot(X {n, T}, {V})"
        yield "order", f"{what}.shape[:-1]", tuple(found.shape[:-1])
        yield "values", what, found.double()
        yield "dtype", f"{what}.dtype", found.dtype


@probe("shapes weights biases gradients")
def get_params(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Look at the numbers in each parameter."""
    torch.manual_seed(seed)
    params = call(list, call(attempt, 30, 50))
    yield "shapes", "the shapes", [tuple(p.shape) for p in params]
    yield "shapes", "the types", [p.dtype for p in params]
    for name, p in zip(NAMES, params, strict=False):
        yield "gradients", f"{name}.requires_grad", p.requires_grad
        yield "gradients", f"{name}.is_leaf", p.is_leaf
        Z = p.detach().double()
        if p.squeeze().dim() == 1:
            yield "biases", f"{name}.abs().max()", number(Z.abs().max()), 0.0
            continue
        for what, value, bounds in spread(Z):
            rounded = float(f"{value:.1g}")  # what mistakes have in common
            wrong = value if near(rounded, bounds) else rounded
            found = bounds if near(value, bounds) else wrong
            yield "weights", f"{name}.{what}", found, bounds
    every = torch.cat([p.detach().flatten() for p in params])
    is_new = len(every.unique()) > 0.9 * (params[0].numel() * 2 + 2500)
    yield "weights", "whether all weights differ", is_new


def spread(Z: Tensor) -> Iterator[tuple[str, float, Between]]:
    """Return numbers that tell how weights are drawn, and their bounds."""
    std = Z.std().item()
    yield "std()", std, Between(0.009, 0.011)
    if std > 0:
        yield "mean() / std()", Z.mean().item() / std, Between(-0.2, 0.2)
        largest = Z.abs().max().item() / std
        yield "abs().max() / std()", largest, Between(2.5, 10.0)


@probe("form zeros")
def init_rnn_state(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Begin a state of two rows, and of one."""
    for n in (2, 1):
        state, what = call(attempt, n, 4), f"init_rnn_state({n}, 4)"
        parts = [state] if isinstance(state, Tensor) else state
        yield "form", f"whether {what} is a tensor", isinstance(state, Tensor)
        yield "form", f"shapes in {what}", [tuple(H.shape) for H in parts]
        yield "form", f"types in {what}", [H.dtype for H in parts]
        is_zero = not any(bool(H.any()) for H in parts)
        yield "zeros", f"whether {what} is zero", is_zero


@probe("outputs state")
def rnn(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Read minibatches of several sizes."""
    for T, n in SIZES:
        inputs, H, params = cases.network(seed, T, n)
        kept = copies(params)
        O, state = pair_of(call(attempt, inputs, (H.clone(),), params))
        what = f"of rnn(inputs {T, n, V}, (H,), params)"
        if O is None:
            raise Mismatch(f"O {what}", "None", "outputs, and a state")
        yield "outputs", f"O {what}", O
        unchanged = all(map(torch.equal, params, kept))
        yield "outputs", UNCHANGED, unchanged
        yield "state", f"state {what}", state


@probe("gradients")
def rnn__gradients(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Follow gradients back to the parameters."""
    inputs, H, params = cases.network(seed, 3, 2)
    O, _ = pair_of(call(attempt, inputs, (H,), params))
    O = call(torch.cat, O) if isinstance(O, list | tuple) else O
    yield "gradients", "O.requires_grad", O.requires_grad
    if not O.requires_grad:
        return
    call((O.double() ** 2).sum().backward)
    for name, param in zip(NAMES, params, strict=True):
        what = f"{name}.grad after (O ** 2).sum().backward()"
        found = "no gradient" if param.grad is None else param.grad
        yield "gradients", what, found


def models(attempt: Attempt, seed: int) -> Iterator[tuple[Any, ...]]:
    """Make models of functions that note their calls, and what to read."""
    for T, n in SIZES:
        X = cases.indices(seed, num_steps=T, batch_size=n)
        _, H, drawn = cases.network(seed, T, n)
        draw = cases.generator(seed)
        O = torch.randn(T * n, V, generator=draw).requires_grad_()
        results = O, (torch.randn(n, cases.h, generator=draw),)
        params = [nn.Parameter(param) for param in drawn]
        get_params = Mock(side_effect=[params] + 9 * [drawn])
        init_state, run = Mock(return_value=(H,)), Mock(return_value=results)
        functions = get_params, init_state, run
        model = call(attempt, V, cases.h, *functions)
        yield X, H, params, *functions, model


def arguments(function: Mock, names: str) -> list[Any]:
    """Return the arguments of the last call, in the order of their names."""
    keys, last = names.split(), function.call_args
    if last is None:
        raise Mismatch("the number of calls of what is given", "0", "1")
    given = dict(zip(keys, last.args, strict=False), **last.kwargs)
    return [given.get(key) for key in keys]


@probe("forward inputs")
def RNNModelScratch(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Let a model read minibatches."""
    for X, H, *_, run, model in models(attempt, seed):
        call(model, X, (H + 2,))  # which must not matter
        O, after = pair_of(call(model, X, ((H + 1).requires_grad_(),)))
        inputs, *given = arguments(run, "inputs state params")
        yield "forward", "state in forward(inputs, state, params)", given[0]
        yield "forward", "state[0].requires_grad", given[0][0].requires_grad
        yield "forward", "params of forward", [*(given[1] or [])]
        yield "forward", "model(X, state)", [O, after]
        yield "forward", "model(X, state)[0].requires_grad", O.requires_grad
        yield "inputs", f"inputs of forward, with X {tuple(X.shape)}", inputs
        is_float = inputs.is_floating_point()
        yield "inputs", "inputs.is_floating_point()", is_float


@probe("parameters")
def RNNModelScratch__parameters(
    attempt: Attempt, seed: int
) -> Iterator[Sight]:
    """Ask a model for its parameters, twice."""
    for _, _, params, get_params, *_, model in models(attempt, seed):
        known = {id(p): NAMES[i] for i, p in enumerate(params)}
        for _ in range(2):
            found = call(lambda model: [*model.parameters()], model)
            named = [known.get(id(part), part) for part in found]
            yield "parameters", "model.parameters()", named
        count = get_params.call_count
        yield "parameters", "the number of calls of get_params", count
        sizes = arguments(get_params, "vocab_size num_hiddens")
        yield "parameters", "the arguments of get_params", sizes


@probe("begin_state")
def RNNModelScratch__begin_state(
    attempt: Attempt, seed: int
) -> Iterator[Sight]:
    """Let a model begin states."""
    for X, *_, init_state, _, model in models(attempt, seed):
        state = call(lambda model, n: model.begin_state(n), model, len(X))
        yield "begin_state", f"model.begin_state({len(X)})", state
        sizes = arguments(init_state, "batch_size num_hiddens")
        yield "begin_state", "the arguments of init_state", sizes


def predicted(attempt: Attempt, prefix: str) -> Iterator[Sight]:
    """Look at what an attempt writes, and at what its model has read."""
    vocab, model, n = cases.VOCAB, Reader(), len(prefix)
    what = f"predict_rnn({prefix!r}, {N}, model, vocab)"
    text = call(attempt, prefix, N, model, vocab)
    if text is None or len(model.texts) == 1:
        got = "None" if text is None else "no call of model"
        raise Mismatch(what, got, "a text that model has predicted")
    longest = max(model.texts.values(), key=len)
    read = "".join(vocab.to_tokens(longest))
    yield "prefix", f"the first letters of {what}", str(text)[:n]
    yield "warm_up", f"{what}: what model reads at first", read[:n]
    read = read[n : n + N // 2]  # how many are read, the result tells
    yield "feedback", f"{what}: what it reads after the prefix", read
    yield "feedback", "whether model is called again", len(model.texts) > 2
    yield "result", what, text


@probe("prefix warm_up feedback result")
def predict_rnn(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Let a word be continued."""
    yield from predicted(attempt, cases.WORDS[seed % len(cases.WORDS)])


@probe("warm_up")
def predict_rnn__of_a_letter(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Let a letter be continued."""
    sights = predicted(attempt, cases.WORDS[seed % len(cases.WORDS)][0])
    yield from (sight for sight in sights if sight[0] == "warm_up")


@probe("long short parameters norm")
def grad_clipping(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Clip long gradients, and short ones."""
    for kind, norm, theta in ("long", 10.0 + seed, 2.5), ("short", 0.5, 6.0):
        model = ModelWithGradients(given := cases.gradients(seed, norm))
        what = f"grad_clipping(model, {theta}) with the norm {norm}"
        returned = call(attempt, model, theta)
        yield "norm", what, number(returned)
        what, found = f"param.grad after {what}", model.gradients
        if kind == "long" and near(found, given):  # the norm is no excuse
            unchanged = Mismatch(what, "the same", "less")
            if returned is None:  # nothing is done at all
                raise unchanged
            yield kind, what, unchanged
        yield kind, what, found
        yield "parameters", what.replace("param.grad", "param"), model.params


@probe("begun carried detached")
def choose_state(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Choose a state for minibatches of several rows, and of one."""
    for rows in (cases.n, 1):
        for kind, before, is_random in (
            ("begun", None, False),
            ("begun", None, True),
            ("begun", rows + 1, True),
            ("carried", rows, False),
        ):
            _, H, _ = cases.network(seed, batch_size=before or 1)
            state = before and (2 * H.requires_grad_(),)
            found = call(attempt, Learner(seed), state, rows, is_random)
            given = "state" if state else None
            what = f"choose_state(model, {given}, {rows}, {is_random})"
            yield kind, what, found
            has_graph = any(S.grad_fn is not None for S in found)
            yield "detached", f"whether {what} has a graph", has_graph


def direction(gradients: list[Tensor]) -> list[Tensor]:
    """Return gradients with the joint norm of 1, unless they are zero."""
    norm = joint_norm(gradients)
    return [g / (norm or 1.0) for g in gradients]


@probe("targets gradients loss state")
def differentiate(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Try a minibatch, one with a single row, and one with a single step."""
    for rows, T, before in (2, 3, False), (1, 4, False), (3, 1, True):
        model = Learner(seed, cases.STEEP)
        for param in model.params:
            param.grad = torch.ones_like(param) if before else None
        ((X, Y),) = cases.batches(seed, (T,), rows)
        state = (torch.linspace(0.1, 0.9, cases.h).repeat(rows, 1),)
        loss, after = pair_of(call(attempt, model, LOSS, X, Y, state))
        if not model.reads:
            raise Mismatch("the number of calls of model", "0", "1")
        yield "targets", "X in model(X, state)", model.reads[-1].X
        if not before:  # or else old gradients might be left
            way = direction(model.gradients)
            yield "targets", "the direction of all param.grad", way
        yield "gradients", "param.grad", model.gradients
        yield "gradients", UNCHANGED, model.is_unchanged
        yield "loss", "the first value returned", loss
        yield "state", "the state in model(X, state)", model.reads[-1].state
        yield "state", "the second value returned", after


def train(
    attempt: Attempt, seed: int, model: Learner, updater: Any, is_random: bool
) -> tuple[Any, Any]:
    """Train for an epoch; return two values."""
    batches = cases.batches(seed, cases.UNEVEN, rows=3)
    iterator = Minibatches(batches, is_random)
    found = call(attempt, model, iterator, LOSS, updater, is_random)
    if not model.reads:
        raise Mismatch("the number of calls of model", "0", "3")
    return pair_of(found)


@probe("minibatches update begun gradients clipping perplexity")
def train_epoch_rnn(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Train in random order, with long and short gradients."""
    for scale in cases.STEEP, cases.FLAT:
        model = Learner(seed, scale)
        first, second = train(attempt, seed, model, model.step, True)
        what = "the minibatches that are read"
        yield "minibatches", what, [read.X for read in model.reads]
        what = "the minibatches before each step"
        yield "minibatches", what, [step.X for step in model.steps]
        sizes = [number(step.batch_size) for step in model.steps]
        yield "update", "batch_size in updater(batch_size)", sizes
        yield "update", f"without updater, {UNCHANGED}", model.is_unchanged
        what = "states in model(X, state) with use_random_iter=True"
        yield "begun", what, [read.state for read in model.reads]
        for i, step in enumerate(model.steps):
            what, found = f"the gradients in step {i}", step.gradients
            yield "gradients", f"the direction of {what}", direction(found)
            yield "clipping", f"the norm of {what}", joint_norm(found)
        yield "perplexity", "the first value returned", number(first)
        is_number = number(second) is not None
        yield "perplexity", "whether the second is a number", is_number


@probe("carried")
def train_epoch_rnn__in_order(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Train for two epochs in order."""
    model, what = Learner(seed), "in model(X, state) in sequential order"
    for _ in range(2):
        model.begin()
        train(attempt, seed, model, model.step, False)
        states = [read.state for read in model.reads]
        yield "carried", f"the states {what}", states
        graphs = [read.is_attached for read in model.reads]
        yield "carried", f"whether states {what} have a graph", graphs


@probe("update")
def train_epoch_rnn__by_optimiser(
    attempt: Attempt, seed: int
) -> Iterator[Sight]:
    """Train with an optimiser of PyTorch."""
    model = Learner(seed)
    train(attempt, seed, model, model.optimiser(), True)
    yield "update", "steps of an optimiser", [step.X for step in model.steps]


@probe("epochs step state history")
def train_rnn(attempt: Attempt, seed: int) -> Iterator[Sight]:
    """Train for some epochs in each order."""
    for is_random in (False, True):
        model = Learner(seed, cases.STEEP)
        batches = cases.batches(seed, cases.TRAINED)
        iterator = Minibatches(batches, is_random)
        settings = cases.VOCAB, cases.LR, cases.NUM_EPOCHS, is_random
        history = call(attempt, model, iterator, *settings)
        if not model.reads:
            raise Mismatch("the number of calls of model", "0", "more")
        steps = []  # what was read, and the change of the parameters then
        after = [*(read.params for read in model.reads[1:]), model.params]
        for read, params in zip(model.reads, after, strict=True):
            pairs = zip(params, read.params, strict=True)
            change = [(new - old).detach() for new, old in pairs]
            if joint_norm(change):  # or else it only predicts
                steps.append((read, change))
        lengths = [read.X.shape[1] for read, _ in steps]
        yield "epochs", "num_steps of each minibatch with a step", lengths
        changes = [change for _, change in steps]
        yield "step", "the changes of the parameters", changes
        states = [read.state for read, _ in steps]
        yield "state", f"the states if use_random_iter={is_random}", states
        yield "history", "train_rnn(...)", numbers(history)
