"""Check an epoch of training."""

import math
from contextlib import suppress

from coursework.kit import cases, doubles, recordings
from coursework.kit.calling import Attempt, Mismatch
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.recordings import (
    ADDED,
    EMPTY,
    GRADS,
    PARAMS,
    STEPPED,
    epochs,
    expect_states,
    expect_tensors,
    hint_on_loss,
)
from coursework.kit.values import Words, hint_for, joint_norm, near, number

CALLED = "train_epoch_rnn(model, train_iter, loss, updater, use_random_iter)"
DIRECTION = "Loss and Gradient > Which way is down?"
BETWEEN = "Training > The state between two minibatches"
LIMIT = "Training > Limiting the length of a step"
PERPLEXITY = "Loss and Gradient > Perplexity"
PACKAGE = "Training > An epoch, and a run"
TURNED = "the two results are swapped"


@property_of(CALLED, DIRECTION)
def minibatches(attempt: Attempt, seed: int) -> None:
    """Each minibatch is read once, and one step follows it."""
    right = [*cases.UNEVEN]
    for epoch in epochs(attempt, seed, rows=1):
        read = [read.X.shape[1] for read in epoch.steps]
        expect("the number of steps in each minibatch read", read, right)
        done = [update.read.X.shape[1] for update in epoch.model.updates]
        require(done in ([], right), STEPPED, done, right)


@property_of(CALLED, DIRECTION)
def update(attempt: Attempt, seed: int) -> None:
    """Steps are taken by updater(1), or by updater.step() of an optimiser."""
    for name, updater in recordings.UPDATERS.items():
        epoch = recordings.record_epoch(attempt, seed, updater)
        model, hint = epoch.model, "the parameters change without updater"
        expect_tensors(PARAMS, model.params, model.start, hint)
        taken, right = len(model.updates), len(epoch.steps)
        require(taken > 0, "the number of calls of updater", 0, right)
        for size in (update.batch_size for update in model.updates):
            hint = "the loss is a mean already, and this divides again"
            require(number(size) == 1, f"batch_size in {name}", size, 1, hint)


@property_of(CALLED, BETWEEN)
def begun(attempt: Attempt, seed: int) -> None:
    """An epoch, and each minibatch of random sampling, begins with zeros."""
    steps = next(epochs(attempt, seed)).steps
    expect_states("use_random_iter=True", steps, [True] * len(steps))
    model, twice = doubles.RecordingModel(seed), list[doubles.Read]()
    options = {"lengths": (4,), "is_random": False, "model": model}
    for _ in range(2):  # a state that is kept somewhere comes back
        with suppress(Mismatch):  # an error costs other properties
            twice += next(epochs(attempt, seed, **options)).steps
    expect_states("the first of each epoch", twice, [True] * len(twice))


@property_of(CALLED, BETWEEN)
def carried(attempt: Attempt, seed: int) -> None:
    """In sequential order, the state is carried over, but detached."""
    steps = next(epochs(attempt, seed, is_random=False)).steps
    what = "state[0].requires_grad of each minibatch"
    expect(what, [read.is_attached for read in steps], [False] * len(steps))
    begins = [read is steps[0] for read in steps]
    expect_states("use_random_iter=False", steps, begins)


@property_of(CALLED, DIRECTION)
def gradients(attempt: Attempt, seed: int) -> None:
    """Each step is made by the loss and the gradients of its minibatch."""
    for epoch in epochs(attempt, seed, scale=cases.FLAT):
        asked = [read for read in epoch.steps if read.called]
        what, right = "the number of calls of loss", len(epoch.steps)
        hint = "the loss that is given must be asked"
        require(bool(asked), what, len(asked), right, hint)
        total = [0 * param for param in epoch.model.start]
        for i, (found, _, read) in enumerate(epoch.model.updates):
            grads = read.right.gradients
            total = [a + b for a, b in zip(total, grads, strict=True)]
            if near(found, [g / joint_norm(grads) for g in grads]):
                continue  # they are only scaled, which is checked below
            hint = hint_on_loss(read) or hint_for(found, {
                EMPTY: [0 * g for g in grads],
                ADDED: total,
            })  # fmt: skip
            expect_tensors(f"step {i}: {GRADS}", found, grads, hint)


@property_of(CALLED, LIMIT)
def clipping(attempt: Attempt, seed: int) -> None:
    """Before a step, the gradients are clipped to a joint norm of 1."""
    for scale in (cases.STEEP, cases.FLAT):
        for epoch in epochs(attempt, seed, scale=scale):
            updates, after = epoch.model.updates, epoch.model.gradients
            is_late = bool(updates) and near(joint_norm(after), 1.0)
            is_late = is_late and not near(after, updates[-1].gradients)
            hint = "updater is called before clipping" if is_late else ""
            for i, (found, _, read) in enumerate(updates):
                norm, whole = map(joint_norm, (found, read.right.gradients))
                if norm == 0 or hint_on_loss(read):
                    continue  # the gradients are wrong, as is seen above
                is_right = near(norm, 1.0) == (whole > 1)
                what = f"the norm of all gradients at step {i}"
                require(is_right, what, norm, min(1.0, whole), hint)


@property_of(CALLED, PERPLEXITY)
def perplexity(attempt: Attempt, seed: int) -> None:
    """The perplexity is exp of the mean loss over all characters."""
    epoch = next(epochs(attempt, seed))
    losses = [read.loss.value for read in epoch.steps]
    first, mean = epoch.returned[0], recordings.mean_loss(epoch.steps)
    sizes = [read.X.numel() for read in epoch.steps]
    each = zip(map(math.exp, losses), sizes, strict=True)
    right = math.exp(mean)
    hint = hint_for(first, {
        "this is the mean loss, without exp": mean,
        "this is the perplexity of the last minibatch": math.exp(losses[-1]),
        "this is exp of the mean over minibatches, which differ in length":
            math.exp(sum(losses) / len(losses)),
        "this is the mean of the perplexities of the minibatches":
            sum(p * size for p, size in each) / sum(sizes),
    })  # fmt: skip
    if near(epoch.returned[1], right):
        hint = TURNED
    expect("the first value returned", first, right, hint)


@property_of(CALLED, PACKAGE)
def speed(attempt: Attempt, seed: int) -> None:
    """The speed is all characters of the epoch, divided by its seconds."""
    epoch = next(epochs(attempt, seed, lengths=cases.LONG, rows=3))
    count = sum(read.X.numel() for read in epoch.steps)
    first, second = epoch.returned
    if near(second, math.exp(recordings.mean_loss(epoch.steps))):
        second = first  # they are swapped, as is seen above
    right = count / epoch.seconds
    hint = hint_for(second, {"this is the number of characters": float(count)})
    if near(second, len(epoch.steps) / epoch.seconds, 0.15):
        hint = "these are minibatches a second"
    is_near = 0.6 * right < (number(second) or 0.0) < 2 * right
    about = Words(f"about {right:.0f}")
    require(is_near, "the second value returned", second, about, hint)
