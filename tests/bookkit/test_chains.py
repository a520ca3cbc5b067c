"""Chains of Jacobians, against autograd and against known factors."""

import torch
from shared.samples import close, random_case
from torch.nn import functional as F

from bookkit.chains import growth, relative_norms, run, third_gradient
from charrnn import rnn


def test_norms_are_those_of_autograd_relative_to_the_last():
    inputs, Y, _, params = random_case()  # six steps: one window of three
    W_xh, W_hh, b_h, W_hq, b_q = params
    states = [torch.zeros(inputs.shape[1], len(W_hh)).double()]
    states[0].requires_grad_()
    for X in inputs:
        states.append(torch.tanh(X @ W_xh + states[-1] @ W_hh + b_h))
    for length in (1, 2):
        logs = []
        for start in range(length, len(inputs) - length, length):
            end = start + length
            loss = F.cross_entropy(states[end] @ W_hq + b_q, Y[:, end - 1])
            window = states[start : end + 1][::-1]
            norms = torch.stack(
                [
                    grad.norm(dim=1)
                    for grad in torch.autograd.grad(
                        loss, window, retain_graph=True
                    )
                ]
            )
            logs.append((norms / norms[0]).log())
        expected = torch.cat(logs, dim=1).mean(dim=1).exp()
        close([relative_norms(params, inputs, Y, length)], [expected])


def test_no_norm_exceeds_its_bound():
    inputs, Y, _, params = random_case(T=12)
    params[1] = 0.3 * params[1].detach()
    s = torch.linalg.matrix_norm(params[1], 2)
    norms = relative_norms(params, inputs, Y, 5)
    assert (norms <= s ** torch.arange(6) * (1 + 1e-12)).all()


def test_a_gradient_that_goes_back_to_the_beginning_is_the_whole():
    inputs, Y, _, params = random_case()
    H_0 = torch.zeros(inputs.shape[1], len(params[1])).double()
    for back in range(3):
        start = (2 - back) * 2
        _, H = run(params, inputs[:start])
        logits, _ = rnn(inputs[start:], (H[-1] if start else H_0,), params)
        loss = F.cross_entropy(
            logits.unflatten(0, (len(inputs) - start, -1))[-2:].flatten(0, 1),
            Y.T[-2:].flatten(),
        )
        expected = torch.autograd.grad(loss, params)
        whole = torch.cat([gradient.flatten() for gradient in expected])
        close([third_gradient(params, inputs, Y, 2, back)], [whole])


def test_a_small_change_grows_by_the_matrix_and_shrinks_by_the_slopes():
    W, _ = torch.linalg.qr(torch.randn(5, 5).double())
    slopes = torch.full((8, 3, 5), 0.5).double()
    assert abs(growth(3 * W, slopes, 2) - 1.5) < 1e-12
