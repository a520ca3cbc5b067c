"""Check the clipping of gradients."""

from typing import Any

import torch
from torch import Tensor

import coursework.checks.cases as cases
from coursework.checks.doubles import ModelWithGradients
from coursework.checks.feedback import Attempt, call, property_of, require
from coursework.checks.values import hint_for, joint_norm, near

FUNCTION = "Gradient Clipping > The function"
BALL = "Gradient Clipping > Projecting onto a ball"
CLIP = "grad_clipping(model, theta)"


def clip(
    grad_clipping: Attempt, seed: int, factor: float = 1 / 3
) -> tuple[list[Tensor], ModelWithGradients, Any]:
    """Clip gradients to ``factor`` times their norm.

    Returns the original gradients, the model, and the returned value.
    """
    given = cases.gradients(seed)
    model = ModelWithGradients(given)
    returned = call(grad_clipping, model, factor * joint_norm(given))
    return given, model, returned


def ones(gradients: list[Tensor]) -> list[Tensor]:
    """Return the parameters that a ModelWithGradients begins with."""
    return [torch.ones_like(gradient) for gradient in gradients]


@property_of("grad_clipping", "long", f"{CLIP} with a norm of 3 theta", BALL)
def long_gradients(grad_clipping: Attempt, seed: int) -> None:
    """Expect all gradients times theta / norm."""
    given, model, returned = clip(grad_clipping, seed)
    _, short, _ = clip(grad_clipping, seed, factor=2)
    norm, theta = joint_norm(given), joint_norm(given) / 3
    mistakes = {
        "each parameter has a norm of its own here; one norm for all keeps "
        "the direction of the step":
            [g * min(1, theta / joint_norm([g])) for g in given],
        "components are cut one by one, which changes the direction":
            [g.clamp(-theta, theta) for g in given],
    }  # fmt: skip
    is_known = near(returned, norm) and near(model.params, ones(given))
    if is_known and near(short.gradients, given):
        hint = "an assignment to another name does not change param.grad"
        mistakes[hint] = given
    require(
        near(model.gradients, [g / 3 for g in given]),
        f"gradients with a norm of {joint_norm(model.gradients):.4f}",
        hint_for(model.gradients, mistakes),
        expected="all gradients times theta / norm, which leaves a norm of "
        f"{theta:.4f}",
    )


@property_of(
    "grad_clipping", "short", f"{CLIP} with a norm of theta / 2", BALL
)
def short_gradients(grad_clipping: Attempt, seed: int) -> None:
    """Expect the gradients as they were, whereas long ones are scaled."""
    given, model, _ = clip(grad_clipping, seed)
    require(not near(model.gradients, given), "long ones as they were, too")
    given, model, _ = clip(grad_clipping, seed, factor=2)
    require(
        near(model.gradients, given),
        f"{joint_norm(model.gradients) / joint_norm(given):.3f} of their norm",
        "a gradient within the ball is not moved to its border: scale only "
        "if the norm is larger than theta",
    )


@property_of("grad_clipping", "parameters", CLIP, FUNCTION)
def clipped_params(grad_clipping: Attempt, seed: int) -> None:
    """Expect other gradients, and the parameters as they were."""
    given, model, _ = clip(grad_clipping, seed)
    require(near(model.params, ones(given)), "other parameters")
    require(not near(model.gradients, given), "the gradients as they were")


@property_of("grad_clipping", "norm", CLIP, FUNCTION)
def returned_norm(grad_clipping: Attempt, seed: int) -> None:
    """Expect the norm before clipping, or nothing."""
    given, model, returned = clip(grad_clipping, seed)
    clipped = not near(model.gradients, given)
    norm = joint_norm(given)
    require(
        near(returned, norm) or (returned is None and clipped),
        returned,
        expected=f"{norm:.4f}, the norm before clipping",
    )
