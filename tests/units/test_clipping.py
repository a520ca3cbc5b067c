"""Clipping and gradient descent, against those of PyTorch."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from charrnn import grad_clipping, sgd


class Quantities:
    """Hold parameters with given gradients, as a model does."""

    def __init__(self, *gradients):
        self.params = [torch.zeros_like(g) for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()

    def parameters(self):
        return self.params


# Clipping


@given(st.floats(0.01, 100), st.floats(1e-6, 1e6))
def test_clipping_equals_that_of_pytorch(theta, scale):
    gradients = [scale * torch.randn(4, 3), scale * torch.randn(5)]
    ours, theirs = Quantities(*gradients), Quantities(*gradients)
    norm = grad_clipping(ours, theta)  # (eq-clip)
    expected = nn.utils.clip_grad_norm_(theirs.parameters(), theta)
    assert norm == pytest.approx(expected.item(), rel=1e-5)
    for a, b in zip(ours.params, theirs.params, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-4, atol=0)


@given(st.floats(0.01, 10))
def test_clipping_keeps_the_direction_and_limits_the_norm(theta):
    gradient = torch.randn(50, dtype=torch.float64)
    net = Quantities(gradient[:20], gradient[20:])
    norm = grad_clipping(net, theta)  # (eq-clip)
    clipped = torch.cat([p.grad for p in net.params])
    assert norm == pytest.approx(gradient.norm().item())
    assert clipped.norm().item() == pytest.approx(min(norm, theta))
    cosine = nn.functional.cosine_similarity(clipped, gradient, dim=0)
    assert cosine.item() == pytest.approx(1)


@pytest.mark.parametrize("theta", [5.0, 5.5, math.inf])
def test_small_gradients_are_left_untouched(theta):
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    assert grad_clipping(net, theta) == 5
    assert net.params[0].grad.item() == 3 and net.params[1].grad.item() == 4


def test_the_norm_is_that_of_all_parameters_together():
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    assert grad_clipping(net, 1) == 5
    assert net.params[0].grad.item() == pytest.approx(0.6)
    assert net.params[1].grad.item() == pytest.approx(0.8)


def test_clipping_accepts_a_module():
    net = nn.Linear(3, 2)
    (1000 * net(torch.ones(1, 3)).sum()).backward()
    assert grad_clipping(net, 1) > 1
    norm = torch.cat([p.grad.flatten() for p in net.parameters()]).norm()
    assert norm.item() == pytest.approx(1)


def test_parameters_without_a_gradient_are_passed_over():
    net = Quantities(torch.tensor([3.0]), torch.tensor([4.0]))
    net.params[1].grad = None
    assert grad_clipping(net, 1) == 3


def test_large_finite_gradients_are_clipped_not_refused():
    net = Quantities(torch.full((4,), 1e30))
    assert grad_clipping(net, 1) == pytest.approx(2e30)
    assert net.params[0].grad.norm().item() == pytest.approx(1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_non_finite_gradients_are_refused(bad):
    net = Quantities(torch.tensor([1.0, bad]))
    with pytest.raises(FloatingPointError, match="smaller lr"):
        grad_clipping(net, 1)


@pytest.mark.parametrize("theta", [0, -1, math.nan])
def test_bad_theta(theta):
    net = Quantities(torch.ones(2))
    with pytest.raises(ValueError, match="theta must be positive"):
        grad_clipping(net, theta)
    assert torch.equal(net.params[0].grad, torch.ones(2))


def test_clipping_before_backward():
    with pytest.raises(ValueError, match="run backward"):
        grad_clipping(nn.Linear(2, 2), 1)


# Gradient descent


def test_sgd_equals_that_of_pytorch():
    W = torch.randn(4, 3, requires_grad=True)
    W_lib = W.detach().clone().requires_grad_()
    for param in (W, W_lib):
        param.pow(3).sum().backward()
    sgd([W], 0.1, batch_size=5)
    torch.optim.SGD([W_lib], lr=0.1 / 5).step()
    torch.testing.assert_close(W, W_lib)


def test_sgd_passes_over_parameters_without_a_gradient():
    W = torch.ones(2, requires_grad=True)
    sgd([W], 0.1, 1)
    assert torch.equal(W, torch.ones(2))
