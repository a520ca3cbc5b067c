"""The figures that move: their data, and their scripts."""

import pytest
import torch
from torch.nn import functional as F

from bookkit.figures import moving
from charrnn import rnn


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def network(V, h):
    """Return parameters with which states are neither small nor saturated."""
    shapes = [(V, h), (h, h), (h,), (h, V), (V,)]
    return [normal(*shape, seed=i) / h**0.5 for i, shape in enumerate(shapes)]


@pytest.mark.parametrize("value", [torch.ones(2), float("nan"), {1, 2}])
def test_data_that_is_not_plain_json_raises(value):
    with pytest.raises(TypeError, match=r"'cliff' must be plain JSON"):
        moving.move("cliff", {"numbers": [value]})


def test_the_gradients_of_a_word_are_those_of_autograd():
    params, H_0 = network(4, 2), normal(1, 2).tanh()
    data = moving.backpropagation("time", params, H_0)
    own = [param.clone().requires_grad_() for param in params]
    inputs = torch.eye(4, dtype=torch.float64)[:3, None]  # (T, 1, V)
    O, _ = rnn(inputs, (H_0,), own)
    loss = F.cross_entropy(O, torch.tensor([1, 2, 3]))
    loss.backward()
    assert data["loss"] == pytest.approx(loss.item(), abs=0.01)
    dW_hh = torch.tensor(data["sums"][-1]).double()
    assert torch.allclose(dW_hh, own[1].grad, atol=6e-4)
    terms = torch.tensor(data["terms"]).flip(0).cumsum(dim=0)
    assert torch.allclose(terms, torch.tensor(data["sums"]), atol=3e-3)
