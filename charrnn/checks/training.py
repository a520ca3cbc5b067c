"""Judge clipping, the epoch, and the loop over epochs."""

import math
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Seen
from charrnn.checks.words import items, near, no_result, said, tensor

FUNCTION = "Gradient Clipping > The function"
BALL = "Gradient Clipping > Projecting onto a ball"
LIMIT = "Training > A limit for the length of a step"
DIRECTION = "Training > In which direction to step"
BETWEEN = "Training > The state between two minibatches"
DETACHED = "State Clinic > Carried, but not detached"
PERPLEXITY = "Training > Perplexity"
EPOCH = "Training > One epoch"
FIRST = "Training > The first training"
TARGETS = "Training > How bad is a prediction?"

CLIP = "grad_clipping(model, theta)"
TRAIN = "train_epoch_rnn(model, train_iter, loss, updater, use_random_iter)"


def gradients(value: Seen) -> list[Tensor | None]:
    """Return the gradients that came."""
    return [tensor(g) for g in items(value["gradients"]) or []]


def all_near(ours: list[Tensor | None], theirs: list[Tensor]) -> bool:
    """Return whether there are as many tensors, and equal ones."""
    return len(ours) == len(theirs) and all(map(near, ours, theirs))


def joint(tensors: list[Tensor]) -> float:
    """Return the length of all tensors, as of one vector."""
    return float(torch.cat([t.flatten().double() for t in tensors]).norm())


def long_gradients(seen: Seen) -> Complaint | None:
    """Hold that gradients that are too long are scaled together."""
    given = cases.gradients(seen["seed"])
    length = joint(given)
    theta = length / 3
    wanted = "all gradients times theta / norm, with one norm for all of them"
    called = f"{CLIP} with a norm of {length:.3f} and theta {theta:.3f}"
    if seen["long"]["returned"]["kind"] == "error":
        return no_result(seen["long"]["returned"], called, wanted, FUNCTION)
    found = gradients(seen["long"])
    if all_near(found, [g * theta / length for g in given]):
        return None
    came = f"gradients with a norm of {joint(present(found)):.3f}"
    hint = explain_gradients(seen, found, theta)
    return Complaint(called, came, wanted, hint, BALL)


def present(grads: list[Tensor | None]) -> list[Tensor]:
    """Return the gradients that there are, or else a zero."""
    return [g for g in grads if g is not None] or [torch.zeros(1)]


def explain_gradients(
    seen: Seen, found: list[Tensor | None], theta: float
) -> str:
    """Return the likely mistake in how gradients were clipped."""
    given = cases.gradients(seen["seed"])
    length = joint(given)
    if all_near(found, given) and params_changed(seen):
        return "it is the gradients that are to be scaled"
    if all_near(found, given):
        if seen["long"]["returned"]["kind"] == "NoneType":
            return "nothing was done: is the body still blank?"
        return (
            "the gradients are as they were: an assignment only gives a name "
            "to a new tensor; change the tensor itself, in place"
        )
    mistakes = {
        "each parameter has a norm of its own here; one norm for all together "
        "keeps the direction of the step":
            [g * min(1, theta / joint([g])) for g in given],
        "components are cut one by one, which changes the direction":
            [g.clamp(-theta, theta) for g in given],
        "the root of the sum of squares is missing in the norm":
            [g * theta / length**2 for g in given],
        "the norm should become theta, and has become one":
            [g / length for g in given],
        "the gradients are to be divided by the norm too":
            [g * theta for g in given],
    }  # fmt: skip
    for hint, wrong in mistakes.items():
        if all_near(found, wrong):
            return hint
    return "multiply each gradient by the same number"


def params_changed(seen: Seen) -> bool:
    """Return whether the parameters were changed."""
    kept = [tensor(p) for p in items(seen["long"]["params"]) or []]
    given = cases.gradients(seen["seed"])
    return not all_near(kept, [torch.ones_like(g) for g in given])


def short_gradients(seen: Seen) -> Complaint | None:
    """Hold that gradients that are short enough are left alone."""
    given = cases.gradients(seen["seed"])
    length = joint(given)
    called = f"{CLIP} with a norm of {length:.3f} and theta {2 * length:.3f}"
    wanted = "the gradients as they were"
    returned = seen["short"]["returned"]
    if returned["kind"] == "error":
        return no_result(returned, called, wanted, FUNCTION)
    found = gradients(seen["short"])
    if all_near(found, given):
        if long_gradients(seen) and all_near(gradients(seen["long"]), given):
            return Complaint(
                CLIP, "the gradients as they were, long or short",
                "only short gradients are left alone",
                "nothing is clipped yet", FUNCTION,
            )  # fmt: skip
        return None
    return Complaint(
        called, f"gradients with a norm of {joint(present(found)):.3f}",
        wanted,
        "a gradient within the ball is not moved to its border: scale only "
        "if the norm is larger than theta",
        BALL,
    )  # fmt: skip


def clipped_params(seen: Seen) -> Complaint | None:
    """Hold that the parameters are what they were."""
    blank = long_gradients(seen)
    untouched = not params_changed(seen)
    nothing = all_near(gradients(seen["long"]), cases.gradients(seen["seed"]))
    if untouched and not (blank and nothing):
        return None
    return Complaint(
        CLIP, "nothing was done" if untouched else "other parameters",
        "other gradients, and the parameters as they were",
        "clipping comes before the step: it scales param.grad, not param",
        FUNCTION,
    )  # fmt: skip


def returned_norm(seen: Seen) -> Complaint | None:
    """Hold the norm that is returned, which may also be left out."""
    value = seen["long"]["returned"]
    length = joint(cases.gradients(seen["seed"]))
    wanted = f"{length:.4f}, the norm before clipping"
    if value["kind"] == "NoneType" and not long_gradients(seen):
        return None
    if failed := no_result(value, CLIP, wanted, FUNCTION):
        return failed
    number = number_of(value)
    if number is not None and math.isclose(number, length, rel_tol=1e-3):
        return None
    hint = "return the norm of all gradients together"
    if number is not None and math.isclose(number, length / 3, rel_tol=1e-3):
        hint = "that is the norm after clipping: return the one before"
    elif number is not None and math.isclose(number, length**2, rel_tol=1e-3):
        hint = "take the root of the sum of the squares"
    return Complaint(CLIP, said(value), wanted, hint, FUNCTION)


# The epoch


def of(run: Seen, name: str) -> list[Any]:
    """Return the events of one kind."""
    return [event for event in run["events"] if event["event"] == name]


def failed_epoch(run: Seen, wanted: str, page: str) -> Complaint | None:
    """Complain if an epoch ended in an error, or did not begin."""
    got = run["got"]
    if got["kind"] == "error" and "second time" in str(got["data"]):
        return Complaint(
            TRAIN, said(got), "a state without the graph of what made it",
            "the state still hangs on the graph of the minibatch before: "
            "detach the state that is carried over",
            DETACHED,
        )  # fmt: skip
    if got["kind"] == "error":
        return no_result(got, TRAIN, wanted, page)
    if not of(run, "read"):
        return Complaint(
            TRAIN, "the model was not called", wanted,
            "the body is still blank, or the loop over train_iter is missing",
            EPOCH,
        )  # fmt: skip
    return None


def epoch_targets(seen: Seen) -> Complaint | None:
    """Hold that each output is compared with its own target."""
    run = seen["reset"]
    wanted = "targets in the order of the outputs, step after step"
    if failed := failed_epoch(run, wanted, TARGETS):
        return failed
    batches = cases.batches(seen["seed"], *cases.UNEVEN)
    events = of(run, "loss")
    for (_, Y), event in zip(batches, events, strict=False):
        found, right = event["targets"], Y.T.reshape(-1)
        if torch.equal(found.flatten().long(), right):
            continue
        hint = "the targets are Y, one for each row of the outputs"
        if torch.equal(found.flatten().long(), Y.reshape(-1)):
            hint = (
                "the outputs come step after step, and the targets text "
                "after text: transpose Y first"
            )
        came = f"targets that begin with {found.flatten()[:6].tolist()}"
        first = f"{wanted}: {right[:6].tolist()}"
        return Complaint(TRAIN, came, first, hint, EPOCH)
    if events or not epoch_gradients(seen):
        return None  # another function may have computed the loss
    return Complaint(
        TRAIN, "the loss was not computed", wanted,
        "compute loss(outputs, targets) for each minibatch", EPOCH,
    )  # fmt: skip


def epoch_state(seen: Seen) -> Complaint | None:
    """Hold that the state is begun, carried, detached, and reset."""
    wanted = "a state that is zero at first, then carried over, detached"
    carried = seen["carried"]
    if failed := failed_epoch(carried, wanted, BETWEEN):
        return failed
    reads = of(carried, "read")
    if reads[0]["state"].any():
        return Complaint(
            TRAIN, "a first state that is not zero", wanted,
            "an epoch begins with model.begin_state", BETWEEN,
        )  # fmt: skip
    if any(read["attached"] for read in reads):
        return Complaint(
            TRAIN, "a state that hangs on the graph", wanted,
            "detach the state that is carried over", DETACHED,
        )  # fmt: skip
    states = right_states(seen["seed"])
    if not all_near([read["state"] for read in reads], states):
        zero = not any(read["state"].any() for read in reads)
        came = "zeros for each minibatch" if zero else "another state"
        hint = (
            "under sequential partitioning a row goes on where the row of "
            "the minibatch before ended: the state must not be begun anew"
        )
        if zero and reset_state(seen):
            hint = "the two cases are confused: begin anew if use_random_iter"
        called = f"{TRAIN} with use_random_iter=False"
        return Complaint(called, came, wanted, hint, BETWEEN)
    return reset_state(seen)


def right_states(seed: int) -> list[Tensor]:
    """Return the states that minibatches start from, if it is carried."""
    layer, _ = cases.recurrent(seed)
    states = [torch.zeros(1, 2, cases.h)]
    with torch.no_grad():
        for X, _ in cases.batches(seed, *cases.UNEVEN)[:-1]:
            inputs = F.one_hot(X.T, cases.V).float()
            states.append(layer(inputs, states[-1])[1])
    return [H[0] for H in states]


def reset_state(seen: Seen) -> Complaint | None:
    """Hold that a state is begun for each minibatch under random sampling."""
    wanted = "zeros for each minibatch, whose texts begin anywhere"
    run = seen["reset"]
    if failed := failed_epoch(run, wanted, BETWEEN):
        return failed
    if not any(read["state"].any() for read in of(run, "read")):
        return None
    return Complaint(
        TRAIN + " with use_random_iter=True", "a state that was carried over",
        wanted,
        "under random sampling the texts before have nothing to do with "
        "these: begin a new state for each minibatch",
        BETWEEN,
    )  # fmt: skip


def updates(run: Seen) -> list[list[Tensor]]:
    """Return the gradients that each step was taken by."""
    found = [event["gradients"] for event in of(run, "update")]
    return [[g for g in grads if g is not None] for grads in found]


def epoch_gradients(seen: Seen) -> Complaint | None:
    """Hold that a step is taken by the gradients of its minibatch alone."""
    wanted = "a step for each minibatch, by its own gradients"
    run = seen["flat"]
    if failed := failed_epoch(run, wanted, DIRECTION):
        return failed
    (batch,) = cases.batches(seen["seed"], 4)
    right = right_gradients(seen["seed"], batch, cases.FLAT)
    found = updates(run)
    complain = partial(Complaint, TRAIN, expected=wanted, page=DIRECTION)
    if not found or not found[0]:
        return complain(
            came=f"{len(found)} steps, without gradients",
            hint="loss.backward() comes before the step, and the step is "
            "taken by calling updater",
        )
    if all_near(list(found[0]), right):
        if all(all_near(list(grads), right) for grads in found):
            return None
        return complain(
            came="gradients that grow from step to step",
            hint="backward() adds to the gradients that are there: set them "
            "to None, or to zero, for each minibatch",
        )
    if epoch_targets_differ(seen) or reset_state(seen):
        return complain(
            came="other gradients",
            hint="targets or states are not right yet, nor are these",
        )
    return complain(
        came=f"gradients with a norm of {joint(found[0]):.4f}, and not of "
        f"{joint(right):.4f}",
        hint="the loss is the mean over all characters of the minibatch, and "
        "gradients below the threshold are left alone",
    )


def epoch_targets_differ(seen: Seen) -> bool:
    """Return whether the loss was given other targets than those of Y."""
    batches = cases.batches(seen["seed"], *cases.UNEVEN)
    events = of(seen["reset"], "loss")
    return any(
        not torch.equal(event["targets"].flatten().long(), Y.T.reshape(-1))
        for (_, Y), event in zip(batches, events, strict=False)
    )


def right_gradients(
    seed: int, batch: tuple[Tensor, Tensor], scale: float
) -> list[Tensor]:
    """Return the gradients of a minibatch, from a state of zeros."""
    layer, linear = cases.recurrent(seed)
    X, Y = batch
    states, _ = layer(F.one_hot(X.T, cases.V).float())
    logits = scale * linear(states.flatten(0, 1))
    loss = F.cross_entropy(logits, Y.T.flatten())
    params = [*layer.parameters(), *linear.parameters()]
    return list(torch.autograd.grad(loss, params))


def epoch_clipping(seen: Seen) -> Complaint | None:
    """Hold that no step is taken by gradients longer than 1."""
    run = seen["steep"]
    wanted = "steps by gradients whose joint norm is at most 1"
    if failed := failed_epoch(run, wanted, LIMIT):
        return failed
    lengths = [joint(grads) for grads in updates(run) if grads]
    complain = partial(Complaint, TRAIN, expected=wanted, page=LIMIT)
    if not lengths:
        return complain(
            came="no step by gradients",
            hint="backward, then grad_clipping, then updater",
        )
    if max(lengths) < 1.001:
        (batch,) = cases.batches(seen["seed"], 4)
        steep = right_gradients(seen["seed"], batch, cases.STEEP)
        right = [g / joint(steep) for g in steep]
        as_long = all(all_near(list(grads), right) for grads in updates(run))
        if as_long or (epoch_gradients(seen) and min(lengths) > 0.999):
            return None  # what is not due to clipping is said elsewhere
        return complain(
            came=f"a norm of {min(lengths):.4f}, and the loss was steep",
            hint="clip to a norm of 1, all parameters together",
        )
    hint = "clip the gradients before each step, by grad_clipping"
    last = joint(present([tensor(g) for g in items(run["last"]) or []]))
    if 0 < last < 1.001:
        hint = "updater is called before clipping, which then comes too late"
    return complain(came=f"a step of norm {max(lengths):.1f}", hint=hint)


def epoch_update(seen: Seen) -> Complaint | None:
    """Hold that updaters of both kinds are called for each minibatch."""
    wanted = "one step for each of the minibatches"
    run = seen["reset"]
    if failed := failed_epoch(run, wanted, DIRECTION):
        return failed
    steps = of(run, "update")
    complain = partial(Complaint, TRAIN, expected=wanted, page=DIRECTION)
    if len(steps) != 3:
        return complain(
            came=f"{len(steps)} calls of updater for 3 minibatches",
            hint="call updater(1) in the loop, once for each minibatch",
        )
    if any(step["batch_size"] != 1 for step in steps):
        return complain(
            came=f"updater({steps[0]['batch_size']})",
            hint="the loss is a mean already: there is nothing left to "
            "divide by, so the batch size is given as 1",
        )
    other = seen["optimizer"]
    called = f"{TRAIN} with an optimiser of PyTorch as updater"
    if failed := failed_epoch(other, wanted, DIRECTION):
        return Complaint(called, failed.came, wanted, "an optimiser has the "
                         "method step, and is not called", EPOCH)  # fmt: skip
    count = len(of(other, "step"))
    return None if count == 3 else Complaint(
        called, f"{count} steps for 3 minibatches", wanted,
        "an optimiser takes its step by updater.step()", EPOCH,
    )  # fmt: skip


def epoch_perplexity(seen: Seen) -> Complaint | None:
    """Hold the perplexity that is returned first."""
    run = seen["reset"]
    losses, sizes = right_losses(seen["seed"])
    total = sum(a * b for a, b in zip(losses, sizes, strict=True))
    right = math.exp(total / sum(sizes))
    wanted = f"(perplexity, speed), with a perplexity of {right:.4f}"
    if failed := failed_epoch(run, wanted, PERPLEXITY):
        return failed
    if failed := no_result(run["got"], TRAIN, wanted, PERPLEXITY):
        return failed
    found = number_of((items(run["got"]) or [run["got"]])[0])
    complain = partial(
        Complaint, TRAIN, said(run["got"]), wanted, page=PERPLEXITY
    )
    if found is None or len(items(run["got"]) or []) != 2:
        return complain("return two numbers: perplexity, tokens per second")
    if math.isclose(found, right, rel_tol=1e-3):
        return None
    mean = sum(losses) / len(losses)
    mistakes = {
        "exp is missing: that is the mean loss": total / sum(sizes),
        "exp is missing, and the losses are averaged over minibatches": mean,
        "minibatches differ in length: weight each mean loss by the number "
        "of its characters, or a short one counts as much as a long one":
            math.exp(mean),
        "take exp of the mean, not the mean of exp":
            sum(map(math.exp, losses)) / len(losses),
        "take exp of the mean, not the mean of exp, even if weighted":
            sum(s * math.exp(l) for l, s in zip(losses, sizes, strict=True))
            / sum(sizes),
        "that is the last minibatch alone": math.exp(losses[-1]),
        "the sum of the losses is to be divided by the number of characters":
            total,
    }  # fmt: skip
    for hint, wrong in mistakes.items():
        if math.isclose(found, wrong, rel_tol=1e-3):
            return complain(hint)
    if epoch_targets_differ(seen) or reset_state(seen):
        return complain("the losses are not yet right, so this is not either")
    return complain("the mean loss over all characters of the epoch, and exp")


def number_of(value: Seen) -> float | None:
    """Return the number that a value is, if it is one."""
    found = value.get("data")
    if isinstance(found, Tensor):
        return found.item() if found.numel() == 1 else None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number else None  # type: ignore[arg-type]


def right_losses(seed: int) -> tuple[list[float], list[int]]:
    """Return the mean loss of each minibatch, and its number of characters."""
    layer, linear = cases.recurrent(seed)
    losses, sizes = [], []
    with torch.no_grad():
        for X, Y in cases.batches(seed, *cases.UNEVEN):
            states, _ = layer(F.one_hot(X.T, cases.V).float())
            logits = linear(states.flatten(0, 1))
            losses.append(F.cross_entropy(logits, Y.T.flatten()).item())
            sizes.append(Y.numel())
    return losses, sizes


# The training


LOOP = "train_rnn(model, train_iter, vocab, 0.5, 4)"


def training_epochs(seen: Seen) -> Complaint | None:
    """Hold that each epoch is trained, and the parameters move."""
    wanted = f"{cases.NUM_EPOCHS} passes over train_iter, each with its steps"
    run = seen["carried"]
    if run["got"]["kind"] == "error":
        return no_result(run["got"], LOOP, wanted, FIRST)
    ((X, _),) = cases.batches(seen["seed"], 8)
    same = all(torch.equal(read["X"], X) for read in run["events"])
    if run["passes"] == cases.NUM_EPOCHS and run["moved"] and same:
        return None
    hint = "call train_epoch_rnn once for each epoch"
    if run["passes"] == cases.NUM_EPOCHS:
        hint = "the updater has to change the parameters of the model"
    return Complaint(
        LOOP, f"{run['passes']} passes, and parameters that "
        f"{'moved' if run['moved'] else 'stayed'}", wanted, hint, FIRST,
    )  # fmt: skip


def training_state(seen: Seen) -> Complaint | None:
    """Hold that the training knows the order of the minibatches."""
    wanted = "the argument use_random_iter, handed on to each epoch"
    for name in ("carried", "reset"):
        if seen[name]["got"]["kind"] == "error":
            return no_result(seen[name]["got"], LOOP, wanted, BETWEEN)
    carried, reset = (
        [read["state"].any() for read in seen[name]["events"]]
        for name in ("carried", "reset")
    )
    if any(carried) and reset and not any(reset):
        return None
    return Complaint(
        LOOP, "the same handling of the state for both orders", wanted,
        "hand use_random_iter on to train_epoch_rnn", BETWEEN,
    )  # fmt: skip


def training_history(seen: Seen) -> Complaint | None:
    """Hold that a perplexity is kept for each epoch, and falls."""
    run = seen["carried"]
    wanted = f"a history of {cases.NUM_EPOCHS} perplexities, which fall"
    if run["got"]["kind"] == "error":
        return no_result(run["got"], LOOP, wanted, FIRST)
    found = [number_of(p) for p in items(run["history"]) or []]
    values = [p for p in found if p is not None]
    complete = len(values) == len(found) == cases.NUM_EPOCHS
    if complete and values[-1] < values[0]:
        return None
    hint = "append what each epoch returns to the history, and return it"
    if len(values) == cases.NUM_EPOCHS:
        hint = "the perplexity does not fall: are the steps taken with lr?"
    return Complaint(LOOP, said(run["history"]), wanted, hint, FIRST)
