"""Check the clipping of gradients."""

import torch
from torch import Tensor

import coursework.checks.cases as cases
from coursework.checks.doubles import ModelWithGradients
from coursework.checks.feedback import Attempt, call, property_of, require
from coursework.checks.values import hint_for, joint_norm, near, number

FUNCTION = "Gradient Clipping > The function"
BALL = "Gradient Clipping > Projecting onto a ball"
# The norm of the parameters lies between the two theta, and that of short
# gradients is below 1: what is wrong with long ones leaves these alone.
NORM, THETA = LONG = 10.0, 2.5
SHORT = 0.5, 6.0
CALLED = f"grad_clipping(model, theta={THETA}) with a norm of {NORM}"
NORMS = "[param.grad.norm().item() for param in model.parameters()]"
CALLED_SHORT = "grad_clipping(model, theta=6.0) with a norm of 0.5"


class Clipped:
    """Gradients before and after clipping, and the returned value."""

    def __init__(self, attempt: Attempt, seed: int, norm: float, theta: float):
        self.given = cases.gradients(seed, norm)
        model = ModelWithGradients(self.given)
        self.returned = call(attempt, model, theta)
        self.params, self.found = model.params, model.gradients
        self.is_changed = not near(self.found, self.given)
        is_used = self.is_changed or model.is_asked or theta > norm
        require(is_used, "the number of calls of model.parameters()", 0, 1)


def norms_of(tensors: list[Tensor]) -> list[float]:
    """Return the norm of each tensor."""
    return [joint_norm([tensor]) for tensor in tensors]


@property_of("grad_clipping", "long", CALLED, BALL)
def long_gradients(grad_clipping: Attempt, seed: int) -> None:
    """If the norm is above theta, all gradients are scaled by theta / norm."""
    made = Clipped(grad_clipping, seed, *LONG)
    given, found, own = made.given, made.found, number(made.returned) or NORM
    if own > THETA and near(found, [g * THETA / own for g in given]):
        return  # the norm that it returns is another property
    hints = {
        "no param.grad has changed": given,
        "each gradient above theta is scaled by its own norm":
            [g * min(1, THETA / joint_norm([g])) for g in given],
        "each component is clipped by itself, which changes the direction":
            [g.clamp(-THETA, THETA) for g in given],
    }  # fmt: skip
    right = [g * THETA / NORM for g in given]
    norms = norms_of(found), norms_of(right)
    require(near(found, right), NORMS, *norms, hint_for(found, hints))


@property_of("grad_clipping", "short", CALLED_SHORT, BALL)
def short_gradients(grad_clipping: Attempt, seed: int) -> None:
    """If the norm is below theta, the gradients stay as they are."""
    Clipped(grad_clipping, seed, *LONG)  # a blank fails here
    made = Clipped(grad_clipping, seed, *SHORT)
    found, given = norms_of(made.found), norms_of(made.given)
    hint = "the gradients become longer" if sum(found) > sum(given) else ""
    require(not made.is_changed, NORMS, found, given, hint)


@property_of("grad_clipping", "parameters", CALLED, FUNCTION)
def kept_parameters(grad_clipping: Attempt, seed: int) -> None:
    """The parameters stay as they are."""
    made = Clipped(grad_clipping, seed, *LONG)
    ones = [torch.ones_like(g) for g in made.given]
    norms = norms_of(made.params), norms_of(ones)
    require(near(made.params, ones), NORMS.replace(".grad", ""), *norms)


@property_of("grad_clipping", "norm", "grad_clipping(model, theta)", FUNCTION)
def returned_norm(grad_clipping: Attempt, seed: int) -> None:
    """The result is the joint norm before clipping."""
    made = Clipped(grad_clipping, seed, *LONG)
    short = Clipped(grad_clipping, seed, *SHORT)
    if made.is_changed and made.returned is None is short.returned:
        return  # the training does not need it
    hint = hint_for(made.returned, {
        "the norms are added, and not their squares":
            sum(norms_of(made.given)),
        "the square root is missing": NORM**2,
        "the norm of the parameters is used": joint_norm(made.params),
        "this is the norm after clipping": joint_norm(made.found),
    })  # fmt: skip
    require(near(made.returned, NORM), "the result", made.returned, NORM, hint)
    what = f"the result of {CALLED_SHORT}"
    require(near(short.returned, SHORT[0]), what, short.returned, SHORT[0])
