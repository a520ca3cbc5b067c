"""Judge the epoch, and the loop over epochs."""

import math
import re
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Seen
from charrnn.checks.words import (
    all_near,
    explain_error,
    items,
    joint,
    near,
    no_result,
    number_of,
    present,
    said,
    tensor,
)

LIMIT = "Training > A limit for the length of a step"
DIRECTION = "Training > In which direction to step"
BETWEEN = "Training > The state between two minibatches"
DETACHED = "State Clinic > Carried, but not detached"
PERPLEXITY = "Training > Perplexity"
EPOCH = "Training > One epoch"
FIRST = "Training > The first training"
TARGETS = "Training > How bad is a prediction?"

TRAIN = "train_epoch_rnn(model, train_iter, loss, updater, use_random_iter)"


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
    if "NoneType" in str(got.get("data")):
        return Complaint(TRAIN, said(got), wanted, *explain_none(run))
    if got["kind"] == "error":
        return no_result(got, TRAIN, wanted, page)
    if not of(run, "read"):
        return Complaint(
            TRAIN, "the model was not called", wanted,
            "the body is still blank, or the loop over train_iter is missing",
            EPOCH,
        )  # fmt: skip
    return None


def explain_none(run: Seen) -> tuple[str, str]:
    """Return what there may be nothing of, and where to read on."""
    message = str(run["got"]["data"])
    of_state = re.search("iterable|subscriptable|detach", message)
    if of_state and not of(run, "read"):
        return (
            "at the first minibatch there is no state yet: begin one, unless "
            "something that is called is still blank",
            BETWEEN,
        )
    if "zero" not in message and of(run, "read") and not of(run, "update"):
        return (
            "gradients are None until backward is called: call it before "
            "they are used, unless something else that is used is None",
            DIRECTION,
        )
    return explain_error(message), DIRECTION


def epoch_targets(seen: Seen) -> Complaint | None:
    """Hold that each output is compared with its own target."""
    run = seen["reset"]
    wanted = "targets in the order of the outputs, step after step"
    if failed := failed_epoch(run, wanted, TARGETS):
        return failed
    if not step_gradients(seen, "flat") and not epoch_perplexity(seen):
        return None  # whatever the order, as outputs have the same
    for (_, Y), event in zip(
        cases.batches(seen["seed"], *cases.UNEVEN),
        of(run, "loss"),
        strict=False,
    ):
        found, right = event["targets"].flatten(), Y.T.reshape(-1)
        if torch.equal(found.long(), right):
            continue
        hint = "the targets are Y, one for each row of the outputs"
        if torch.equal(found.long(), Y.reshape(-1)):
            hint = (
                "the outputs come step after step, and the targets text "
                "after text: transpose Y first"
            )
        came = f"targets that begin with {found[:6].tolist()}"
        first = f"{wanted}: {right[:6].tolist()}"
        return Complaint(TRAIN, came, first, hint, EPOCH)
    if of(run, "loss") or updates(run):
        return None  # what is wrong is said elsewhere
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
    return step_gradients(seen, "flat") or also(
        seen, step_gradients(seen, "flat optimiser")
    )


def also(seen: Seen, complaint: Complaint | None) -> Complaint | None:
    """Say that an optimiser is meant, unless it took no step at all.

    That is another property.
    """
    run = seen["flat optimiser"]
    if complaint is None or run["got"]["kind"] == "error":
        return None
    if not of(run, "update"):
        return None
    hint = f"with an optimiser too, {complaint.hint}"
    return replace(complaint, hint=hint)


def name_of(run: str) -> str:
    """Return what was called in a run."""
    other = "with an optimiser of PyTorch as updater"
    return f"{TRAIN} {other}" if "optimiser" in run else TRAIN


def step_gradients(seen: Seen, name: str) -> Complaint | None:
    """Hold the gradients of a run whose gradients are short."""
    wanted = "a step for each minibatch, by its own gradients"
    run, called = seen[name], name_of(name)
    if failed := failed_epoch(run, wanted, DIRECTION):
        return failed
    (batch,) = cases.batches(seen["seed"], 4)
    right = right_gradients(seen["seed"], batch, cases.FLAT)
    found = updates(run)
    complain = partial(Complaint, called, expected=wanted, page=DIRECTION)
    if not found or not found[0]:
        step = "updater.step()" if "optimiser" in name else "updater(1)"
        return complain(
            f"{len(found)} steps, without gradients",
            hint=f"loss.backward() comes before {step}, which takes the step",
        )
    if all(all_near(list(grads), right) for grads in found):
        return None
    if all_near(list(found[0]), right):
        return complain(
            "gradients that grow from step to step",
            hint="backward() adds to the gradients that are there: set them "
            "to None, or to zero, for each minibatch",
        )
    came = (
        f"gradients with a norm of {joint(found[0]):.4f}, and not of "
        f"{joint(right):.4f}"
    )
    return complain(came, hint=explain_step(seen, found[0], right))


def explain_step(seen: Seen, found: list[Tensor], right: list[Tensor]) -> str:
    """Return the likely mistake in the gradients of a step."""
    if not any(g.any() for g in found):
        return "they are zero: set them to zero before backward, not after it"
    times = joint(found) / joint(right)
    if math.isclose(joint(found), 1, rel_tol=1e-3):
        return "short gradients were made longer: clipping leaves them alone"
    if times > 1.01 and all_near(list(found), [g * times for g in right]):
        return "the loss is summed: take the mean over all characters"
    if epoch_targets_differ(seen) or reset_state(seen):
        return "targets or states are not right yet, nor are these"
    return (
        "the loss is the mean over all characters of the minibatch, of the "
        "outputs as they are, and short gradients are left alone"
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
    return step_clipping(seen, "steep") or also(
        seen, step_clipping(seen, "steep optimiser")
    )


def step_clipping(seen: Seen, name: str) -> Complaint | None:
    """Hold the gradients of a run whose gradients would be long."""
    wanted = "steps by gradients whose joint norm is at most 1"
    run, called = seen[name], name_of(name)
    if failed := failed_epoch(run, wanted, LIMIT):
        return failed
    lengths = [joint(grads) for grads in updates(run) if grads]
    complain = partial(Complaint, called, expected=wanted, page=LIMIT)
    if not lengths:
        return complain(
            "no step by gradients",
            hint="first backward, then grad_clipping, then the step",
        )
    if max(lengths) < 1.001:
        (batch,) = cases.batches(seen["seed"], 4)
        steep = right_gradients(seen["seed"], batch, cases.STEEP)
        right = [g / joint(steep) for g in steep]
        as_long = all(all_near(list(grads), right) for grads in updates(run))
        if as_long or (epoch_gradients(seen) and min(lengths) > 0.999):
            return None  # what is not due to clipping is said elsewhere
        return complain(
            f"a norm of {min(lengths):.4f}, and the loss was steep",
            hint="clip to a norm of 1, all parameters together",
        )
    hint = "clip the gradients by grad_clipping: after backward, and before "
    hint += "each step"
    last = joint(present([tensor(g) for g in items(run["last"]) or []]))
    if 0 < last < 1.001:
        hint = "updater is called before clipping, which then comes too late"
    return complain(f"a step of norm {max(lengths):.1f}", hint=hint)


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
            f"{len(steps)} calls of updater for 3 minibatches",
            hint="call updater(1) in the loop, once for each minibatch",
        )
    if any(step["batch_size"] != 1 for step in steps):
        return complain(
            f"updater({steps[0]['batch_size']})",
            hint="the loss is a mean already: there is nothing left to "
            "divide by, so the batch size is given as 1",
        )
    return step_by_optimiser(seen, wanted)


def step_by_optimiser(seen: Seen, wanted: str) -> Complaint | None:
    """Hold that an optimiser takes its steps."""
    name = "flat optimiser"
    run, called = seen[name], name_of(name)
    hint = "an optimiser takes its step by updater.step(), and is not called"
    if failed := failed_epoch(run, wanted, DIRECTION):
        hint = hint if "not callable" in failed.came else failed.hint
        return Complaint(called, failed.came, wanted, hint, EPOCH)
    count = len(of(run, "update"))
    if count == 3:
        return None
    came = f"{count} steps for 3 minibatches"
    return Complaint(called, came, wanted, hint, EPOCH)


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
    speed = number_of((items(run["got"]) or [])[1])
    if math.isclose(found, right, rel_tol=1e-3):
        if speed is not None and 1 < speed < math.inf:
            return None  # below 1, it would be the seconds themselves
        return complain(
            "the speed is the number of characters read, divided by the "
            "seconds that this took"
        )
    if speed is not None and math.isclose(speed, right, rel_tol=1e-3):
        return complain("the perplexity comes first, and then the speed")
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
        "the logarithms are to the base e, so take exp, and not a power of 2":
            2 ** (total / sum(sizes)),
        "the mean loss has another sign here": math.exp(-total / sum(sizes)),
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


LOOP = f"train_rnn(model, train_iter, vocab, {cases.LR}, {cases.NUM_EPOCHS})"


def training_epochs(seen: Seen) -> Complaint | None:
    """Hold that each epoch is trained, by steps of the right length."""
    wanted = f"{cases.NUM_EPOCHS} passes over train_iter, each with its steps"
    run, reads = seen["carried"], seen["carried"]["events"]
    if run["got"]["kind"] == "error":
        return no_result(run["got"], LOOP, wanted, FIRST)
    complain = partial(Complaint, LOOP, expected=wanted, page=FIRST)
    ((X, _),) = cases.batches(seen["seed"], 8)
    number = cases.NUM_EPOCHS * cases.STEPS
    if len(reads) != number or not all(near(e["X"], X) for e in reads):
        return complain(
            f"{len(reads)} minibatches read, and not {number}",
            hint="call train_epoch_rnn once for each epoch",
        )
    params, _ = right_training(seen["seed"])
    if all_near(reads[1]["params"], params):
        return None
    steps = zip(reads[1]["params"], reads[0]["params"], strict=True)
    moved = joint([new - old for new, old in steps])
    if moved == 0:
        return complain(
            "parameters that stay as they are",
            hint="the updater has to change the parameters of the model",
        )
    return complain(
        f"a first step of length {moved:.3f}",
        hint="a step is lr times the clipped gradient, against it: is lr "
        "handed on to the updater, is the batch size given as 1, and is the "
        "gradient clipped in train_epoch_rnn?",
    )


def right_training(seed: int) -> tuple[list[Tensor], list[float]]:
    """Train as is asked for; return parameters and perplexities.

    The parameters are those after the first step.
    """
    layer, linear = cases.recurrent(seed)
    params: list[Tensor] = [*layer.parameters(), *linear.parameters()]
    ((X, Y),) = cases.batches(seed, 8)
    first: list[Tensor] = []
    perplexities = []
    for _ in range(cases.NUM_EPOCHS):
        H, losses = torch.zeros(1, 2, cases.h), []
        for _ in range(cases.STEPS):
            states, H = layer(F.one_hot(X.T, cases.V).float(), H.detach())
            logits = cases.LEARNT * linear(states.flatten(0, 1))
            loss = F.cross_entropy(logits, Y.T.flatten())
            grads = torch.autograd.grad(loss, params)
            factor = cases.LR * min(1, 1 / joint(list(grads)))
            for param, grad in zip(params, grads, strict=True):
                param.data -= factor * grad
            first = first or [param.detach().clone() for param in params]
            losses.append(loss.item())
        perplexities.append(math.exp(sum(losses) / len(losses)))
    return first, perplexities


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
    came = "the same handling of the state for both orders"
    if any(reset) and not any(carried):
        came = "a state that is carried over if use_random_iter, and only then"
    return Complaint(
        LOOP, came, wanted,
        "hand use_random_iter on to train_epoch_rnn", BETWEEN,
    )  # fmt: skip


def training_history(seen: Seen) -> Complaint | None:
    """Hold that the perplexity of each epoch is kept."""
    run = seen["carried"]
    _, right = right_training(seen["seed"])
    first = ", ".join(f"{perplexity:.2f}" for perplexity in right)
    wanted = f"a history of {cases.NUM_EPOCHS} perplexities: {first}"
    if run["got"]["kind"] == "error":
        return no_result(run["got"], LOOP, wanted, FIRST)
    complain = partial(
        Complaint, LOOP, said(run["history"]), wanted, page=FIRST
    )
    kept = items(run["history"]) or []
    found = [number_of(p) for p in kept]
    values = [p for p in found if p is not None]
    if len(values) != len(found) or len(values) != cases.NUM_EPOCHS:
        if any(items(entry) for entry in kept):
            return complain("keep the perplexity of each epoch, and it alone")
        return complain(
            "append what each epoch returns to the history, and return it"
        )
    pairs = zip(values, right, strict=True)
    if all(math.isclose(p, q, rel_tol=0.02) for p, q in pairs):
        return None
    if math.isclose(values[0], math.log(right[0]), rel_tol=0.02):
        return complain("that is the mean loss: keep the perplexity")
    if training_epochs(seen) or training_state(seen):
        return complain("steps or states are not right yet, nor is this")
    return complain("keep the first value that each epoch returns, in order")
