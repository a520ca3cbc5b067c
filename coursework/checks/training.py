"""Check an epoch of training, and the loop over epochs."""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

import coursework.checks.cases as cases
import coursework.checks.doubles as doubles
from coursework.checks.data import perplexities
from coursework.checks.feedback import Attempt, call, property_of, require
from coursework.checks.values import hint_for, joint_norm, near, number

LIMIT = "Loss and Gradient > A limit for the length of a step"
DIRECTION = "Loss and Gradient > In which direction to step"
BETWEEN = "Training > The state between two minibatches"
PERPLEXITY = "Loss and Gradient > Perplexity"
FIRST = "Training > The training"
TARGETS = "Loss and Gradient > How bad is a prediction?"

Batches = list[tuple[Tensor, Tensor]]
TRAIN = "train_epoch_rnn(model, train_iter, loss, updater, use_random_iter)"
UpdaterClass = type[doubles.Updater | doubles.SGD]
UPDATERS: dict[str, UpdaterClass] = {
    "updater": doubles.Updater, "an optimiser": doubles.SGD,
}  # fmt: skip


class Step(NamedTuple):
    """A correct step: its initial state, its loss, and its gradients."""

    state: Tensor
    loss: float
    gradients: list[Tensor]
    params: list[Tensor]  # after the step


def right_steps(
    seed: int,
    batches: Batches,
    *,
    use_random_iter: bool = False,
    scale: float = 1.0,
    lr: float = 0.0,
    num_epochs: int = 1,
) -> list[Step]:
    """Return the steps that a RecordingModel should be trained by."""
    layer, linear = cases.recurrent(seed)
    params: list[Tensor] = [*layer.parameters(), *linear.parameters()]
    steps: list[Step] = []
    for step, (X, Y) in enumerate(batches * num_epochs):
        if use_random_iter or step % len(batches) == 0:
            H = torch.zeros(1, len(X), cases.h)
        before = H.detach()
        states, H = layer(F.one_hot(X.T, cases.V).float(), before)
        logits = scale * linear(states.flatten(0, 1))
        loss = F.cross_entropy(logits, Y.T.flatten())
        grads = list(torch.autograd.grad(loss, params))
        for param, grad in zip(params, grads, strict=True):
            param.data -= lr * min(1, 1 / joint_norm(grads)) * grad
        after = [param.detach().clone() for param in params]
        steps.append(Step(before[0], loss.item(), grads, after))
    return steps


class Epoch:
    """A recorded epoch of steps that leave the parameters as they are."""

    def __init__(
        self,
        train_epoch_rnn: Attempt,
        seed: int,
        batches: Batches,
        scale: float = 1.0,
        updater_class: UpdaterClass = doubles.Updater,
        *,
        use_random_iter: bool = True,
    ) -> None:
        model = doubles.RecordingModel(seed, scale)
        loss, updater = doubles.RecordingLoss(), updater_class(model)
        self.returned = call(
            train_epoch_rnn, model, batches, loss, updater, use_random_iter
        )
        self.reads, self.losses = model.reads, loss.calls
        self.updates, self.last = updater.updates, model.gradients
        require(bool(self.reads), "the model was not called")

    @property
    def steps(self) -> list[list[Tensor]]:
        """Return the gradients of each step; require at least one step."""
        found = [update.gradients for update in self.updates]
        require(bool(found), "no step by updater")
        require(all(found), "a step by gradients that are None")
        return found


def same_batches(seed: int) -> Batches:
    """Repeat one minibatch, so that each step has the same gradients."""
    return cases.batches(seed, 4) * cases.STEPS


@property_of("train_epoch_rnn", "targets", TRAIN, TARGETS)
def epoch_targets(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect a step against the gradient of the mean loss of O and Y."""
    batches = same_batches(seed)
    ((X, Y),) = batches[:1]
    untransposed = [(X, Y.reshape(Y.T.shape).T)]
    epoch = Epoch(train_epoch_rnn, seed, batches)
    found, right, wrong = (
        [g / joint_norm(step) for g in step]  # its length is tested below
        for step in (
            epoch.steps[0],
            right_steps(seed, batches)[0].gradients,
            right_steps(seed, untransposed)[0].gradients,
        )
    )
    hint = (
        "the outputs come step after step, and the targets text after text: "
        "transpose Y first"
    )
    hint = hint_for(found, {hint: wrong})
    O = epoch.losses[0][0] if epoch.losses else None
    if O is not None and near(O.sum(dim=-1), torch.ones(len(O))):
        hint = (
            "the loss was given probabilities: softmax is a part of it, so "
            "give it the outputs as they are"
        )
    require(near(found, right), "a step in another direction", hint)


@property_of("train_epoch_rnn", "state", TRAIN, BETWEEN)
def epoch_state(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect zeros if it is begun, or else the state before, detached."""
    batches = cases.batches(seed, *cases.UNEVEN)
    reset = Epoch(train_epoch_rnn, seed, batches)
    is_carried = any(read.state.any() for read in reset.reads)
    epoch = Epoch(train_epoch_rnn, seed, batches, use_random_iter=False)
    states = [read.state for read in epoch.reads]
    attached = any(read.is_attached for read in epoch.reads)
    require(not attached, "a state with the graph of the minibatch before")
    hint = "the state was begun anew: here a row goes on where it ended"
    require(
        near(states, [s.state for s in right_steps(seed, batches)]),
        "other states for use_random_iter=False",
        "" if any(state.any() for state in states) else hint,
    )
    require(
        not is_carried,
        "a state that is carried over for use_random_iter=True",
        "under random sampling the texts before have nothing to do with "
        "these: begin a new state for each minibatch",
    )


@property_of("train_epoch_rnn", "gradients", TRAIN, DIRECTION)
def epoch_gradients(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect each step by the gradients of its own minibatch, alone."""
    batches = same_batches(seed)
    right = right_steps(seed, batches, scale=cases.FLAT)[0].gradients
    hint = (
        "backward() adds to the gradients that are there: set them to None "
        "for each minibatch"
    )
    added = {hint: [cases.STEPS * g for g in right]}
    for name, updater in UPDATERS.items():
        epoch = Epoch(train_epoch_rnn, seed, batches, cases.FLAT, updater)
        require(
            all(near(step, right) for step in epoch.steps),
            f"with {name}, steps by gradients of norms {norms(epoch)}",
            hint_for(epoch.steps[-1], added),
            expected=f"each time the same, of norm {joint_norm(right):.4f}",
        )


def norms(epoch: Epoch) -> str:
    """Format the norms of the gradients of all steps."""
    return ", ".join(f"{joint_norm(step):.4f}" for step in epoch.steps)


@property_of("train_epoch_rnn", "clipping", TRAIN, LIMIT)
def epoch_clipping(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect gradients longer than 1 to be clipped to a norm of 1."""
    batches = same_batches(seed)
    for name, updater in UPDATERS.items():
        epoch = Epoch(train_epoch_rnn, seed, batches, cases.STEEP, updater)
        is_late = near(joint_norm(epoch.last), 1.0)
        hint = "updater is called before clipping, which comes too late"
        require(
            all(near(joint_norm(step), 1.0) for step in epoch.steps),
            f"with {name}, steps by gradients of norms {norms(epoch)}",
            hint if is_late else "",
        )


@property_of("train_epoch_rnn", "update", TRAIN, DIRECTION)
def epoch_update(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect updater(1), or updater.step(), once for each minibatch."""
    batches = cases.batches(seed, *cases.UNEVEN)
    for name, updater in UPDATERS.items():
        epoch = Epoch(train_epoch_rnn, seed, batches, 1.0, updater)
        sizes = [update.batch_size for update in epoch.updates]
        got = f"with {name}, {len(sizes)} steps for {len(batches)} minibatches"
        require(len(sizes) == len(batches), got)
        hint = "the loss is a mean already: there is nothing to divide by"
        require(set(sizes) == {1}, f"updater({sizes[0]})", hint)


@property_of("train_epoch_rnn", "perplexity", TRAIN, PERPLEXITY)
def epoch_perplexity(train_epoch_rnn: Attempt, seed: int) -> None:
    """Expect (perplexity, characters per second)."""
    batches = cases.batches(seed, *cases.UNEVEN)
    returned = Epoch(train_epoch_rnn, seed, batches).returned
    steps = right_steps(seed, batches, use_random_iter=True)
    losses = [step.loss for step in steps]
    pairs = zip(losses, cases.UNEVEN, strict=True)
    mean = sum(loss * size for loss, size in pairs) / sum(cases.UNEVEN)
    is_pair = isinstance(returned, tuple | list) and len(returned) == 2
    require(is_pair, returned)
    perplexity, speed = returned
    hint = "minibatches differ in length: weight each loss by its characters"
    unweighted = {hint: math.exp(sum(losses) / len(losses))}
    require(
        near(perplexity, math.exp(mean)),
        returned,
        hint_for(perplexity, unweighted),
        expected=f"a perplexity of {math.exp(mean):.4f}, and a speed",
    )
    found = number(speed) or 0  # below 1, it is the seconds
    expected = "the number of characters read, divided by the seconds"
    require(1 < found < math.inf, f"a speed of {speed}", expected=expected)


# The training

LOOP = f"train_rnn(model, train_iter, vocab, {cases.LR}, {cases.NUM_EPOCHS})"


class Training:
    """A recorded training on one minibatch, repeated."""

    def __init__(
        self, train_rnn: Attempt, seed: int, use_random_iter: bool = False
    ) -> None:
        model = doubles.RecordingModel(seed, cases.LEARNT)
        batches = cases.batches(seed, 8) * cases.STEPS
        self.returned = call(
            train_rnn, model, batches, cases.vocab(), cases.LR,
            cases.NUM_EPOCHS, use_random_iter,
        )  # fmt: skip
        # The calls that read a single row predict.
        self.reads = [read for read in model.reads if len(read.X) == 2]
        self.right = right_steps(
            seed, batches, scale=cases.LEARNT, lr=cases.LR,
            num_epochs=cases.NUM_EPOCHS,
        )  # fmt: skip


@property_of("train_rnn", "epochs", LOOP, FIRST)
def training_epochs(train_rnn: Attempt, seed: int) -> None:
    """Expect steps of lr times the clipped gradient, in each epoch."""
    training = Training(train_rnn, seed)
    reads, right = training.reads, training.right
    expected = f"{len(right)}, those of {cases.NUM_EPOCHS} epochs"
    got = f"{len(reads)} minibatches read"
    require(len(reads) == len(right), got, expected=expected)
    length, wanted = (
        distance(reads[0].params, params)
        for params in (reads[1].params, right[0].params)
    )
    require(
        near(reads[1].params, right[0].params),
        f"a first step of length {length:.4f}",
        expected=f"one of length {wanted:.4f}, against the gradient",
    )
    require(
        near(reads[2].params, right[1].params),
        "a second step that depends on something else",
        "the first step is right: the second has to be made in the same way, "
        "with the same lr, from the gradient of its own minibatch alone",
    )


def distance(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """Return the distance between two lists of parameters."""
    pairs = zip(ours, theirs, strict=True)
    return joint_norm([p - q for p, q in pairs])


@property_of("train_rnn", "state", LOOP, BETWEEN)
def training_state(train_rnn: Attempt, seed: int) -> None:
    """Expect a state carried over, unless use_random_iter."""
    for is_random in (False, True):
        reads = Training(train_rnn, seed, is_random).reads
        require(bool(reads), "no minibatch was read")
        is_carried = any(read.state.any() for read in reads)
        done = "carried over" if is_carried else "begun anew each time"
        require(
            is_carried is not is_random,
            f"for use_random_iter={is_random}, a state that is {done}",
            "hand use_random_iter on to train_epoch_rnn",
        )


@property_of("train_rnn", "history", LOOP, FIRST)
def training_history(train_rnn: Attempt, seed: int) -> None:
    """Expect the perplexity of each epoch to be returned."""
    training = Training(train_rnn, seed)
    found = perplexities(training.returned)
    losses = [step.loss for step in training.right]
    epochs = range(0, len(losses), cases.STEPS)
    means = [sum(losses[i : i + cases.STEPS]) / cases.STEPS for i in epochs]
    right = [math.exp(mean) for mean in means]
    require(
        len(found) == len(right)
        and all(near(p, q, 0.02) for p, q in zip(found, right, strict=True)),
        training.returned if None in found else found,
        expected=", ".join(f"{perplexity:.2f}" for perplexity in right),
    )
