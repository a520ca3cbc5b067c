"""Check the parameters, the state, the network, and its class."""

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

import coursework.checks.cases as cases
from coursework.checks.feedback import (
    Attempt,
    Mismatch,
    call,
    property_of,
    require,
)
from coursework.checks.values import describe, hint_for, near, state_tensor

FIVE = "The Recurrent Model > Five tensors"
RANDOM = "Loss and Gradient > Why random"
STEP = "The Recurrent Model > One step"
LAID_OUT = "The Recurrent Model > A loop, and the same loop laid out"
IN_CODE = "The Recurrent Model > The network in code"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"

NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]
DRAWN = "get_params(30, 50)"


def five_tensors(get_params: Attempt) -> dict[str, Tensor]:
    """Return the parameters by name; require five tensors."""
    found = call(get_params, 30, 50)
    params = found if isinstance(found, tuple | list) else []
    kinds = [isinstance(param, Tensor) for param in params]
    require(kinds == [True] * 5, found, expected="a list of five tensors")
    return dict(zip(NAMES, found, strict=True))


@property_of("get_params", "shapes", DRAWN, FIVE)
def param_shapes(get_params: Attempt, seed: int) -> None:
    """Expect (30, 50), (50, 50), (50,), (50, 30), and (30,)."""
    shapes = [
        tuple(param.shape) for param in five_tensors(get_params).values()
    ]
    right = [(30, 50), (50, 50), (50,), (50, 30), (30,)]
    require(shapes == right, f"the shapes {shapes}")


@property_of("get_params", "weights", DRAWN, RANDOM)
def param_weights(get_params: Attempt, seed: int) -> None:
    """Expect normal numbers, mean 0 and standard deviation 0.01."""
    params, others = five_tensors(get_params), list[Tensor]()
    for name in ("W_xh", "W_hh", "W_hq"):
        W = params[name].detach().double()
        require(W.dim() == 2 and W.numel() > 1000, f"{name}, {describe(W)}")
        mean, std = W.mean().item(), W.std().item()
        require(
            bool(min(W.std(0).min(), W.std(1).min()) > 0.2 * std),
            f"{name} with equal rows or columns",
            "units with equal weights compute the same, and get the same "
            "gradient, so that they stay equal",
        )
        require(
            abs(mean) < 0.002 and 0.0088 < std < 0.0112,
            f"{name} with mean {mean:.4f} and standard deviation {std:.4f}",
        )
        shared = [torch.isin(W, V).double().mean() > 0.5 for V in others]
        require(not any(shared), f"{name} with the numbers of another matrix")
        kurtosis = ((W - mean) / std).pow(4).mean()  # normal: 3
        require(bool(kurtosis > 2.2), f"{name} with numbers spread evenly")
        others.append(W)


@property_of("get_params", "biases", DRAWN, RANDOM)
def param_biases(get_params: Attempt, seed: int) -> None:
    """Expect biases of zeros."""
    params = five_tensors(get_params)
    wrong = [name for name in ("b_h", "b_q") if params[name].any()]
    require(not wrong, f"other numbers in {' and '.join(wrong)}")


@property_of("get_params", "gradients", DRAWN, FIVE)
def param_gradients(get_params: Attempt, seed: int) -> None:
    """Expect five leaves, with requires_grad."""
    params = five_tensors(get_params)
    without = [n for n, param in params.items() if not param.requires_grad]
    require(
        not without,
        f"no requires_grad for {', '.join(without)}",
        "backward() leaves gradients only with tensors that were asked to "
        "gather them, by requires_grad_()",
    )
    made = [n for n, param in params.items() if not param.is_leaf]
    require(
        not made,
        f"results of other tensors: {', '.join(made)}",
        "an operation after requires_grad_() makes a new tensor, and the "
        "gradient goes to the old one: call requires_grad_() last",
    )


BEGUN = f"init_rnn_state({cases.n}, {cases.h})"


@property_of("init_rnn_state", "tuple", BEGUN, IN_CODE)
def state_tuple(init_rnn_state: Attempt, seed: int) -> None:
    """Expect a tuple of one tensor, (batch_size, num_hiddens), float."""
    state = call(init_rnn_state, cases.n, cases.h)
    H = state_tensor(state)
    hint = "a tuple is written with a comma, (H,)"
    require(
        H is not None
        and H.shape == (cases.n, cases.h)
        and H.is_floating_point(),
        state,
        hint if isinstance(state, Tensor) else "",
    )


@property_of("init_rnn_state", "zeros", BEGUN, IN_CODE)
def state_zeros(init_rnn_state: Attempt, seed: int) -> None:
    """Expect zeros: nothing has been read yet."""
    state = call(init_rnn_state, cases.n, cases.h)
    H = state if isinstance(state, Tensor) else state_tensor(state)
    require(H is not None, state)
    assert H is not None  # for mypy
    require(not H.any(), "other numbers")


# The network


def reference_rnn(
    inputs: Tensor, H: Tensor, params: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Compute outputs, (T * n, V), and the last state, by an nn.RNN."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    weights = {
        "weight_ih_l0": W_xh.T,
        "weight_hh_l0": W_hh.T,
        "bias_ih_l0": b_h,
        "bias_hh_l0": torch.zeros_like(b_h),
    }
    layer = nn.RNN(*W_xh.shape, dtype=W_xh.dtype)
    states, last = functional_call(layer, weights, (inputs, H[None]))
    return states.flatten(0, 1) @ W_hq + b_q, last[0]


def run(rnn: Attempt, *arguments: Any) -> tuple[Tensor, Tensor]:
    """Return the outputs and the state of a network; require tensors."""
    found = call(rnn, *arguments)
    pair = found if isinstance(found, tuple | list) else ()
    O, H = (*pair, None, None)[:2]
    H = state_tensor(H)
    right = len(pair) == 2 and isinstance(O, Tensor) and H is not None
    require(right, found, expected="outputs, a tensor, and a tuple, (H,)")
    assert isinstance(O, Tensor) and H is not None  # for mypy
    return O, H


RUN = (
    f"rnn(inputs, (H,), params) with inputs {(cases.T, cases.n, cases.V)} "
    f"and H {(cases.n, cases.h)}"
)


@property_of("rnn", "outputs", RUN, STEP, points=2)
def rnn_outputs(rnn: Attempt, seed: int) -> None:
    """Expect the outputs of all steps, one step below the other."""
    inputs, H, params = cases.network(seed)
    O, _ = run(rnn, inputs, (H,), params)
    right, _ = reference_rnn(inputs, H, params)
    if near(O, right):
        return
    hint = hint_for(O, wrong_outputs(inputs, H, params))
    require(O.shape == right.shape, O, hint, expected=describe(right))
    _, state = run(rnn, inputs[:1], (H,), params)
    before = torch.atanh(reference_rnn(inputs[:1], H, params)[1].double())
    if near(state, before, rtol=1e-2):
        hint = "tanh is missing: the state grows without a bound"
    same = torch.isclose(O.double(), right.double(), 1e-3, 1e-5)
    row = int((~same).any(dim=1).nonzero()[0])
    raise Mismatch(format_row(O, row), hint, format_row(right, row))


def format_row(tensor: Tensor, row: int) -> str:
    """Format the first numbers of a row."""
    numbers = ", ".join(f"{value:.4f}" for value in tensor[row, :3].tolist())
    return f"row {row}: {numbers}, …"


def wrong_outputs(
    inputs: Tensor, H: Tensor, params: list[Tensor]
) -> dict[str, Tensor]:
    """Return the outputs that mistakes lead to, by their hints."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    right, _ = reference_rnn(inputs, H, params)
    steps = right.reshape(len(inputs), len(H), -1)
    unbiased = [W_xh, W_hh, 0 * b_h, W_hq, b_q]
    each = [reference_rnn(X[None], H, params)[0] for X in inputs]
    return {
        "the bias b_h is missing": reference_rnn(inputs, H, unbiased)[0],
        "each step begins with the state that was given, and not with that "
        "of the step before": torch.cat(each),
        "these are the outputs of the last step only": steps[-1],
        "the steps are stacked along a new axis: join them by torch.cat":
            steps,
        "the rows come text after text, and should come step after step":
            steps.transpose(0, 1).flatten(0, 1),
        "outputs are logits: softmax belongs to the loss":
            right.softmax(dim=1),
    }  # fmt: skip


@property_of("rnn", "state", RUN, LAID_OUT)
def rnn_state(rnn: Attempt, seed: int) -> None:
    """Expect the state that the last step has made."""
    inputs, H, params = cases.network(seed)
    _, found = run(rnn, inputs, (H,), params)
    _, right = reference_rnn(inputs, H, params)
    require(found.shape == right.shape, found, expected=describe(right))
    require(
        near(found, right),
        format_row(found, 0),
        hint_for(found, {"this is the state that was given": H}),
        expected=format_row(right, 0),
    )


@property_of("rnn", "gradients", RUN, STEP)
def rnn_gradients(rnn: Attempt, seed: int) -> None:
    """Expect the gradients of PyTorch's own network."""
    inputs, H, params = cases.network(seed)

    def gradients(O: Tensor, last: Tensor) -> tuple[Tensor, ...]:
        outputs, states = cases.weights(seed)
        total = (O * outputs).sum() + (last * states).sum()
        return torch.autograd.grad(total, params, allow_unused=True)

    found, right = (
        run(rnn, inputs, (H,), params),
        reference_rnn(inputs, H, params),
    )
    triples = zip(
        NAMES, call(gradients, *found), gradients(*right), strict=True
    )
    wrong = [name for name, a, b in triples if not near(a, b, 1e-2)]
    hint = (
        "the numbers are right, but the graph is cut between the steps: "
        "detach, no_grad, or a new tensor made of numbers does that"
    )
    got = f"other gradients of {', '.join(wrong)}"
    require(not wrong, got, hint_for(found, {hint: right}))


# The class


def make_model(attempt: Attempt, seed: int) -> tuple[Any, SimpleNamespace]:
    """Make a model of functions that record their arguments.

    Returns the model and the record: ``made``, ``begun``, and ``forward``
    list the calls of the three functions.
    """
    record = SimpleNamespace(made=[], begun=[], forward=[])
    _, H, params = cases.network(seed)
    O, after = (result.requires_grad_() for result in cases.weights(seed))

    def get_params(
        vocab_size: int, num_hiddens: int, *_: Any, **__: Any
    ) -> list[Tensor]:
        record.made.append((vocab_size, num_hiddens))
        return params

    def init_state(
        batch_size: int, num_hiddens: int, *_: Any, **__: Any
    ) -> tuple[Tensor]:
        record.begun.append((batch_size, num_hiddens))
        return (H,)

    def forward(
        inputs: Tensor, state: Any, params: Any
    ) -> tuple[Tensor, tuple[Tensor]]:
        record.forward.append((inputs, state, list(params)))
        return O, (after,)

    sizes = cases.V, cases.h
    return call(attempt, *sizes, get_params, init_state, forward), record


def call_model(attempt: Attempt, seed: int) -> tuple[Any, Any, Any, Any]:
    """Return the arguments of forward, and what the model returned."""
    model, record = make_model(attempt, seed)
    state = ((cases.network(seed)[1] + 1).requires_grad_(),)
    result = call(model, cases.indices(seed), state)
    require(bool(record.forward), "forward was not called")
    return *record.forward[0], result


MODEL = f"RNNModelScratch({cases.V}, {cases.h}, get_params, …)"
MODEL_CALL = f"model(X, state) with X {(cases.n, cases.T)}"


@property_of("RNNModelScratch", "parameters", MODEL, IN_CODE)
def model_parameters(attempt: Attempt, seed: int) -> None:
    """Expect params, as returned by one call of get_params."""
    model, record = make_model(attempt, seed)
    right = record.made == [(cases.V, cases.h)]
    require(right, f"calls of get_params with {record.made}")
    parameters = getattr(model, "parameters", list)
    kept = getattr(model, "params", None) or list(call(parameters))
    require(near(kept, cases.network(seed)[2]), kept)


@property_of("RNNModelScratch", "inputs", MODEL_CALL, STEP_FIRST)
def model_inputs(attempt: Attempt, seed: int) -> None:
    """Expect forward to be given one-hot vectors, step first, float."""
    inputs, *_ = call_model(attempt, seed)
    X = cases.indices(seed)
    hint = "the transpose is missing, or done twice, here or in one_hot"
    require(
        near(inputs, F.one_hot(X.T, cases.V)) and inputs.is_floating_point(),
        inputs,
        hint_for(inputs, {hint: F.one_hot(X, cases.V)}),
    )


@property_of("RNNModelScratch", "call", MODEL_CALL, IN_CODE)
def model_call(attempt: Attempt, seed: int) -> None:
    """Expect state, params, and both results to be handed on."""
    _, state, params, result = call_model(attempt, seed)
    _, begun, made = cases.network(seed)
    H = state_tensor(state)
    hint = "a new state was begun, and forgets all that has been read"
    got = f"as the state, forward was given {describe(state)}"
    require(near(H, begun + 1), got, hint_for(H, {hint: begun}))
    require(near(params, made), "forward was given other parameters")
    O, after = run(lambda: result)
    require(near([O, after], cases.weights(seed)), result)
    require(
        all(part.requires_grad for part in [*params, H, O]),
        "parameters, state, or outputs without their graph",
        "the model hands on what it gets: detach belongs between minibatches",
    )


@property_of(
    "RNNModelScratch", "begin_state", f"model.begin_state({cases.n})", IN_CODE
)
def model_begin_state(attempt: Attempt, seed: int) -> None:
    """Expect what init_state returns for batch_size and num_hiddens."""
    model, record = make_model(attempt, seed)
    state = call(lambda: model.begin_state(cases.n))
    right = record.begun == [(cases.n, cases.h)]
    require(right, f"calls of init_state with {record.begun}")
    require(near(state_tensor(state), cases.network(seed)[1]), state)
