"""Check the class that keeps parameters and functions together."""

from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import torch
from torch import Tensor, nn

from coursework.kit import cases
from coursework.kit.calling import Attempt, call
from coursework.kit.cases import NAMES, SIZES
from coursework.kit.feedback import compare, expect, property_of, require
from coursework.kit.values import CUT, Words, hint_for, near, show

MODEL = f"RNNModelScratch({cases.V}, {cases.h}, get_params, …)"
READ = "model(X, state), which calls forward(inputs, state, params)"
IN_CODE = "The Network > A network as an object"
STEP_FIRST = "One-Hot Encoding > Putting time first"


@dataclass
class Trial:
    """A model of functions that record their calls, and what it reads."""

    X: Tensor
    H: Tensor
    results: tuple[Tensor, tuple[Tensor]]  # of forward
    params: list[nn.Parameter]
    get_params: Mock
    init_state: Mock
    forward: Mock
    model: Any = None

    def read(self, H: Tensor) -> tuple[Any, Any, Any, Any]:
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
        known = dict(zip(map(id, self.params), NAMES, strict=True))
        parts = call(list, found) if hasattr(found, "__iter__") else [found]
        hint = "these are different tensors with the same values" * near(
            parts, self.params
        )
        got = [known.get(id(part), show(part)) for part in parts]
        right, shown = (Words(f"[{', '.join(n)}]") for n in (NAMES, got))
        require(got == NAMES, what, shown, right, hint)


def arguments(function: Mock, names: str) -> list[tuple[Any, ...]]:
    """Return the arguments of each call, in the order of their names."""
    keys, calls = names.split(), function.call_args_list
    found = [dict(zip(keys, c.args, strict=False), **c.kwargs) for c in calls]
    return [tuple(map(named.get, keys)) for named in found]


def begin(attempt: Attempt, seed: int, T: int, n: int) -> Trial:
    """Make a model, and what it will read."""
    X = cases.indices(seed, num_steps=T, batch_size=n)
    _, H, params = cases.network(seed, T, n)
    O, after = cases.weights(seed)
    results = O[: T * n].requires_grad_(), (after[:n],)
    ours = [nn.Parameter(param) for param in params]
    made = Trial(
        X, H, results, ours,
        Mock(side_effect=[ours] + 9 * [params]),  # a second call differs
        Mock(return_value=(H,)), Mock(return_value=results),
    )  # fmt: skip
    functions = made.get_params, made.init_state, made.forward
    made.model = call(attempt, cases.V, cases.h, *functions)
    return made


@property_of(f"{MODEL}.parameters()", IN_CODE)
def parameters(attempt: Attempt, seed: int) -> None:
    """The parameters are the tensors that one call of get_params returns."""
    trial = begin(attempt, seed, *SIZES[0])
    for _ in range(2):
        found = trial.ask("parameters")
        made = arguments(trial.get_params, "vocab_size num_hiddens")
        expect("the number of calls of get_params", len(made), 1)
        expect("the arguments of get_params", made[0], (cases.V, cases.h))
        trial.require_params("list(model.parameters())", found)


@property_of(READ, IN_CODE)
def forward(attempt: Attempt, seed: int) -> None:
    """Forward receives state and params, and model returns its results."""
    for T, n in SIZES:
        trial = begin(attempt, seed, T, n)
        H, (O, after) = (trial.H + 1).requires_grad_(), trial.results
        trial.read(H.detach() + 1)  # which must not matter
        _, state, params, found = trial.read(H)
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


@property_of(READ, STEP_FIRST)
def inputs(attempt: Attempt, seed: int) -> None:
    """Forward receives one-hot vectors as floats, with the steps first."""
    for T, n in SIZES:
        trial, table = begin(attempt, seed, T, n), torch.eye(cases.V)
        (found, *_), X = trial.read(trial.H), trial.X
        hint = hint_for(found, {
            "forward receives the indices themselves": X,
            "the texts come first, and the steps second": table[X],
            "the axes are reshaped, not transposed": table[X.reshape(T, n)],
        })  # fmt: skip
        compare(f"with X {(n, T)}: inputs", found, table[X.T], hint)
        expect("inputs.is_floating_point()", found.is_floating_point(), True)


@property_of(f"{MODEL}.begin_state(n)", IN_CODE)
def begin_state(attempt: Attempt, seed: int) -> None:
    """begin_state returns what init_state(batch_size, num_hiddens) does."""
    for T, n in SIZES[:2]:
        trial = begin(attempt, seed, T, n)
        state, right = trial.ask("begin_state", n), (trial.H,)
        begun = arguments(trial.init_state, "batch_size num_hiddens")
        expect("the arguments of init_state", begun[-1:], [(n, cases.h)])
        require(near(state, right), f"model.begin_state({n})", state, right)
