"""The check of grad_clipping accepts any style, and names what it has seen."""

import math

import numpy as np
import pytest
import torch
from shared.lab import accept, attempt, refuse
from torch import nn

import charrnn
import coursework.checks.cases as cases
from coursework.checks.clipping import LONG

# Code of the lab's solution
GRADS = "grads = [param.grad for param in model.parameters()]"
NORM = "norm = torch.cat([grad.flatten() for grad in grads]).norm()"
IF = "    if norm > theta:"
SCALE = "grad *= theta / norm"
LOOP = f"for grad in grads:\n            {SCALE}"
RETURN = "    return float(norm)"


def clipped_by_hand(net, theta):
    norm = math.sqrt(sum(float((p.grad**2).sum()) for p in net.params))
    if norm > theta:
        for param in net.params:
            param.grad[:] *= theta / norm


def clipped_by_scale(model, theta, eps=0.0):
    grads = [p.grad.double().flatten() for p in model.parameters()]
    norm = torch.cat(grads).norm()
    scale = torch.clamp(theta / (norm + eps), max=1.0)
    for param in model.parameters():
        param.grad = param.grad * scale.float()
    return norm


def clipped_by_numpy(model, theta):
    views = [p.grad.numpy() for p in model.parameters()]
    norm = np.sqrt(sum((view**2).sum() for view in views))
    for view in views:
        view *= min(1, theta / norm)
    return norm


def clipped_by_pytorch(model, theta):
    return nn.utils.clip_grad_norm_(model.parameters(), theta)


def clipped_by_foreach(model, theta):
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = torch.stack(torch._foreach_norm(grads)).norm().item()
    if norm >= theta:
        torch._foreach_mul_(grads, theta / norm)
    return norm


def clipped_by_data(model, theta):
    with torch.no_grad():
        square = torch.tensor(0.0)
        for p in model.parameters():
            square = square + torch.sum(p.grad.data.pow(2))
        if square > theta**2:
            for p in model.parameters():
                p.grad.data.mul_(theta).div_(square**0.5)
    return square.sqrt().reshape(1)[0]


@pytest.mark.parametrize(
    "right",
    [
        attempt("grad_clipping"),
        charrnn.training.grad_clipping,
        clipped_by_hand,
        clipped_by_scale,
        clipped_by_numpy,
        clipped_by_pytorch,
        clipped_by_foreach,
        clipped_by_data,
    ],
)
def test_right(right):
    accept("grad_clipping", right, seeds=10)


OWN, ADDED, ROOT = "its own norm", "norms are added", "square root"
EACH = {IF: "    if True:", SCALE: "grad *= min(1, theta / grad.norm())"}
VALUE = {SCALE: "grad.clamp_(-theta, theta)"}
SUM = {NORM: "norm = sum(grad.norm() for grad in grads)"}
SQUARE = {NORM: f"{NORM} ** 2"}
OF_PARAMS = {
    NORM: "norm = torch.cat([p.detach().flatten() for p in "
    "model.parameters()]).norm()"
}
LAST = {NORM: "for grad in grads:\n        norm = grad.norm()"}
NOTHING = {RETURN: "    return None"}
WRONG = [  # a mistake, edits of the lab's solution, and what fails
    # of the review
    ("three of five", {GRADS: f"{GRADS}[:3]"}, {"long": "", "norm": ""}),
    ("three of five are scaled", {"in grads:": "in grads[:3]:"},
     {"long": ""}),
    ("by value", VALUE, {"long": "by itself"}),
    ("by value, no return", VALUE | NOTHING, {"long": "by itself"}),
    ("the norm of the parameters", OF_PARAMS, {"norm": "of the parameters"}),
    # classics
    ("each by its own norm, if larger", EACH, {"long": OWN}),
    ("each by its own norm", {SCALE: "grad *= theta / grad.norm()"},
     {"long": ""}),
    ("not in place", {SCALE: "grad = grad * theta / norm"},
     {"long": "no param.grad has changed"}),
    ("always scaled", {IF: "    if True:"}, {"short": "become longer"}),
    ("the norms are added", SUM, {"norm": ADDED}),
    ("the parameters are scaled", {"for grad in grads:":
     "for grad in [p.data for p in model.parameters()]:"},
     {"long": "no param.grad has changed", "parameters": ""}),
    # new
    ("the norms are added, no return", SUM | NOTHING, {"long": ""}),
    ("no root", SQUARE, {"norm": ROOT}),
    ("the norm of the last gradient", LAST, {"norm": ""}),
    ("norm / theta", {SCALE: "grad *= norm / theta"},
     {"long": ""}),
    ("theta is left out", {IF: "    if norm > 1:", SCALE: "grad /= norm"},
     {"long": ""}),
    ("theta is divided out", {SCALE: "grad /= theta"}, {"long": ""}),
    ("the norm after", {RETURN: "    return float(torch.cat([grad.flatten() "
     "for grad in grads]).norm())"}, {"norm": "after clipping"}),
    ("theta is returned", {RETURN: "    return min(float(norm), theta)"},
     {"norm": "after clipping"}),
    ("the factor is returned", {RETURN: "    return float(theta / norm)"},
     {"norm": ""}),
    ("returned only if clipped", {RETURN: "        return float(norm)"},
     {"norm": ""}),
    ("returned in the loop", {LOOP: f"{LOOP}\n            return norm"},
     {"long": ""}),
    ("nothing is scaled", {LOOP: "pass"},
     {"long": "no param.grad has changed"}),
    ("nothing is scaled or returned", {LOOP: "pass"} | NOTHING,
     {"long": "no param.grad has changed", "norm": ""}),
    ("the wrong way round", {IF: "    if norm < theta:"},
     {"long": "no param.grad has changed", "short": "become longer"}),
    ("the largest component", {NORM: f"{NORM[:-7]}.abs().max()"},
     {"norm": ""}),
    ("the parameters take a step", {LOOP: f"{LOOP}\n        for param in "
     "model.parameters():\n            param.data -= param.grad"},
     {"parameters": ""}),
    ("the gradients are copies", {GRADS: GRADS.replace(
     "param.grad for", "param.grad.clone() for")},
     {"long": "no param.grad has changed"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "because"),
    [pytest.param(*row[1:], id=row[0]) for row in WRONG],
)
def test_wrong(edits, because):
    refuse("grad_clipping", attempt("grad_clipping", edits), because=because)


CLIP = ["long", "short", "parameters", "norm"]


def test_a_blank_is_named():
    def grad_clipping(model, theta):
        """Do nothing."""

    because = dict.fromkeys(CLIP, "nothing is written here yet")
    refuse("grad_clipping", grad_clipping, because=because)


def test_typed_values_are_refused():
    because = dict.fromkeys(CLIP, "")
    refuse("grad_clipping", lambda model, theta: LONG[0], because=because)


@pytest.mark.parametrize("seed", range(20))
def test_each_way_of_clipping_differs(seed):
    grads = cases.gradients(seed, LONG[0])
    assert len({grad.norm().item() for grad in grads}) == 5
    assert any(grad.numel() == 1 for grad in grads)
    assert any((grad.abs() > LONG[1]).any() for grad in grads)
