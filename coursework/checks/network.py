"""Check the parameters, the state, the network, and its class."""

from typing import Any
from unittest.mock import Mock

import torch
from torch import Tensor, nn

import coursework.checks.cases as cases
from coursework.checks.feedback import (
    Attempt,
    call,
    expect,
    property_of,
    require,
)
from coursework.checks.values import Words, hint_for, near, show, state_tensor

FIVE = "The Recurrent Model > Five tensors"
RANDOM = "Loss and Gradient > Why random"
STEP = "The Recurrent Model > One step"
LAID_OUT = "The Recurrent Model > A loop, and the same loop laid out"
IN_CODE = "The Recurrent Model > The network in code"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"

DRAWN = "W_xh, W_hh, b_h, W_hq, b_q = get_params(30, 50)"
BEGIN = "init_rnn_state(batch_size, num_hiddens)"
RUN = "O, state = rnn(inputs, (H,), params)"
MODEL = f"RNNModelScratch({cases.V}, {cases.h}, get_params, …)"
READ = "model(X, state), which calls forward(inputs, state, params)"

CUT = "the graph is cut: look for no_grad, detach, or torch.tensor"
NO_TUPLE = "the tensor is not in a tuple: a comma makes a tuple"

NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]
SHAPES = [(30, 50), (50, 50), (50,), (50, 30), (30,)]
SIZES = [(cases.T, 2), (cases.T, 1), (1, 2), (1, 1)]  # num_steps, batch_size
Given = tuple[Tensor, Tensor, list[Tensor]]  # inputs, H, params


def compare(what: str, found: Any, right: Tensor, hint: str = "") -> None:
    """Require a tensor; show its shape, or the first number that differs."""
    require(isinstance(found, Tensor), what, found, right.float(), hint)
    expect(f"{what}.shape", tuple(found.shape), tuple(right.shape), hint)
    wrong = ~torch.isclose(found.double(), right.double(), 1e-3, 1e-5)
    for place in wrong.nonzero().tolist():
        numbers = found[tuple(place)].item(), right[tuple(place)].item()
        require(False, f"{what}{place}", *numbers, hint)


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


@property_of("get_params", "shapes", DRAWN, FIVE)
def param_shapes(get_params: Attempt, seed: int) -> None:
    """There are five tensors, with the shapes of the docstring."""
    params = drawn(get_params, seed, 1, 2).values()
    expect("the shapes", [tuple(param.shape) for param in params], SHAPES)


@property_of("get_params", "weights", DRAWN, RANDOM)
def param_weights(get_params: Attempt, seed: int) -> None:
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
    weights = torch.cat([W.flatten() for W in matrices.values()])
    share = len(weights.unique()) / len(weights)
    require(share > 0.9, "the share of different weights", share, 1.0)


@property_of("get_params", "biases", DRAWN, RANDOM)
def param_biases(get_params: Attempt, seed: int) -> None:
    """Biases are zeros."""
    vectors = drawn(get_params, seed, 1)
    expect("the number of vectors", len(vectors), 2)
    for name, b in vectors.items():
        expect(f"{name}.abs().max()", b.abs().max().item(), 0.0)


@property_of("get_params", "gradients", DRAWN, FIVE)
def param_gradients(get_params: Attempt, seed: int) -> None:
    """Each tensor requires a gradient, which backward() stores in grad."""
    asked = "backward() fills grad only for tensors that require a gradient"
    leaf = "this was computed from another tensor, which gets the gradient"
    for name, param in drawn(get_params, seed, 1, 2).items():
        expect(f"{name}.requires_grad", param.requires_grad, True, asked)
        expect(f"{name}.is_leaf", param.is_leaf, True, leaf)


@property_of("init_rnn_state", "tuple", BEGIN, IN_CODE)
def state_tuple(init_rnn_state: Attempt, seed: int) -> None:
    """The state is a tuple of one tensor, (batch_size, num_hiddens)."""
    for n in (2, 1):
        state, zeros = call(init_rnn_state, n, 4), torch.zeros(n, 4)
        H, hint = state_tensor(state), NO_TUPLE * isinstance(state, Tensor)
        right = H is not None and H.shape == (n, 4) and H.is_floating_point()
        require(right, f"init_rnn_state({n}, 4)", state, (zeros,), hint)


@property_of("init_rnn_state", "zeros", BEGIN, IN_CODE)
def state_zeros(init_rnn_state: Attempt, seed: int) -> None:
    """The state begins with zeros: nothing has been read yet."""
    state = call(init_rnn_state, 2, 4)
    parts = [state] if isinstance(state, Tensor) else state
    is_several = isinstance(parts, list | tuple) and len(parts) > 0
    right = is_several and all(
        isinstance(H, Tensor) and not H.any() for H in parts
    )
    require(right, "init_rnn_state(2, 4)", state, (torch.zeros(2, 4),))


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


@property_of("rnn", "outputs", RUN, STEP, points=2)
def rnn_outputs(rnn: Attempt, seed: int) -> None:
    """The equations give the outputs; the steps are stacked in order."""
    for T, n in SIZES:
        given = cases.network(seed, T, n)
        O, _ = run(rnn, given)
        right = reference(given)[0].flatten(0, 1)
        hint = hint_for(O, wrong_outputs(given))
        compare(f"with inputs {(T, n, cases.V)}: O", O, right, hint)


def wrong_outputs(given: Given) -> dict[str, Any]:
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
    # The tanh of a small number is this number.
    linear = rows(X=inputs / 1e6, H=H / 1e6, b_h=b_h / 1e6, W_hq=1e6 * W_hq)
    return {
        "the bias b_h is missing": rows(b_h=0 * b_h),
        "the bias b_q is missing": rows(b_q=0 * b_q),
        "b_h is added after tanh":
            rows(H=H - b_h, b_h=b_h @ W_hh, b_q=b_q + b_h @ W_hq),
        "each step begins with the state that was given": each,
        "the state that was given is not used": rows(H=0 * H),
        "the product of the state and W_hh is missing": rows(W_hh=0 * W_hh),
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
        "tanh is missing": linear,
    }  # fmt: skip


@property_of("rnn", "state", RUN, LAID_OUT)
def rnn_state(rnn: Attempt, seed: int) -> None:
    """The state is that of the last step."""
    for T, n in SIZES[:2]:  # after a single step, all states are the last
        given = _, H, params = cases.network(seed, T, n)
        O, state = run(rnn, given)
        steps, states = reference(given)
        right = states[-1].float()
        # A mistake within the step costs the outputs, and not this too.
        W_hq, b_q = (p.detach().double() for p in params[3:])
        is_table = isinstance(O, Tensor) and O.shape == (T * n, cases.V)
        last = O[-n:].double() if is_table else steps[-1]
        own = (last - b_q) @ W_hq.pinverse()
        is_right = near(state, (own,)) or near(state, (right,))
        hints = {NO_TUPLE: right, "this is the state that was given": (H,)}
        hint = hint_for(state, hints)
        require(is_right, "state", state, (right,), hint)


@property_of("rnn", "gradients", RUN, STEP)
def rnn_gradients(rnn: Attempt, seed: int) -> None:
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


def arguments(function: Mock, names: str) -> list[tuple[Any, ...]]:
    """Return the arguments of each call, in the order of their names."""
    keys, calls = names.split(), function.call_args_list
    found = [dict(zip(keys, c.args, strict=False), **c.kwargs) for c in calls]
    return [tuple(map(named.get, keys)) for named in found]


class Trial:
    """A model of functions that record their calls, and what it reads."""

    def __init__(self, attempt: Attempt, seed: int, T: int, n: int) -> None:
        self.X = cases.indices(seed, num_steps=T, batch_size=n)
        _, self.H, params = cases.network(seed, T, n)
        O, after = cases.weights(seed)
        self.results = O[: T * n].requires_grad_(), (after[:n],)
        self.params = [nn.Parameter(param) for param in params]
        each = [self.params] + 9 * [params]  # a second call differs
        self.get_params = Mock(side_effect=each)
        self.init_state = Mock(return_value=(self.H,))
        self.forward = Mock(return_value=self.results)
        given = self.get_params, self.init_state, self.forward
        self.model = call(attempt, cases.V, cases.h, *given)

    def call(self, H: Tensor) -> tuple[Any, Any, Any, Any]:
        """Return what forward is given, and what the model returns."""
        result = call(self.model, self.X, (H,))
        calls = arguments(self.forward, "inputs state params")
        require(calls != [], "the number of calls of forward", 0, 1)
        return *calls[-1], result

    def ask(self, name: str, *arguments: Any) -> Any:
        """Return what a method returns; require that there is one."""
        method: Any = getattr(self.model, name, None)
        require(callable(method), f"model.{name}", method, Words("a method"))
        return call(method, *arguments)

    def require_params(self, what: str, found: Any) -> None:
        """Require the very tensors that get_params returned first."""
        names = dict(zip(map(id, self.params), NAMES, strict=True))
        parts = call(list, found) if hasattr(found, "__iter__") else [found]
        hint = "these are other tensors with the same values" * near(
            parts, self.params
        )
        got = [names.get(id(part), show(part)) for part in parts]
        right, shown = (Words(f"[{', '.join(n)}]") for n in (NAMES, got))
        require(got == NAMES, what, shown, right, hint)


@property_of("RNNModelScratch", "parameters", f"{MODEL}.parameters()", IN_CODE)
def model_parameters(attempt: Attempt, seed: int) -> None:
    """The parameters are the tensors that one call of get_params returns."""
    trial = Trial(attempt, seed, *SIZES[0])
    for _ in range(2):
        found = trial.ask("parameters")
        made = arguments(trial.get_params, "vocab_size num_hiddens")
        expect("the number of calls of get_params", len(made), 1)
        expect("the arguments of get_params", made[0], (cases.V, cases.h))
        trial.require_params("list(model.parameters())", found)


@property_of("RNNModelScratch", "call", READ, IN_CODE)
def model_call(attempt: Attempt, seed: int) -> None:
    """Forward receives state and params, and model returns its results."""
    for T, n in SIZES:
        trial = Trial(attempt, seed, T, n)
        H, (O, after) = (trial.H + 1).requires_grad_(), trial.results
        trial.call(H.detach() + 1)  # which must not matter
        _, state, params, found = trial.call(H)
        hint = hint_for(state, {
            "a new state is begun here": (trial.H,),
            "the state that an earlier call has returned is used": after,
        })  # fmt: skip
        require(near(state, (H,)), "state", state, (H,), hint)
        trial.require_params("params", params)
        is_pair = isinstance(found, list | tuple) and near(found[1:], [after])
        require(is_pair, "model(X, state)", found, trial.results)
        compare("model(X, state)[0]", found[0], O)
        is_whole = state[0].requires_grad and found[0].requires_grad
        expect("requires_grad of state and outputs", is_whole, True, CUT)


@property_of("RNNModelScratch", "inputs", READ, STEP_FIRST)
def model_inputs(attempt: Attempt, seed: int) -> None:
    """Forward receives one-hot vectors as floats, with the steps first."""
    for T, n in SIZES:
        trial, table = Trial(attempt, seed, T, n), torch.eye(cases.V)
        (inputs, *_), X = trial.call(trial.H), trial.X
        hint = hint_for(inputs, {
            "forward receives the indices themselves": X,
            "the texts come first, and the steps second": table[X],
            "the axes are reshaped, not transposed": table[X.reshape(T, n)],
        })  # fmt: skip
        compare(f"with X {(n, T)}: inputs", inputs, table[X.T], hint)
        expect("inputs.is_floating_point()", inputs.is_floating_point(), True)


@property_of(
    "RNNModelScratch", "begin_state", f"{MODEL}.begin_state(n)", IN_CODE
)
def model_begin_state(attempt: Attempt, seed: int) -> None:
    """begin_state returns what init_state(batch_size, num_hiddens) does."""
    for T, n in SIZES[:2]:
        trial = Trial(attempt, seed, T, n)
        state, right = trial.ask("begin_state", n), (trial.H,)
        begun = arguments(trial.init_state, "batch_size num_hiddens")
        expect("the arguments of init_state", begun[-1:], [(n, cases.h)])
        require(near(state, right), f"model.begin_state({n})", state, right)
