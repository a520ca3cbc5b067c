"""Clipping and gradient descent, against those of PyTorch."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from charrnn import grad_clipping, sgd


def module(*gradients):
    """Return a module whose parameters have these gradients."""
    net = nn.ParameterList(torch.zeros_like(g) for g in gradients)
    for param, gradient in zip(net, gradients, strict=True):
        param.grad = gradient.clone()
    return net


# Clipping


@given(st.floats(0.01, 100), st.floats(1e-6, 1e6))
def test_clipping_equals_that_of_pytorch(theta, scale):
    gradients = [scale * torch.randn(4, 3), scale * torch.randn(5)]
    ours, theirs = module(*gradients), module(*gradients)
    norm = grad_clipping(ours, theta)  # (eq-clip)
    expected = nn.utils.clip_grad_norm_(theirs.parameters(), theta)
    assert norm == pytest.approx(expected.item(), rel=1e-5)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-4, atol=0)


@given(st.floats(0.01, 10))
def test_clipping_keeps_the_direction_and_limits_the_norm(theta):
    gradient = torch.randn(50, dtype=torch.float64)
    net = module(gradient[:20], gradient[20:])
    norm = grad_clipping(net, theta)  # (eq-clip)
    clipped = torch.cat([p.grad for p in net])
    assert norm == pytest.approx(gradient.norm().item())
    assert clipped.norm().item() == pytest.approx(min(norm, theta))
    cosine = nn.functional.cosine_similarity(clipped, gradient, dim=0)
    assert cosine.item() == pytest.approx(1)


def test_a_parameter_without_a_gradient_is_passed_over():
    net = module(*torch.tensor([[3.0], [4.0], [0.0]]))
    net[2].grad = None
    assert grad_clipping(net, math.inf) == 5


@pytest.mark.parametrize(
    ("gradient", "theta", "error", "message"),
    [
        (math.nan, 1, FloatingPointError, "smaller lr"),
        (math.inf, 1, FloatingPointError, "smaller lr"),
        (1.0, 0, ValueError, "theta must be positive"),
        (1.0, math.nan, ValueError, "theta must be positive"),
    ],
)
def test_invalid_gradients_and_thresholds_raise(
    gradient, theta, error, message
):
    before = torch.tensor([1.0, gradient])
    net = module(before)
    with pytest.raises(error, match=message):
        grad_clipping(net, theta)
    assert torch.equal(net[0].grad.nan_to_num(), before.nan_to_num())


def test_clipping_without_gradients_raises():
    with pytest.raises(ValueError, match="run backward"):
        grad_clipping(nn.Linear(2, 2), 1)


# Gradient descent


def test_sgd_equals_that_of_pytorch():
    W = torch.randn(4, 3, requires_grad=True)
    W_lib = W.detach().clone().requires_grad_()
    for param in (W, W_lib):
        param.pow(3).sum().backward()
    without_gradient = torch.ones(2, requires_grad=True)
    sgd([W, without_gradient], 0.1, batch_size=5)
    torch.optim.SGD([W_lib], lr=0.1 / 5).step()
    torch.testing.assert_close(W, W_lib)
    assert torch.equal(without_gradient, torch.ones(2))
