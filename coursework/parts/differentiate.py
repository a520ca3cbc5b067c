"""Check the gradients of a minibatch."""

from typing import Any

from torch import Tensor

from coursework.kit.calling import Attempt
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.recordings import (
    ADDED,
    EMPTY,
    GRADS,
    PARAMS,
    expect_tensors,
    hint_on_loss,
    tried,
)
from coursework.kit.values import hint_for, near, state_tensor

CALLED = "differentiate(model, loss, X, Y, state)"
TARGETS = "Loss and Gradient > How bad is a prediction?"
PACKAGE = "Loss and Gradient > Which way is down?"
PERPLEXITY = "Loss and Gradient > Perplexity"
BETWEEN = "Training > The state between two minibatches"
TURNED = "the state comes first here, and the loss second"


@property_of(CALLED, TARGETS)
def targets(differentiate: Attempt, seed: int) -> None:
    """The loss compares the logits of each character with its target."""
    for done in tried(differentiate, seed):
        read, right, hint = done.read, done.read.right, hint_on_loss(done.read)
        expect("X in model(X, state)", read.X.tolist(), done.X.tolist())
        require(bool(read.called), "the number of calls of loss", 0, 1)
        if near(done.found, right.gradients):
            continue  # it may call the loss for each step
        found, given = read.loss.value, read.loss.targets
        if given.dim() == 1 and not near(found, right.value):
            expect("the targets", given.tolist(), right.targets.tolist(), hint)
        expect("loss(outputs, targets)", found, right.value, hint)


@property_of(CALLED, PACKAGE)
def gradients(differentiate: Attempt, seed: int) -> None:
    """The parameters hold the gradients of this minibatch alone."""
    for done in tried(differentiate, seed):
        model, whole = done.model, done.read.right.gradients
        hint = "a step is taken here, and the epoch takes a second one"
        expect_tensors(PARAMS, model.params, model.start, hint)
        right = done.read.loss.gradients or whole
        hint = hint_for(done.found, {
            EMPTY: [0 * g for g in right],
            ADDED: [1 + g for g in right],
            "this is the gradient of the sum, not of the mean":
                [done.X.numel() * g for g in right],
            "this is divided by the batch size, although the loss is a mean":
                [g / len(done.X) for g in right],
            "backward() is called twice, and the gradients add up":
                [2 * g for g in right],
        })  # fmt: skip
        if not near(done.found, whole):
            expect_tensors(GRADS, done.found, right, hint)


@property_of(CALLED, PERPLEXITY)
def loss(differentiate: Attempt, seed: int) -> None:
    """The first value returned is the mean loss, a tensor of one number."""
    for done in tried(differentiate, seed):
        first, read = done.returned[0], done.read
        hint = TURNED * is_state(first)
        is_tensor = isinstance(first, Tensor)
        if isinstance(first, float) and near(first, read.loss.value):
            hint = "this is a number, but the epoch calls its item()"
        require(is_tensor, "the first value returned", first, Tensor, hint)
        if first.numel() == 1:
            first = first.item()
        if not near(first, read.right.value):
            expect("the first value returned", first, read.loss.value)


@property_of(CALLED, BETWEEN)
def state(differentiate: Attempt, seed: int) -> None:
    """The model starts from the given state; its new state is returned."""
    for done in tried(differentiate, seed):
        given, begun, after = done.state, done.read.state, done.read.after
        hint = hint_for(begun, {"the model starts from zeros": 0 * begun})
        expect_tensors("in model(X, state): state", [begun], given, hint)
        last = done.returned[1]
        if is_state(done.returned[0]):
            last = done.returned[0]  # which "loss" refuses
        hint = hint_for(last, {"this is the state that was given": given})
        expect_tensors("the returned state", last, (after,), hint)


def is_state(value: Any) -> bool:
    """Return whether a value looks like a state."""
    H = state_tensor(value)
    return H is not None and H.dim() == 2
