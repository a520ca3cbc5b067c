"""Check the network: its outputs, its state, and its gradients."""

from typing import Any

import torch
from torch import Tensor

from coursework.kit import cases
from coursework.kit.calling import Attempt, call
from coursework.kit.cases import NAMES, SIZES
from coursework.kit.doubles import copies
from coursework.kit.feedback import compare, expect, property_of, require
from coursework.kit.values import CUT, NO_TUPLE, hint_for, near

CALLED = "O, state = rnn(inputs, (H,), params)"
STEP = "The Recurrent Model > One step"
UNROLLED = "The Recurrent Model > The loop, folded and unrolled"
Given = tuple[Tensor, Tensor, list[Tensor]]  # inputs, H, params


def reference(given: Given) -> tuple[Tensor, Tensor]:
    """Return outputs, (T, n, V), and states, (T, n, h), by PyTorch's layer."""
    inputs, H, params = given
    params = [param.detach().double() for param in params]
    return cases.by_library(inputs.double(), H.double(), params)


def run(rnn: Attempt, given: Given) -> Any:
    """Return the outputs and the state, or None if there is no state."""
    inputs, H, params = given
    result = call(rnn, inputs, (H.clone(),), params)
    is_pair = isinstance(result, list | tuple) and len(result) == 2
    return result if is_pair else (result, None)


@property_of(CALLED, STEP)
def outputs(rnn: Attempt, seed: int) -> None:
    """The equations give the outputs; the steps are stacked in order."""
    for T, n in SIZES:
        given = cases.network(seed, T, n)
        kept = copies(given[2])
        O, _ = run(rnn, given)
        right = reference((*given[:2], kept))[0].flatten(0, 1)
        hint = hint_for(O, mistaken((*given[:2], kept)))
        compare(f"with inputs {(T, n, cases.V)}: O", O, right, hint)
        for name, param, old in zip(NAMES, given[2], kept, strict=True):
            what = f"{name} is as it was before the call"
            expect(what, torch.equal(param, old), True)


def mistaken(given: Given) -> dict[str, Any]:
    """Return the outputs that mistakes give, by their hints."""
    inputs, H, params = given
    parts = dict(zip(["X", "H", *NAMES], [inputs, H, *params], strict=True))

    def rows(**other: Tensor) -> Tensor:
        X, H_0, *weights = (parts | other).values()
        return reference((X, H_0, weights))[0].flatten(0, 1)

    steps, states = reference(given)
    W_xh, W_hh, b_h, W_hq, b_q = (p.detach().double() for p in params)
    old = torch.cat([H[None].double(), states[:-1]]).flatten(0, 1)
    each = torch.cat([rows(X=X[None]) for X in inputs])
    by_relu = torch.rnn_relu(
        inputs.double(), H[None].double(),
        [W_xh.T, W_hh.T, b_h, torch.zeros_like(b_h)],
        True, 1, 0.0, False, False, False,
    )[0]  # fmt: skip
    return {
        "the bias b_h is missing": rows(b_h=0 * b_h),
        "the bias b_q is missing": rows(b_q=0 * b_q),
        "each step begins with the state that was given": each,
        "the state that was given is not used": rows(H=0 * H),
        "the product of the state and W_hh is missing": rows(W_hh=0 * W_hh),
        "W_hh is transposed": rows(W_hh=W_hh.T),
        "the outputs come from the old states": old @ W_hq + b_q,
        "these are the outputs of the last step only": steps[-1],
        **{f"these are the outputs of {t} of {len(steps)} steps":
           steps[:t].flatten(0, 1) for t in range(1, len(steps))},
        "the outputs of the steps are still a list": list(steps),
        "these are the states, one below the other": states.flatten(0, 1),
        "this is the state": (states[-1],),
        "the steps are stacked along a new axis": steps,
        "the rows come text after text": steps.transpose(0, 1).flatten(0, 1),
        "these are probabilities: the loss applies softmax": rows().softmax(1),
        # The tanh of a small number is this number.
        "tanh is missing":
            rows(X=inputs / 1e6, H=H / 1e6, b_h=b_h / 1e6, W_hq=1e6 * W_hq),
        "this is relu, and not tanh": (by_relu @ W_hq + b_q).flatten(0, 1),
        # sigmoid(x) = (1 + tanh(x / 2)) / 2
        "this is the sigmoid, and not tanh": rows(
            H=2 * H - 1, W_xh=W_xh / 2, W_hh=W_hh / 4,
            b_h=b_h / 2 + W_hh.sum(0) / 4,
            W_hq=W_hq / 2, b_q=b_q + W_hq.sum(0) / 2,
        ),
    }  # fmt: skip


@property_of(CALLED, UNROLLED)
def state(rnn: Attempt, seed: int) -> None:
    """The state is the one after the last step."""
    for T, n in SIZES[:2]:  # after a single step, all states are the last
        given = _, H, params = cases.network(seed, T, n)
        O, found = run(rnn, given)
        steps, states = reference(given)
        right = states[-1].float()
        # A mistake within the step costs the outputs, and not this too.
        W_hq, b_q = (p.detach().double() for p in params[3:])
        is_table = isinstance(O, Tensor) and O.shape == (T * n, cases.V)
        last = O[-n:].double() if is_table else steps[-1]
        own = (last - b_q) @ W_hq.pinverse()
        is_right = near(found, (own,)) or near(found, (right,))
        hints = {NO_TUPLE: right, "this is the state that was given": (H,)}
        hint = hint_for(found, hints)
        require(is_right, "state", found, (right,), hint)


@property_of(CALLED, STEP)
def gradients(rnn: Attempt, seed: int) -> None:
    """Gradients flow back through all steps to each parameter."""
    inputs, H, params = cases.network(seed, 3, 2)
    named = dict(zip(NAMES, params, strict=True))

    def total(changed: str = "", by: float = 0.0) -> Tensor:
        new = [p + by * (name == changed) for name, p in named.items()]
        O, _ = run(rnn, (inputs, H, new))
        O = call(torch.cat, O) if isinstance(O, list | tuple) else O
        require(isinstance(O, Tensor), "type(O)", type(O), Tensor)
        return torch.sum(O.double() ** 2)

    before = total()
    expect("O.requires_grad", before.requires_grad, True, CUT)
    call(before.backward)
    for name, param in named.items():
        # The slope belongs to the outputs as they are, right or wrong.
        slope = (total(name, 1e-3) - total(name, -1e-3)).item() / 2e-3
        grad = 0.0 if param.grad is None else param.grad.sum().item()
        is_right = abs(grad - slope) < 0.05 + 0.02 * abs(slope)
        what = f"{name}.grad.sum() after (O ** 2).sum().backward()"
        require(is_right, what, grad, slope, CUT)
