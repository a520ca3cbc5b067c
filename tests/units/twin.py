"""PyTorch's own network, as an oracle for ours."""

import torch
from torch import nn


def library_twin(params):
    """Return an nn.RNN and an nn.Linear with the same parameters."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    V, h = W_xh.shape
    layer, linear = nn.RNN(V, h).double(), nn.Linear(h, V).double()
    with torch.no_grad():
        layer.weight_ih_l0.copy_(W_xh.T)
        layer.weight_hh_l0.copy_(W_hh.T)
        layer.bias_ih_l0.copy_(b_h)
        layer.bias_hh_l0.zero_()
        linear.weight.copy_(W_hq.T)
        linear.bias.copy_(b_q)
    return layer, linear
