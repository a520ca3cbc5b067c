"""The functions of ``bptt`` against autograd and finite differences."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.samples import T, V, close, library_rnn, n, random_case
from torch.nn import functional as F

from charrnn import bptt, rnn

sizes = st.integers(1, 6)


@given(sizes, sizes, sizes, sizes)
def test_gradients_equal_autograd(V, h, n, T):
    inputs, Y, H_0, params = random_case(V, h, n, T)
    outputs, H = bptt.run(inputs, H_0, params)
    assert not outputs.requires_grad  # no graph was recorded
    dO = bptt.logit_gradients(outputs, Y)
    ours = bptt.backward(inputs, H, dO, params)  # (eq-parameter-gradients)
    for network in (rnn, library_rnn):
        theirs, (H_T,) = network(inputs, (H_0,), params)
        close([outputs.flatten(0, 1), H[0], H[-1]], [theirs, H_0, H_T])
        loss = F.cross_entropy(theirs, Y.T.reshape(-1))
        close(ours, torch.autograd.grad(loss, params))


def test_state_gradients_equal_autograd_at_every_step():
    inputs, Y, H_0, params = random_case()
    W_xh, W_hh, b_h, W_hq, b_q = params
    states = [H_0.requires_grad_()]
    for X in inputs:
        states.append(torch.tanh(X @ W_xh + states[-1] @ W_hh + b_h))
    outputs = torch.stack(states[1:]) @ W_hq + b_q
    loss = F.cross_entropy(outputs.flatten(0, 1), Y.T.reshape(-1))
    expected = torch.autograd.grad(loss, [outputs, *states])
    dO = bptt.logit_gradients(outputs, Y)
    H = torch.stack(states)
    dH, dA = bptt.state_gradients(dO, H, W_hh, W_hq)
    close([dO, *dH], expected)  # (eq-logit-gradient), (eq-state-gradient)
    close([dA], [dH[1:] * (1 - H[1:] ** 2)])  # (eq-slope)


class ByHand(torch.autograd.Function):
    """Let autograd call the backward pass that was written by hand."""

    @staticmethod
    def forward(ctx, inputs, H_0, *params):
        outputs, H = bptt.run(inputs, H_0, params)
        ctx.save_for_backward(inputs, H, *params)
        return outputs

    @staticmethod
    def backward(ctx, dO):
        inputs, H, *params = ctx.saved_tensors
        _, W_hh, _, W_hq, _ = params
        dH, _ = bptt.state_gradients(dO, H, W_hh, W_hq)
        return None, dH[0], *bptt.backward(inputs, H, dO, params)


def test_gradcheck():
    inputs, _, H_0, params = random_case(T=4)
    H_0.requires_grad_()
    assert torch.autograd.gradcheck(  # (eq-slope), (eq-state-gradient)
        lambda *leaves: ByHand.apply(inputs, *leaves), (H_0, *params)
    )


def test_tensors_of_a_wrong_shape_raise():
    inputs, Y, H_0, params = random_case()
    outputs, H = bptt.run(inputs, H_0, params)
    dO = bptt.logit_gradients(outputs, Y)
    for function, arguments, message in [
        (bptt.run, (inputs[..., 1:], H_0, params), "inputs.*6, 3, 7.*6, 3, 6"),
        (bptt.run, (inputs, H_0[:1], params), r"H_0.*\(3, 5\), not \(1, 5\)"),
        (bptt.logit_gradients, (outputs, Y.T), r"Y.*\(3, 6\), not \(6, 3\)"),
        (bptt.backward, (inputs, H[1:], dO, params), r"H .*\(7, 3, 5\)"),
        (bptt.backward, (inputs, H, dO[1:], params), r"dO .*\(6, 3, 7\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            function(*arguments)
    with pytest.raises(ValueError, match="out must be of shape"):
        bptt.run(inputs, H_0, params, out=H[1:])
    for name, out in [("dH", (H[1:], H[1:])), ("dA", (H, H))]:
        with pytest.raises(ValueError, match=f"{name} must be of shape"):
            bptt.backward(inputs, H, dO, params, out=out)
    with pytest.raises(RuntimeError, match="smaller than num_classes"):
        bptt.logit_gradients(outputs, torch.full((n, T), V))


@given(st.floats(-30, 30))
def test_tanh_in_place_equals_that_of_pytorch(value):
    A = torch.tensor([value], dtype=torch.float64)
    close([bptt.tanh_(A.clone())], [torch.tanh(A)])
    error = bptt.tanh_(A.float()) - torch.tanh(A.float())
    assert error.abs() < 2e-7
