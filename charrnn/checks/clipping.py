"""Judge how gradients are clipped."""

import math

import torch
from torch import Tensor

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Seen
from charrnn.checks.words import (
    all_near,
    items,
    joint,
    no_result,
    number_of,
    present,
    said,
    tensor,
)

FUNCTION = "Gradient Clipping > The function"
BALL = "Gradient Clipping > Projecting onto a ball"
CLIP = "grad_clipping(model, theta)"
SMALL = (
    "the norm comes out too small: no gradient may be left out, and the "
    "squares are added, not averaged"
)


def gradients(value: Seen) -> list[Tensor | None]:
    """Return the gradients that came."""
    return [tensor(g) for g in items(value["gradients"]) or []]


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


def explain_gradients(
    seen: Seen, found: list[Tensor | None], theta: float
) -> str:
    """Return the likely mistake in how gradients were clipped."""
    given = cases.gradients(seen["seed"])
    length = joint(given)
    if all_near(found, given):
        return explain_nothing(seen)
    mistakes = {
        "each parameter has a norm of its own here; one norm for all together "
        "keeps the direction of the step":
            [g * min(1, theta / joint([g])) for g in given],
        "components are cut one by one, which changes the direction":
            [g.clamp(-theta, theta) for g in given],
    }  # fmt: skip
    lengths = [joint([g]) for g in given]
    factors = {
        SMALL: theta / lengths[-1],
        "the root of the sum of squares is missing in the norm":
            theta / length**2,
        "the norm should become theta, and has become one": 1 / length,
        "the gradients are to be divided by the norm too": theta,
        "the factor is upside down: theta / norm": length / theta,
        "the gradients have changed their sign": -theta / length,
        "norms do not add up: add the squares, and take one root":
            theta / sum(lengths),
        "the norm is that of the longest gradient, and not of all":
            theta / max(lengths),
        "the norm is a sum of squares, and not of absolute values":
            theta / sum(g.abs().sum().item() for g in given),
        "the norm is that of all components, and not their largest":
            theta / max(g.abs().max().item() for g in given),
    }  # fmt: skip
    for hint, factor in factors.items():
        mistakes[hint] = [g * factor for g in given]
    for hint, wrong in mistakes.items():
        if all_near(found, wrong):
            return hint
    return "multiply each gradient by the same number, theta / norm"


def explain_nothing(seen: Seen) -> str:
    """Return the likely reason why long gradients are as they were."""
    given = cases.gradients(seen["seed"])
    returned = seen["long"]["returned"]
    if params_changed(seen):
        return "it is the gradients that are to be scaled"
    if not all_near(gradients(seen["short"]), given):
        return "the condition is the wrong way round: short ones were changed"
    if returned["kind"] == "NoneType":
        return "nothing was done: is the body still blank?"
    number = number_of(returned)
    if number is not None and number < joint(given) * 0.99:
        return SMALL
    return (
        "the gradients are as they were: an assignment only gives a name to a "
        "new tensor; change the tensor itself, in place"
    )


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
    given = cases.gradients(seen["seed"])
    nothing = all(
        all_near(gradients(seen[name]), given) for name in ("long", "short")
    )
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
    number = number_of(value) or math.nan  # which is close to nothing
    if math.isclose(number, length, rel_tol=1e-3):
        return None
    hint = "return the norm of all gradients together"
    if math.isclose(number, length / 3, rel_tol=1e-3):
        hint = "that is the norm after clipping: return the one before"
    elif math.isclose(number, length**2, rel_tol=1e-3):
        hint = "take the root of the sum of the squares"
    return Complaint(CLIP, said(value), wanted, hint, FUNCTION)
