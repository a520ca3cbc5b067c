"""Check the clipping of gradients."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from coursework.kit import cases
from coursework.kit.calling import Attempt, call
from coursework.kit.doubles import ModelWithGradients
from coursework.kit.feedback import property_of, require
from coursework.kit.values import hint_for, joint_norm, near, number

FUNCTION = "Gradient Clipping > Clipping in code"
BALL = "Gradient Clipping > Projecting onto a ball"
# The norm of the parameters lies between the two theta, and that of short
# gradients is below 1: what is wrong with long ones leaves these alone.
THETA, HIGH = 2.5, 6.0
CALLED = f"grad_clipping(model, theta={THETA}) with a larger norm"
SHORT = f"grad_clipping(model, theta={HIGH}) with a smaller norm"
NORMS = "[param.grad.norm().item() for param in model.parameters()]"


@dataclass
class Clipped:
    """Gradients before and after clipping, and the returned value."""

    norm: float
    given: list[Tensor]
    returned: Any
    params: list[Tensor]
    found: list[Tensor]

    @property
    def is_changed(self) -> bool:
        """Return whether any gradient has changed."""
        return not near(self.found, self.given)


def clip(attempt: Attempt, seed: int, theta: float) -> Clipped:
    """Let an attempt clip gradients, which are long if theta is low."""
    norm = 10.0 + seed if theta == THETA else 0.5 - 0.02 * seed
    given = cases.gradients(seed, norm)
    model = ModelWithGradients(given)
    returned = call(attempt, model, theta)
    made = Clipped(norm, given, returned, model.params, model.gradients)
    is_used = made.is_changed or model.is_asked or theta > norm
    require(is_used, "the number of calls of model.parameters()", 0, 1)
    return made


def norms_of(tensors: list[Tensor]) -> list[float]:
    """Return the norm of each tensor."""
    return [joint_norm([tensor]) for tensor in tensors]


@property_of(CALLED, BALL)
def long(grad_clipping: Attempt, seed: int) -> None:
    """If the norm is above theta, all gradients are scaled by theta / norm."""
    made = clip(grad_clipping, seed, THETA)
    given, found = made.given, made.found
    own = number(made.returned) or made.norm
    if own > THETA and near(found, [g * THETA / own for g in given]):
        return  # the norm that it returns is another property
    hints = {
        "no param.grad has changed": given,
        "each gradient above theta is scaled by its own norm":
            [g * min(1, THETA / joint_norm([g])) for g in given],
        "each component is clipped by itself, which changes the direction":
            [g.clamp(-THETA, THETA) for g in given],
    }  # fmt: skip
    right = [g * THETA / made.norm for g in given]
    norms = norms_of(found), norms_of(right)
    require(near(found, right), NORMS, *norms, hint_for(found, hints))


@property_of(SHORT, BALL)
def short(grad_clipping: Attempt, seed: int) -> None:
    """If the norm is below theta, the gradients stay as they are."""
    clip(grad_clipping, seed, THETA)  # a blank fails here
    made = clip(grad_clipping, seed, HIGH)
    found, given = norms_of(made.found), norms_of(made.given)
    hint = "the gradients become longer" if sum(found) > sum(given) else ""
    require(not made.is_changed, NORMS, found, given, hint)


@property_of(CALLED, FUNCTION)
def parameters(grad_clipping: Attempt, seed: int) -> None:
    """The parameters stay as they are."""
    made = clip(grad_clipping, seed, THETA)
    ones = [torch.ones_like(g) for g in made.given]
    norms = norms_of(made.params), norms_of(ones)
    require(near(made.params, ones), NORMS.replace(".grad", ""), *norms)


@property_of("grad_clipping(model, theta)", FUNCTION)
def norm(grad_clipping: Attempt, seed: int) -> None:
    """The result is the joint norm before clipping."""
    made = clip(grad_clipping, seed, THETA)
    hint = hint_for(made.returned, {
        "nothing is returned": None,
        "the norms are added, and not their squares":
            sum(norms_of(made.given)),
        "the square root is missing": made.norm**2,
        "the norm of the parameters is used": joint_norm(made.params),
        "this is the norm after clipping": joint_norm(made.found),
    })  # fmt: skip
    is_right = near(made.returned, made.norm)
    require(is_right, "the result", made.returned, made.norm, hint)
    less = clip(grad_clipping, seed, HIGH)
    is_right = near(less.returned, less.norm)
    what = f"the result of {SHORT}"
    require(is_right, what, less.returned, less.norm)
