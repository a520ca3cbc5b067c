"""Record what an attempt at a training does, and compare what it did."""

import time
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

import coursework.checks.cases as cases
import coursework.checks.doubles as doubles
from coursework.checks.feedback import Attempt, Mismatch, call, expect, require
from coursework.checks.values import hint_for, near

CARRIED = "this is the state at the end of the minibatch before"
BEGUN = "this begins with zeros, although it continues the one before"
UPDATERS: dict[str, Any] = {
    "updater(batch_size)": lambda model: model.note_update,
    "updater.step()": doubles.optimiser,
}


class Gradients:
    """The gradients of a minibatch; before, each of them was None, or 1."""

    def __init__(
        self, attempt: Attempt, seed: int, rows: int, T: int, before: bool
    ) -> None:
        model = doubles.RecordingModel(seed)
        for param in model.params:
            param.grad = torch.ones_like(param) if before else None
        self.state = (torch.linspace(0.1, 0.9, cases.h).repeat(rows, 1),)
        ((self.X, self.Y),) = cases.batches(seed, (T,), rows)
        loss = doubles.RecordingLoss(model)
        found = call(attempt, model, loss, self.X, self.Y, self.state)
        self.returned = pair_of(found)
        require(bool(model.reads), "the number of calls of model", 0, 1)
        self.read, self.found = model.reads[-1], model.gradients


def tried(differentiate: Attempt, seed: int) -> Iterator[Gradients]:
    """Try a minibatch, one with a single row, and one with a single step."""
    for rows, T, before in ((2, 3, True), (1, 4, False), (3, 1, True)):
        yield Gradients(differentiate, seed, rows, T, before)


class Epoch:
    """A recorded epoch of steps that leave the parameters as they are."""

    def __init__(
        self, attempt: Attempt, seed: int, updater: Any,
        lengths: tuple[int, ...] = cases.UNEVEN, *, rows: int = 2,
        scale: float = 1.0, is_random: bool = True,
        model: doubles.RecordingModel | None = None,
    ) -> None:  # fmt: skip
        self.model = model or doubles.RecordingModel(seed, scale)
        self.model.reads, loss = [], doubles.RecordingLoss(self.model)
        batches = cases.batches(seed, lengths, rows)
        train_iter = doubles.Minibatches(batches, is_random)
        given = self.model, train_iter, loss, updater(self.model), is_random
        start = time.perf_counter()
        self.returned = pair_of(call(attempt, *given))
        self.seconds, reads = time.perf_counter() - start, self.model.reads
        require(bool(reads), "the number of calls of model", 0, len(batches))
        # Before its step, a minibatch may be read more than once.
        pairs = zip(reads, [*reads[1:], None], strict=True)
        self.steps = [a for a, b in pairs if not b or not near(a.X, b.X)]

    @property
    def updates(self) -> list[doubles.Update]:
        """Return what was seen before each step; require one at least."""
        found, right = self.model.updates, len(self.steps)
        require(bool(found), "the number of calls of updater", 0, right)
        return found


def epochs(attempt: Attempt, seed: int, **options: Any) -> Iterator[Epoch]:
    """Record an epoch for each kind of updater that the attempt can call."""
    errors = []
    for updater in UPDATERS.values():
        try:
            epoch = Epoch(attempt, seed, updater, **options)
        except Mismatch as error:
            errors.append(error)
        else:
            yield epoch
    if len(errors) == len(UPDATERS):
        raise errors[0]


class Training:
    """A recorded training, with what was read before each of its steps."""

    def __init__(self, attempt: Attempt, seed: int, is_random: bool = False):
        model = doubles.RecordingModel(seed, cases.STEEP)
        batches = cases.batches(seed, cases.TRAINED)
        train_iter = doubles.Minibatches(batches, is_random)
        settings = cases.vocab(), cases.LR, cases.NUM_EPOCHS, is_random
        self.returned = call(attempt, model, train_iter, *settings)
        self.is_random = is_random
        self.steps, self.changes = list[doubles.Read](), list[list[Tensor]]()
        params = [*(read.params for read in model.reads), model.params]
        for read, after in zip(model.reads, params[1:], strict=True):
            pairs = zip(doubles.copies(after), read.params, strict=True)
            change = [new - old for new, old in pairs]
            if any(part.any() for part in change):  # or else it only predicts
                self.steps.append(read)
                self.changes.append(change)
        expected = cases.NUM_EPOCHS * len(batches)
        what = "how often the parameters of the given model have changed"
        require(bool(self.steps), what, 0, expected)


def pair_of(returned: Any) -> tuple[Any, Any]:
    """Return two values, the second None unless there is a pair."""
    is_pair = isinstance(returned, tuple | list) and len(returned) == 2
    return tuple(returned) if is_pair else (returned, None)


def mean_loss(steps: list[doubles.Read]) -> float:
    """Return the mean loss over all characters of minibatches."""
    total = sum(read.X.numel() * read.loss.value for read in steps)
    return total / sum(read.X.numel() for read in steps)


def expect_states(
    what: str, steps: list[doubles.Read], begins: list[bool], hint: str = ""
) -> None:
    """Compare the states that were given; some begin, and some go on."""
    before = torch.zeros(1)
    for i, (read, is_begun) in enumerate(zip(steps, begins, strict=True)):
        zeros = torch.zeros_like(read.state)
        cause = hint_for(read.state, {BEGUN: zeros, CARRIED: before})
        right = [zeros if is_begun else before]
        name = f"{what}: minibatch {i}: state"
        expect_tensors(name, [read.state], right, hint or cause)
        before = read.after


def expect_tensors(what: str, found: Any, right: Any, hint: str = "") -> None:
    """Compare tensors in a list or a tuple; show what differs most."""
    is_several = isinstance(found, tuple | list)
    is_whole = is_several and all(isinstance(S, Tensor) for S in found)
    require(is_whole, what, found, right)
    shapes, whole = ([tuple(S.shape) for S in some] for some in (found, right))
    expect(f"the shapes in {what}", shapes, whole, hint)
    for i, (ours, theirs) in enumerate(zip(found, right, strict=True)):
        excess = (ours - theirs).abs() - 1e-3 * theirs.abs()
        place = torch.unravel_index(excess.argmax(), theirs.shape)
        name = f"{what}[{i}]{[int(index) for index in place]}"
        entries = ours[place].item(), theirs[place].item()
        require(near(ours, theirs), name, *entries, hint)
