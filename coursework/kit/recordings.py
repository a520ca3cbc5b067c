"""Record what an attempt at training does, and compare what it did."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from coursework.kit import cases, doubles
from coursework.kit.calling import Attempt, Mismatch, OutOfTime, call
from coursework.kit.feedback import compare, require
from coursework.kit.values import hint_for, near

CARRIED = "this is the state at the end of the minibatch before"
BEGUN = "this begins with zeros, although it continues the one before"
ADDED = "what param.grad held before is still there, and adds up"
BY_TEXT = "the outputs come step after step, these targets text by text"
SOFTMAX = "the rows of O sum to 1, as after softmax: the loss applies it again"
EMPTY = "param.grad is None or zero: backward() fills it, zeroing empties it"
PARAMS = "list(model.parameters())"
GRADS = "[param.grad for param in model.parameters()]"
STEPPED = "num_steps of the minibatch before each update, in order"
UPDATERS: dict[str, Any] = {
    "updater(batch_size)": lambda model: model.note_update,
    "updater.step()": doubles.optimiser,
}


@dataclass
class Gradients:
    """What differentiate was given, what it returned, and what it left."""

    model: doubles.RecordingModel
    X: Tensor
    state: tuple[Tensor]
    returned: tuple[Any, Any]
    read: doubles.Read
    found: list[Tensor]


def tried(differentiate: Attempt, seed: int) -> Iterator[Gradients]:
    """Try a minibatch, one with a single row, and one with a single step.

    Before, each gradient is None, or 1.
    """
    for rows, T, before in ((2, 3, True), (1, 4, False), (3, 1, True)):
        model = doubles.RecordingModel(seed)
        for param in model.params:
            param.grad = torch.ones_like(param) if before else None
        state = (torch.linspace(0.1, 0.9, cases.h).repeat(rows, 1),)
        ((X, Y),) = cases.batches(seed, (T,), rows)
        loss = doubles.RecordingLoss(model)
        found = call(differentiate, model, loss, X, Y, state)
        require(bool(model.reads), "the number of calls of model", 0, 1)
        with_loss = [read for read in model.reads if read.called]
        read = [*model.reads, *with_loss][-1]
        given = model, X, state, pair_of(found), read, model.gradients
        yield Gradients(*given)


@dataclass
class Epoch:
    """A recorded epoch of steps that leave the parameters as they are."""

    model: doubles.RecordingModel
    returned: tuple[Any, Any]
    seconds: float
    steps: list[doubles.Read]


def record_epoch(
    attempt: Attempt, seed: int, updater: Any,
    lengths: tuple[int, ...] = cases.UNEVEN, *, rows: int = 2,
    scale: float = 1.0, is_random: bool = True,
    model: doubles.RecordingModel | None = None,
) -> Epoch:  # fmt: skip
    """Call an attempt at an epoch, and record it."""
    model = model or doubles.RecordingModel(seed, scale)
    model.reads, loss = [], doubles.RecordingLoss(model)
    batches = cases.batches(seed, lengths, rows)
    train_iter = doubles.Minibatches(batches, is_random)
    start = time.perf_counter()
    returned = pair_of(
        call(attempt, model, train_iter, loss, updater(model), is_random)
    )
    seconds, reads = time.perf_counter() - start, model.reads
    require(bool(reads), "the number of calls of model", 0, len(batches))
    # Before its step, a minibatch may be read more than once.
    pairs = zip(reads, [*reads[1:], None], strict=True)
    steps = [a for a, b in pairs if not b or not near(a.X, b.X)]
    return Epoch(model, returned, seconds, steps)


def epochs(attempt: Attempt, seed: int, **options: Any) -> Iterator[Epoch]:
    """Record an epoch for each kind of updater that the attempt can call."""
    errors = []
    for updater in UPDATERS.values():
        try:
            epoch = record_epoch(attempt, seed, updater, **options)
        except Mismatch as error:
            if isinstance(error.__cause__, OutOfTime):
                raise
            errors.append(error)
        else:
            yield epoch
    if len(errors) == len(UPDATERS):
        raise errors[0]


@dataclass
class Training:
    """A recorded run, with what was read before each of its steps."""

    returned: Any
    is_random: bool
    steps: list[doubles.Read]
    changes: list[list[Tensor]]  # of the parameters, in each step


def record_training(
    attempt: Attempt, seed: int, is_random: bool = False
) -> Training:
    """Call an attempt at training, and record it."""
    model = doubles.RecordingModel(seed, cases.STEEP)
    batches = cases.batches(seed, cases.TRAINED)
    train_iter = doubles.Minibatches(batches, is_random)
    settings = cases.vocab(), cases.LR, cases.NUM_EPOCHS, is_random
    returned = call(attempt, model, train_iter, *settings)
    made = Training(returned, is_random, [], [])
    params = [*(read.params for read in model.reads), model.params]
    for read, after in zip(model.reads, params[1:], strict=True):
        pairs = zip(doubles.copies(after), read.params, strict=True)
        change = [new - old for new, old in pairs]
        if any(part.any() for part in change):  # or else it only predicts
            made.steps.append(read)
            made.changes.append(change)
    expected = cases.NUM_EPOCHS * len(batches)
    what = "how often the parameters of the given model have changed"
    require(bool(made.steps), what, 0, expected)
    return made


def pair_of(returned: Any) -> tuple[Any, Any]:
    """Return two values, the second None unless there is a pair."""
    is_pair = isinstance(returned, tuple | list) and len(returned) == 2
    return tuple(returned) if is_pair else (returned, None)


def mean_loss(steps: list[doubles.Read]) -> float:
    """Return the mean loss over all characters of minibatches."""
    total = sum(read.X.numel() * read.loss.value for read in steps)
    return total / sum(read.X.numel() for read in steps)


def hint_on_loss(read: doubles.Read) -> str:
    """Return what is wrong with the arguments of the loss, or ""."""
    O, targets, by_text = *read.loss[:2], cases.following(read.X).flatten()
    if near(targets, by_text) and not near(targets, read.right.targets):
        return BY_TEXT
    is_softmax = O.min() >= 0 and near(O.sum(-1), torch.ones(O.shape[:-1]))
    return SOFTMAX if is_softmax else ""


def expect_states(
    what: str, steps: list[doubles.Read], begins: list[bool], hint: str = ""
) -> None:
    """Compare the states that were given; some begin, and some continue."""
    before = torch.zeros(1)
    for i, (read, is_begun) in enumerate(zip(steps, begins, strict=True)):
        zeros = torch.zeros_like(read.state)
        cause = hint_for(read.state, {BEGUN: zeros, CARRIED: before})
        right = [zeros if is_begun else before]
        name = f"{what}: minibatch {i}: state"
        expect_tensors(name, [read.state], right, hint or cause)
        before = read.after


def expect_tensors(what: str, found: Any, right: Any, hint: str = "") -> None:
    """Compare tensors in a list or a tuple."""
    is_whole = isinstance(found, tuple | list) and len(found) == len(right)
    require(is_whole, what, found, right)
    for i, (ours, theirs) in enumerate(zip(found, right, strict=True)):
        compare(f"{what}[{i}]", ours, theirs, hint)
