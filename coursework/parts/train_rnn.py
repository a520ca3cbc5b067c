"""Check the loop over the epochs."""

import math

from coursework.kit import cases
from coursework.kit.calling import Attempt
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.recordings import (
    PARAMS,
    STEPPED,
    expect_states,
    expect_tensors,
    mean_loss,
    record_training,
)
from coursework.kit.values import hint_for, joint_norm, near, perplexities

CALLED = f"train_rnn(model, train_iter, vocab, {cases.LR}, {cases.NUM_EPOCHS})"
FIRST = "Training > Five hundred epochs of training"
DIRECTION = "Loss and Gradient > Which way is down?"
BETWEEN = "Training > The state between two minibatches"
PERPLEXITY = "Loss and Gradient > Perplexity"


@property_of(CALLED, FIRST)
def epochs(attempt: Attempt, seed: int) -> None:
    """In each epoch, the parameters take a step for each minibatch."""
    right = [*cases.TRAINED] * cases.NUM_EPOCHS
    steps = record_training(attempt, seed).steps
    found = [read.X.shape[1] for read in steps]
    count, rest = divmod(len(found), len(cases.TRAINED))
    is_epochs = not rest and found == [*cases.TRAINED] * count
    hint = f"epochs trained: {count} of {cases.NUM_EPOCHS}"
    expect(STEPPED, found, right, hint if is_epochs else "")


@property_of(CALLED, DIRECTION)
def step(attempt: Attempt, seed: int) -> None:
    """Each step is lr times the clipped gradient of its minibatch."""
    training = record_training(attempt, seed)
    norms = [joint_norm(change) for change in training.changes]
    expect("the length of each step", norms, [cases.LR] * len(norms))
    pairs = zip(training.steps, training.changes, strict=True)
    for i, (read, change) in enumerate(pairs):
        grads = read.right.gradients
        right = [-cases.LR * g / joint_norm(grads) for g in grads]
        expect_tensors(f"the change of {PARAMS} in step {i}", change, right)


@property_of(CALLED, BETWEEN)
def state(attempt: Attempt, seed: int) -> None:
    """An epoch begins with zeros, and carries the state over if in order."""
    made = [record_training(attempt, seed, r) for r in (False, True)]
    carries = {any(read.state.any() for read in t.steps) for t in made}
    same = "use_random_iter makes no difference" if len(carries) == 1 else ""
    for training in made:
        flag, steps = training.is_random, training.steps
        begins = [flag or r.X.shape[1] == cases.TRAINED[0] for r in steps]
        expect_states(f"use_random_iter={flag}", steps, begins, same)


@property_of(CALLED, PERPLEXITY)
def history(attempt: Attempt, seed: int) -> None:
    """The perplexity of each epoch is returned, in a list."""
    training, count = record_training(attempt, seed), len(cases.TRAINED)
    starts = range(0, len(training.steps), count)
    trained = [training.steps[start : start + count] for start in starts]
    means = [mean_loss(steps) for steps in trained]
    right, found = [*map(math.exp, means)], perplexities(training.returned)
    hint = hint_for(found, {"these are mean losses, without exp": means})
    if None in found:
        hint = "an item is no number: train_epoch_rnn returns two values"
    is_right = near(found, right, 0.01)
    require(is_right, "train_rnn(...)", training.returned, right, hint)
