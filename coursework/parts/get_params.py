"""Check the parameters."""

import torch
from torch import Tensor, nn

from coursework.kit.calling import Attempt, call
from coursework.kit.cases import NAMES
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.values import WORD_ON_TYPES, Words

CALLED = "W_xh, W_hh, b_h, W_hq, b_q = get_params(30, 50)"
FIVE = "The Network > Five tensors"
RANDOM = "Loss and Gradient > Why start from random weights?"
SHAPES = [(30, 50), (50, 50), (50,), (50, 30), (30,)]


def drawn(get_params: Attempt, seed: int, *dims: int) -> dict[str, Tensor]:
    """Return the parameters with these numbers of dimensions, by name."""
    torch.manual_seed(seed)
    found = call(get_params, 30, 50)
    is_list = isinstance(found, list | tuple | nn.ParameterList)
    kinds = {isinstance(part, Tensor) for part in found} if is_list else {}
    what, right = "get_params(30, 50)", Words("a list of five tensors")
    require(kinds == {True}, what, found, right)
    named = zip([*NAMES, "a sixth"], found, strict=False)
    return {name: p for name, p in named if p.squeeze().dim() in dims}


@property_of(CALLED, FIVE)
def shapes(get_params: Attempt, seed: int) -> None:
    """There are five float32 tensors, with the shapes of the docstring."""
    params = drawn(get_params, seed, 1, 2)
    expect("the shapes", [tuple(p.shape) for p in params.values()], SHAPES)
    for name, p in params.items():
        expect(f"{name}.dtype", p.dtype, torch.float32, WORD_ON_TYPES)


@property_of(CALLED, RANDOM)
def weights(get_params: Attempt, seed: int) -> None:
    """Weights are normal random numbers: mean 0, standard deviation 0.01."""
    matrices = drawn(get_params, seed, 2)
    expect("the number of matrices", len(matrices), 3)
    is_flat = all(W.min() == W.max() for W in matrices.values())
    hint = "all units are equal, and training keeps them equal" * is_flat
    for name, W in matrices.items():
        for what, value, low, high in (
            ("std()", W.double().std().item(), 0.009, 0.011),
            ("mean()", W.double().mean().item(), -0.002, 0.002),
            ("abs().max()", W.abs().max().item(), 0.025, 0.1),
        ):
            bounds = Words(f"{low} to {high}")
            require(low < value < high, f"{name}.{what}", value, bounds, hint)
    every = torch.cat([W.flatten() for W in matrices.values()])
    share = len(every.unique()) / len(every)
    require(share > 0.9, "the share of different weights", share, 1.0)


@property_of(CALLED, RANDOM)
def biases(get_params: Attempt, seed: int) -> None:
    """Biases are zeros."""
    vectors = drawn(get_params, seed, 1)
    expect("the number of vectors", len(vectors), 2)
    for name, b in vectors.items():
        expect(f"{name}.abs().max()", b.abs().max().item(), 0.0)


@property_of(CALLED, FIVE)
def gradients(get_params: Attempt, seed: int) -> None:
    """Each tensor requires a gradient, which backward() stores in grad."""
    asked = "backward() fills grad only for tensors that require a gradient"
    leaf = "this was computed from a tensor that gets the gradient instead"
    for name, param in drawn(get_params, seed, 1, 2).items():
        expect(f"{name}.requires_grad", param.requires_grad, True, asked)
        expect(f"{name}.is_leaf", param.is_leaf, True, leaf)
