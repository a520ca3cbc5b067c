"""Check the state, the gradients, an epoch, and the loop over epochs."""

import math
from contextlib import suppress

import torch
from torch import Tensor

import coursework.checks.cases as cases
import coursework.checks.doubles as doubles
import coursework.checks.recordings as recordings
from coursework.checks.data import perplexities
from coursework.checks.feedback import (
    Attempt,
    Mismatch,
    call,
    expect,
    property_of,
    require,
)
from coursework.checks.recordings import epochs, expect_states, expect_tensors
from coursework.checks.values import (
    Words,
    hint_for,
    joint_norm,
    near,
    number,
)

LIMIT = "Loss and Gradient > A limit for the length of a step"
DIRECTION = "Loss and Gradient > In which direction to step"
BETWEEN = "Training > The state between two minibatches"
PERPLEXITY = "Loss and Gradient > Perplexity"
FIRST = "Training > The training"
TARGETS = "Loss and Gradient > How bad is a prediction?"

CHOOSE = "choose_state(model, state, batch_size, use_random_iter)"
DIFFERENTIATE = "differentiate(model, loss, X, Y, state)"
EPOCH = "train_epoch_rnn(model, train_iter, loss, updater, use_random_iter)"
TRAIN = f"train_rnn(model, train_iter, vocab, {cases.LR}, {cases.NUM_EPOCHS})"
PARAMS = "list(model.parameters())"
GRADS = "[param.grad for param in model.parameters()]"
STEPPED = "num_steps of the minibatch before each update, in order"

ADDED = "what param.grad held before is still there, and adds up"
BY_TEXT = "the outputs come step after step, these targets text by text"
SOFTMAX = "the rows of O sum to 1, as after softmax: the loss applies it again"
EMPTY = "param.grad is None or zero: backward() fills it, zeroing empties it"


# The state

MODEL = doubles.RecordingModel(0)


def states(seed: int, rows: int) -> tuple[Tensor, Tensor]:
    """Return a state of two tensors, with a graph."""
    _, H, _ = cases.network(seed, batch_size=rows)
    H.requires_grad_()
    return 2 * H, 3 * H


@property_of("choose_state", "begun", CHOOSE, BETWEEN)
def begun_state(choose_state: Attempt, seed: int) -> None:
    """An epoch, and each minibatch of random sampling, begins with zeros."""
    for rows in (cases.n, 1):
        old = states(seed, rows + 1)[:1]  # the batch size may change
        for state, is_random in ((None, False), (None, True), (old, True)):
            found = call(choose_state, MODEL, state, rows, is_random)
            what = f"the state of {rows} rows, use_random_iter={is_random}"
            hint = hint_for(found, {recordings.CARRIED: old})
            expect_tensors(what, found, MODEL.begin_state(rows), hint)


@property_of("choose_state", "carried", CHOOSE, BETWEEN)
def carried_state(choose_state: Attempt, seed: int) -> None:
    """In sequential order, each minibatch continues from the last state."""
    for rows in (cases.n, 1):
        state = states(seed, rows)
        right = doubles.copies([*state])
        found = call(choose_state, MODEL, state, rows, False)
        what = f"choose_state(model, state, {rows}, False)"
        hint = hint_for(found, {recordings.BEGUN: MODEL.begin_state(rows)})
        expect_tensors(what, found, right, hint)


@property_of("choose_state", "detached", CHOOSE, BETWEEN)
def detached_state(choose_state: Attempt, seed: int) -> None:
    """A state that is carried over has no graph."""
    state, what = states(seed, 2), "choose_state(model, state, 2, False)"
    found = call(choose_state, MODEL, state, 2, False)
    parts = found if isinstance(found, tuple | list) else [found]
    tensors = [S for S in parts if isinstance(S, Tensor)]
    require(bool(tensors), what, found, state)
    hint = "the state is returned as it was given" if found is state else ""
    flags = [S.grad_fn is not None for S in tensors]
    name = f"[S.requires_grad for S in {what}]"
    expect(name, flags, [False] * len(flags), hint)


# The gradients


def hint_on_loss(read: doubles.Read) -> str:
    """Return what is wrong with the arguments of the loss, or ""."""
    O, targets, by_text = *read.loss[:2], cases.following(read.X).flatten()
    if near(targets, by_text) and not near(targets, read.right.targets):
        return BY_TEXT
    is_softmax = O.min() >= 0 and near(O.sum(-1), torch.ones(O.shape[:-1]))
    return SOFTMAX if is_softmax else ""


@property_of("differentiate", "targets", DIFFERENTIATE, TARGETS)
def targets_in_order(differentiate: Attempt, seed: int) -> None:
    """The loss compares the logits of each character with its target."""
    for done in recordings.tried(differentiate, seed):
        read, right, hint = done.read, done.read.right, hint_on_loss(done.read)
        expect("X in model(X, state)", read.X.tolist(), done.X.tolist())
        require(bool(read.called), "the number of calls of loss", 0, 1)
        found, targets = read.loss.value, read.loss.targets
        if targets.dim() == 1 and not near(found, right.value):
            pair = targets.tolist(), right.targets.tolist()
            expect("the targets", *pair, hint)
        expect("loss(outputs, targets)", found, right.value, hint)


@property_of("differentiate", "gradients", DIFFERENTIATE, DIRECTION)
def gradients_alone(differentiate: Attempt, seed: int) -> None:
    """The parameters hold the gradients of this minibatch, and no others."""
    for done in recordings.tried(differentiate, seed):
        right = done.read.loss.gradients or done.read.right.gradients
        hint = hint_for(done.found, {
            EMPTY: [0 * g for g in right],
            ADDED: [1 + g for g in right],
        })  # fmt: skip
        expect_tensors(GRADS, done.found, right, hint)


@property_of("differentiate", "loss", DIFFERENTIATE, PERPLEXITY)
def returned_loss(differentiate: Attempt, seed: int) -> None:
    """The first value returned is the mean loss, a single number."""
    for done in recordings.tried(differentiate, seed):
        first, right = done.returned[0], done.read.loss.value
        if isinstance(first, Tensor) and first.numel() == 1:
            first = first.item()
        expect("the first value returned", first, right)


@property_of("differentiate", "state", DIFFERENTIATE, BETWEEN)
def returned_state(differentiate: Attempt, seed: int) -> None:
    """The model starts from the given state; its new state is returned."""
    for done in recordings.tried(differentiate, seed):
        given, begun, after = done.state, done.read.state, done.read.after
        hint = hint_for(begun, {"the model starts from zeros": 0 * begun})
        expect_tensors("in model(X, state): state", [begun], given, hint)
        last = done.returned[1]
        hint = hint_for(last, {"this is the state that was given": given})
        expect_tensors("the returned state", last, (after,), hint)


# The epoch


@property_of("train_epoch_rnn", "minibatches", EPOCH, DIRECTION)
def epoch_minibatches(attempt: Attempt, seed: int) -> None:
    """Each minibatch is read once, and one step follows it."""
    right = [*cases.UNEVEN]
    for epoch in epochs(attempt, seed, rows=1):
        read = [read.X.shape[1] for read in epoch.steps]
        expect("the number of steps in each minibatch read", read, right)
        done = [update.read.X.shape[1] for update in epoch.model.updates]
        require(done in ([], right), STEPPED, done, right)


@property_of("train_epoch_rnn", "update", EPOCH, DIRECTION)
def epoch_update(attempt: Attempt, seed: int) -> None:
    """Steps are taken by updater(1), or by updater.step() of an optimiser."""
    for name, updater in recordings.UPDATERS.items():
        epoch = recordings.Epoch(attempt, seed, updater)
        model, hint = epoch.model, "the parameters change without updater"
        expect_tensors(PARAMS, model.params, model.start, hint)
        for size in (update.batch_size for update in epoch.updates):
            hint = "the loss is a mean already, and this divides again"
            require(number(size) == 1, f"batch_size in {name}", size, 1, hint)


@property_of("train_epoch_rnn", "begun", EPOCH, BETWEEN)
def epoch_begins(attempt: Attempt, seed: int) -> None:
    """An epoch, and each minibatch of random sampling, begins with zeros."""
    steps = next(epochs(attempt, seed)).steps
    expect_states("use_random_iter=True", steps, [True] * len(steps))
    model, twice = doubles.RecordingModel(seed), list[doubles.Read]()
    options = {"lengths": (4,), "is_random": False, "model": model}
    for _ in range(2):  # a state that is kept somewhere comes back
        with suppress(Mismatch):  # an error costs other properties
            twice += next(epochs(attempt, seed, **options)).steps
    expect_states("the first of each epoch", twice, [True] * len(twice))


@property_of("train_epoch_rnn", "carried", EPOCH, BETWEEN)
def epoch_carries(attempt: Attempt, seed: int) -> None:
    """In sequential order, the state is carried over, but detached."""
    steps = next(epochs(attempt, seed, is_random=False)).steps
    require(len(steps) > 1, "the number of minibatches read", len(steps), 3)
    what = "state[0].requires_grad of each minibatch"
    expect(what, [read.is_attached for read in steps], [False] * len(steps))
    begins = [read is steps[0] for read in steps]
    expect_states("use_random_iter=False", steps, begins)


@property_of("train_epoch_rnn", "gradients", EPOCH, DIRECTION)
def epoch_gradients(attempt: Attempt, seed: int) -> None:
    """Each step is made by the gradients of its own minibatch alone."""
    for epoch in epochs(attempt, seed, scale=cases.FLAT):
        total = [0 * param for param in epoch.model.start]
        for i, (found, _, read) in enumerate(epoch.updates):
            right = read.right.gradients
            total = [a + b for a, b in zip(total, right, strict=True)]
            if near(found, [g / joint_norm(right) for g in right]):
                continue  # they are only scaled, which is checked below
            hint = hint_on_loss(read) or hint_for(found, {
                EMPTY: [0 * g for g in right],
                ADDED: total,
            })  # fmt: skip
            expect_tensors(f"step {i}: {GRADS}", found, right, hint)


@property_of("train_epoch_rnn", "clipping", EPOCH, LIMIT)
def epoch_clipping(attempt: Attempt, seed: int) -> None:
    """Before a step, the gradients are clipped to a joint norm of 1."""
    for scale in (cases.STEEP, cases.FLAT):
        for epoch in epochs(attempt, seed, scale=scale):
            last, after = epoch.updates[-1].gradients, epoch.model.gradients
            is_late = near(joint_norm(after), 1.0) and not near(after, last)
            hint = "updater is called before clipping" if is_late else ""
            for i, (found, _, read) in enumerate(epoch.updates):
                norm, whole = map(joint_norm, (found, read.right.gradients))
                if norm == 0 or hint_on_loss(read):
                    continue  # the gradients are wrong, as is seen above
                is_right = near(norm, 1.0) == (whole > 1)
                what = f"the norm of all gradients at step {i}"
                require(is_right, what, norm, min(1.0, whole), hint)


@property_of("train_epoch_rnn", "perplexity", EPOCH, PERPLEXITY)
def epoch_perplexity(attempt: Attempt, seed: int) -> None:
    """The perplexity is exp of the mean loss over all characters."""
    epoch = next(epochs(attempt, seed))
    losses = [read.loss.value for read in epoch.steps]
    first, mean = epoch.returned[0], recordings.mean_loss(epoch.steps)
    hint = hint_for(first, {
        "this is the mean loss, without exp": mean,
        "this is 2 to the power of the mean loss": 2**mean,
        "this is the perplexity of the last minibatch": math.exp(losses[-1]),
        "this is exp of the mean over minibatches, which differ in length":
            math.exp(sum(losses) / len(losses)),
    })  # fmt: skip
    expect("the first value returned", first, math.exp(mean), hint)


@property_of("train_epoch_rnn", "speed", EPOCH, FIRST)
def epoch_speed(attempt: Attempt, seed: int) -> None:
    """The speed is all characters of the epoch, divided by its seconds."""
    epoch = next(epochs(attempt, seed, lengths=cases.LONG, rows=3))
    count = sum(read.X.numel() for read in epoch.steps)
    second, seconds = epoch.returned[1], epoch.seconds
    hint = hint_for(second, {"this is the number of characters": float(count)})
    if near(second, len(epoch.steps) / seconds, 0.15):
        hint = "these are minibatches a second"
    right = count / seconds
    is_near = 0.6 * right < (number(second) or 0.0) < 2 * right
    about = Words(f"about {right:.0f}")
    require(is_near, "the second value returned", second, about, hint)


# The training


@property_of("train_rnn", "epochs", TRAIN, FIRST)
def training_epochs(attempt: Attempt, seed: int) -> None:
    """In each epoch, the parameters take a step for each minibatch."""
    right = [*cases.TRAINED] * cases.NUM_EPOCHS
    steps = recordings.Training(attempt, seed).steps
    found = [read.X.shape[1] for read in steps]
    count, rest = divmod(len(found), len(cases.TRAINED))
    is_epochs = not rest and found == [*cases.TRAINED] * count
    hint = f"epochs trained: {count} of {cases.NUM_EPOCHS}"
    expect(STEPPED, found, right, hint if is_epochs else "")


@property_of("train_rnn", "step", TRAIN, DIRECTION)
def training_steps(attempt: Attempt, seed: int) -> None:
    """Each step is lr times the clipped gradient of its minibatch."""
    training = recordings.Training(attempt, seed)
    norms = [joint_norm(change) for change in training.changes]
    expect("the length of each step", norms, [cases.LR] * len(norms))
    pairs = zip(training.steps, training.changes, strict=True)
    for i, (read, change) in enumerate(pairs):
        grads = read.right.gradients
        right = [-cases.LR * g / joint_norm(grads) for g in grads]
        expect_tensors(f"the change of {PARAMS} in step {i}", change, right)


@property_of("train_rnn", "state", TRAIN, BETWEEN)
def training_states(attempt: Attempt, seed: int) -> None:
    """An epoch begins with zeros, and carries the state over if in order."""
    trainings = [recordings.Training(attempt, seed, r) for r in (False, True)]
    carries = {any(read.state.any() for read in t.steps) for t in trainings}
    same = "use_random_iter makes no difference" if len(carries) == 1 else ""
    for training in trainings:
        flag, steps = training.is_random, training.steps
        begins = [flag or r.X.shape[1] == cases.TRAINED[0] for r in steps]
        expect_states(f"use_random_iter={flag}", steps, begins, same)


@property_of("train_rnn", "history", TRAIN, PERPLEXITY)
def training_history(attempt: Attempt, seed: int) -> None:
    """The perplexity of each epoch is returned, in a list."""
    training, count = recordings.Training(attempt, seed), len(cases.TRAINED)
    starts = range(0, len(training.steps), count)
    trained = [training.steps[start : start + count] for start in starts]
    means = [recordings.mean_loss(steps) for steps in trained]
    right, found = [*map(math.exp, means)], perplexities(training.returned)
    hint = hint_for(found, {"these are mean losses, without exp": means})
    if None in found:
        hint = "an item is no number: train_epoch_rnn returns two values"
    is_right = near(found, right, 0.01)
    require(is_right, "train_rnn(...)", training.returned, right, hint)
