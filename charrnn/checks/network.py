"""Judge parameters, states, the network, and its class."""

from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Seen
from charrnn.checks.words import (
    all_near,
    explain_error,
    items,
    near,
    no_result,
    said,
    tensor,
)

FIVE = "Parameters > Five tensors"
SHAPES = "Parameters > Shapes and count"
SMALL = "Parameters > Why small"
RANDOM = "Parameters > Why random"
STEP = "The Recurrent Model > One step"
LAID_OUT = "The Recurrent Model > A loop, and the same loop laid out"
IN_CODE = "The Recurrent Model > The network in code"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"

NAMES = ["W_xh", "W_hh", "b_h", "W_hq", "b_q"]
DRAWN = "get_params(30, 50)"


def parameters(seen: Seen) -> list[Seen]:
    """Return what ``get_params`` returned, if it is five tensors."""
    found = items(seen["got"]) or []
    five = len(found) == 5 and all(p["kind"] != "int" for p in found)
    return found if five and all("data" in p for p in found) else []


def param_shapes(seen: Seen) -> Complaint | None:
    """Hold the shapes of the parameters."""
    expected = [(30, 50), (50, 50), (50,), (50, 30), (30,)]
    wanted = f"a list of five tensors with the shapes {expected}"
    if failed := no_result(seen["got"], DRAWN, wanted, SHAPES):
        return failed
    found = [tensor(p) for p in items(seen["got"]) or []]
    shapes = [None if p is None else tuple(p.shape) for p in found]
    if shapes == expected:
        return None
    hint = "return all five of them, in the order W_xh, W_hh, b_h, W_hq, b_q"
    wrong = [n for n, a, b in zip(NAMES, shapes, expected, strict=False)
             if a != b]  # fmt: skip
    if len(shapes) == 5 and len(wrong) < 5:
        hint = f"look at {', '.join(wrong)}: rows are what comes in, columns "
        hint += "what goes out, and a bias has a component a column"
    return Complaint(DRAWN, f"the shapes {shapes}", wanted, hint, SHAPES)


def param_weights(seen: Seen) -> Complaint | None:
    """Hold that the weights are small and random."""
    if complaint := param_shapes(seen):
        return complaint
    for index in (0, 1, 3):
        W = items(seen["got"])[index]["data"].double()  # type: ignore[index]
        mean, spread = W.mean().item(), W.std().item()
        if complaint := param_chance(seen, index):
            return complaint
        if abs(mean) > 0.05 * 0.01 * 4 or abs(spread / 0.01 - 1) > 0.12:
            hint = "multiply standard normal numbers by 0.01"
            if spread == 0:
                hint = (
                    "with equal weights all units compute the same, and get "
                    "the same gradient: they would never part"
                )
            elif abs(mean) > abs(spread):
                hint = "the numbers are to lie around zero: take torch.randn"
            elif abs(spread / 0.01**0.5 - 1) < 0.12 or spread < 0.0005:
                hint = "0.01 is the standard deviation, not the variance"
            return Complaint(
                DRAWN, f"{NAMES[index]} with mean {mean:.4f} and standard "
                f"deviation {spread:.4f}",
                "mean 0 and standard deviation 0.01", hint,
                RANDOM if spread == 0 else SMALL,
            )  # fmt: skip
    return None


def param_chance(seen: Seen, index: int) -> Complaint | None:
    """Hold that weights are normal, and each is drawn by itself."""
    drawn = [p["data"].double() for p in items(seen["got"]) or []]
    W, numbers = drawn[index], drawn[index].flatten()
    complain = partial(
        Complaint, DRAWN, page=RANDOM,
        expected="numbers of a normal distribution, each drawn by itself",
    )  # fmt: skip
    least = min(W.std(0).min(), W.std(1).min())
    if numbers.std() > 0 and least < 0.2 * numbers.std():
        return complain(
            f"{NAMES[index]} with equal rows or columns",
            hint="units with equal weights compute the same, and never part",
        )
    for other in (0, 1, 3)[: (0, 1, 3).index(index)]:
        if torch.isin(drawn[other], numbers).double().mean() > 0.5:
            return complain(
                f"the same numbers in {NAMES[other]} and {NAMES[index]}",
                hint="draw new numbers for each of the matrices",
            )
    around = numbers - numbers.mean()
    kurtosis = around.pow(4).mean() / around.pow(2).mean().pow(2)  # normal: 3
    if kurtosis < 2.2:
        return complain(
            f"{NAMES[index]} with numbers that are spread evenly",
            hint="take torch.randn: torch.rand draws from an interval",
        )
    return None


def param_biases(seen: Seen) -> Complaint | None:
    """Hold that the biases are zero."""
    if complaint := param_shapes(seen):
        return complaint
    found = items(seen["got"]) or []
    wrong = [NAMES[i] for i in (2, 4) if found[i]["data"].any()]
    if not wrong:
        return None
    return Complaint(
        DRAWN, f"{' and '.join(wrong)} with components that are not zero",
        "zeros", "a bias needs no chance: only weights have to differ",
        RANDOM,
    )  # fmt: skip


def param_gradients(seen: Seen) -> Complaint | None:
    """Hold that the parameters will gather gradients."""
    if complaint := param_shapes(seen):
        return complaint
    found = dict(zip(NAMES, items(seen["got"]) or [], strict=True))
    without = [n for n, p in found.items() if not p["requires_grad"]]
    made = [n for n, p in found.items() if not p["is_leaf"]]
    expected = "five leaves of the graph, with requires_grad"
    if without:
        return Complaint(
            DRAWN, f"no requires_grad for {', '.join(without)}", expected,
            "backward() leaves gradients only with tensors that were asked "
            "to gather them, by requires_grad_()",
            FIVE,
        )  # fmt: skip
    if made:
        return Complaint(
            DRAWN, f"results of other tensors: {', '.join(made)}", expected,
            "an operation after requires_grad_() makes a new tensor, and the "
            "gradient goes to the old one: call requires_grad_() last",
            FIVE,
        )  # fmt: skip
    return None


BEGUN = f"init_rnn_state({cases.n}, {cases.h})"
ONE_TENSOR = f"a tuple of one tensor, {(cases.n, cases.h)}"


def state_tuple(seen: Seen) -> Complaint | None:
    """Hold that a state is a tuple of one tensor."""
    if failed := no_result(seen["got"], BEGUN, ONE_TENSOR, LAID_OUT):
        return failed
    found, inner = seen["got"], items(seen["got"])
    H = tensor(inner[0]) if inner and len(inner) == 1 else None
    whole = H is not None and not H.is_floating_point()
    if H is not None and H.shape == (cases.n, cases.h) and not whole:
        return None
    hint = "a row for each text of the minibatch, a column for each unit"
    if found["kind"] == "Tensor":
        hint = (
            "a tuple is written with a comma, (H,): other networks have "
            "states of several tensors"
        )
    elif H is not None and whole:
        hint = "integers cannot hold what tanh gives: leave the type as it is"
    return Complaint(BEGUN, said(found), ONE_TENSOR, hint, IN_CODE)


def state_zeros(seen: Seen) -> Complaint | None:
    """Hold that nothing has been read in the first state."""
    if complaint := state_tuple(seen):
        return complaint
    (value,) = items(seen["got"]) or []
    if not value["data"].any():
        return None
    return Complaint(
        BEGUN, "numbers that are not zero", "zeros",
        "before anything has been read there is nothing to remember",
        IN_CODE,
    )  # fmt: skip


RUN = (
    f"rnn(inputs, (H,), params) with inputs {(cases.T, cases.n, cases.V)} "
    f"and H {(cases.n, cases.h)}"
)
PAIR = f"outputs {(cases.T * cases.n, cases.V)}, and the last state, (H,)"


def library(
    inputs: Tensor, H: Tensor, params: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Compute outputs, (T * n, V), and the last state by an nn.RNN."""
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


def pair(seen: Seen, name: str) -> tuple[Tensor | None, Tensor | None]:
    """Return the outputs and the state that came, where they are tensors."""
    found = items(seen[name]) or []
    if len(found) != 2:
        return None, None
    state = items(found[1])
    one = state[0] if state and len(state) == 1 else None
    return tensor(found[0]), tensor(one)


def rnn_outputs(seen: Seen) -> Complaint | None:
    """Hold the outputs against those of PyTorch's network."""
    if failed := no_result(seen["got"], RUN, PAIR, IN_CODE):
        return failed
    found = items(seen["got"]) or []
    complain = partial(Complaint, RUN, said(seen["got"]), PAIR)
    if len(found) != 2:
        return complain(
            "return both: the outputs, and the state for whoever goes on",
            IN_CODE,
        )
    O, expected = tensor(found[0]), outputs_of(seen)
    if near(O, expected):
        return None
    came, wanted = f"as outputs, {said(found[0])}", PAIR
    if O is not None and O.shape == expected.shape:
        same = torch.isclose(O.double(), expected.double(), 1e-3, 1e-5)
        row = int((~same).any(dim=1).nonzero()[0])
        came = f"in row {row} of the outputs, {first(O[row])}, …"
        wanted = f"in row {row} of the outputs, {first(expected[row])}, …"
    return Complaint(RUN, came, wanted, *explain_outputs(seen, O, expected))


def first(O: Tensor) -> str:
    """Return the first numbers of a row, as text."""
    return ", ".join(f"{number:.3f}" for number in O[:3].tolist())


def outputs_of(seen: Seen) -> Tensor:
    """Return the outputs that are expected."""
    return library(*cases.network(seen["seed"]))[0].detach()


def explain_outputs(
    seen: Seen, O: Tensor | None, expected: Tensor
) -> tuple[str, str]:
    """Return the likely mistake in the outputs, and where to read on."""
    inputs, H, params = cases.network(seen["seed"])
    T, n, V = inputs.shape
    if O is None or O.shape != expected.shape:
        if near(O, expected[:n]):
            return (
                "these are the outputs of the first step only: does return "
                "stand within the loop?",
                IN_CODE,
            )
        return explain_shape(None if O is None else tuple(O.shape))
    steps = expected.reshape(T, n, V)
    W_xh, W_hh, b_h, W_hq, b_q = params
    zero = torch.zeros_like
    mistakes = {
        "the bias b_h is missing": (H, [W_xh, W_hh, zero(b_h), W_hq, b_q]),
        "the bias b_q is missing": (H, [W_xh, W_hh, b_h, W_hq, zero(b_q)]),
        "the state before a step plays no part in it, as if W_hh were not "
        "there": (H, [W_xh, zero(W_hh), b_h, W_hq, b_q]),
        "W_hh is to be multiplied from the right, and not transposed":
            (H, [W_xh, W_hh.T, b_h, W_hq, b_q]),
        "the network begins with zeros, and not with the state that it was "
        "given": (zero(H), params),
    }  # fmt: skip
    for hint, (state, changed) in mistakes.items():
        if near(O, library(inputs, state, changed)[0].detach()):
            return hint, STEP
    if near(O, steps.transpose(0, 1).reshape(n * T, V)):
        return (
            "the rows come text after text, and should come step after step",
            IN_CODE,
        )
    if near(O, torch.tanh(expected)):
        return "tanh belongs to the hidden state; outputs are logits", STEP
    by_step = O.reshape(T, n, V)
    if near(O.sum(dim=1), torch.ones(len(O))):
        return "outputs are logits: softmax comes later, in the loss", STEP
    if near(O.exp().sum(dim=1), torch.ones(len(O))):
        return "outputs are logits: log_softmax comes later, in the loss", STEP
    if near(by_step.sum(dim=1), torch.ones(T, V)):
        return "outputs are logits, and not shares of the minibatch", STEP
    if near(O, library(inputs.flip(0), H, params)[0].detach()):
        return "the steps are read from the last to the first", LAID_OUT
    if near(pair(seen, "one_step")[0], steps[0]):
        return (
            "the first step is right, and the others are not: does each step "
            "begin with the state that the step before has made?",
            LAID_OUT,
        )
    return explain_state(seen), STEP


def explain_shape(shape: tuple[int, ...] | None) -> tuple[str, str]:
    """Return the likely mistake in the shape of the outputs."""
    T, n, V = cases.T, cases.n, cases.V
    if shape == (n, V):
        return "these are the outputs of the last step only: keep all", IN_CODE
    if shape == (T, n, V):
        return (
            "the steps are stacked along a new axis: join them along the "
            "first one, as torch.cat does",
            IN_CODE,
        )
    if shape == (n, T * V):
        return "the steps stand side by side: put one below the other", IN_CODE
    if shape is None:
        return "the outputs are one tensor: join those of all steps", IN_CODE
    return "each step gives (batch_size, vocab_size)", STEP


def explain_state(seen: Seen) -> str:
    """Return the likely mistake in the equation of the state."""
    inputs, H, params = cases.network(seen["seed"])
    came = pair(seen, "one_step")[1]
    right = library(inputs[:1], H, params)[1].detach()
    before = torch.atanh(right.double())  # what tanh was applied to
    if near(came, before, 1e-2):
        return "tanh is missing: the state grows without a bound"
    if near(came, before.relu(), 1e-2) or near(came, before.sigmoid(), 1e-2):
        return "the activation of this network is tanh"
    if near(came, right):
        return (
            "the state is right, and the outputs are not: are they made from "
            "the new state, by W_hq and b_q?"
        )
    return "compare your line for the state with the equation, term by term"


def rnn_state(seen: Seen) -> Complaint | None:
    """Hold the state that is returned."""
    if failed := no_result(seen["got"], RUN, PAIR, IN_CODE):
        return failed
    inputs, H, params = cases.network(seen["seed"])
    expected = library(inputs, H, params)[1].detach()
    came = pair(seen, "got")[1]
    found = items(seen["got"]) or []
    if near(came, expected):
        return None
    hint = f"it does not come out: {explain_state(seen)}"
    if near(came, H):
        hint = (
            "the state that was given is returned as it was: return the one "
            "after the last step"
        )
    elif came is None:
        hint = "return a pair: the outputs, and a tuple with the state, (H,)"
    said_of = said(found[1]) if len(found) == 2 else said(seen["got"])
    return Complaint(RUN, f"as the state, {said_of}", PAIR, hint, LAID_OUT)


def rnn_gradients(seen: Seen) -> Complaint | None:
    """Hold that gradients find their way back to all parameters."""
    inputs, H, params = cases.network(seen["seed"])
    O, last = library(inputs, H, params)
    outputs, states = cases.weights(seen["seed"])
    total = (O * outputs).sum() + (last * states).sum()
    expected = torch.autograd.grad(total, params)
    wanted = "the gradients that PyTorch's own network has"
    if failed := no_result(seen["gradients"], RUN, wanted, STEP):
        return failed
    found = [tensor(g) for g in items(seen["gradients"]) or []]
    wrong = [
        name
        for name, a, b in zip(NAMES, found, expected, strict=False)
        if not near(a, b, 1e-2)
    ]
    if not wrong and len(found) == 5:
        return None
    hint = "wrong outputs have wrong gradients: look at these first"
    if not rnn_outputs(seen) and not rnn_state(seen):
        hint = (
            "the numbers are right, but the graph is cut between the steps: "
            "detach, no_grad, or a new tensor made of numbers does that"
        )
    came = f"other gradients of {', '.join(wrong)}"
    return Complaint(RUN, came, wanted, hint, STEP)


MADE = "RNNModelScratch(vocab_size, num_hiddens, get_params, init_state, "
MADE += "forward)"
CALLED = f"model(X, state) with X {(cases.n, cases.T)}"


def model_params(seen: Seen) -> Complaint | None:
    """Hold that a model keeps the parameters made for it."""
    expected = "a model that has called get_params once, and keeps params"
    sizes = [[cases.V, cases.h]]
    kept = items(seen.get("params")) or []
    mine = cases.network(seen["seed"])[2]
    same = all_near([tensor(p) for p in kept], mine)
    if seen["made"] == sizes and same:
        return None
    hint = "call the function that was given, and keep what it returns"
    if seen["made"] and seen["made"][0] == sizes[0][::-1]:
        hint = "vocab_size comes first, then num_hiddens"
    elif len(seen["made"]) > 1:
        hint = "parameters are made once, when the model is: a call uses them"
    elif seen["made"]:
        hint = "keep what get_params returns as self.params"
    came = f"get_params was called with {seen['made']}"
    if seen["got"]["kind"] == "error":
        came, hint = said(seen["got"]), explain_error(str(seen["got"]["data"]))
    return Complaint(MADE, came, expected, hint, IN_CODE)


def model_inputs(seen: Seen) -> Complaint | None:
    """Hold what the model gives to the function of the network."""
    expected = f"forward is called with one-hot vectors {ENCODED}, float"
    if not seen["forward"]:
        result = seen.get("result", seen["got"])
        hint = "call self.forward, the function that was given"
        if result["kind"] == "error":
            hint = explain_error(str(result["data"]))
        came = f"{said(result)}, and forward was not called"
        return Complaint(CALLED, came, expected, hint, IN_CODE)
    given = seen["forward"][0]["inputs"]
    found, X = tensor(given), cases.indices(seen["seed"])
    right = F.one_hot(X.T, cases.V)
    if near(found, right) and not given["integer"]:
        return None
    hint = "turn the indices into vectors by one_hot first"
    if near(found, right):
        hint = "the vectors are integers, which weights do not multiply"
    elif near(found, F.one_hot(X, cases.V)):
        hint = (
            "the transpose is missing, or done twice, here or in one_hot: "
            "the steps have to come first"
        )
    elif near(found, F.one_hot(X, cases.V).reshape(ENCODED)):
        hint = "reshape does not transpose: swap the axes"
    return Complaint(CALLED, said(given), expected, hint, STEP_FIRST)


ENCODED = (cases.T, cases.n, cases.V)


def model_call(seen: Seen) -> Complaint | None:
    """Hold that state, parameters, and results are handed on."""
    expected = "what forward returns for the state given and the parameters"
    complain = partial(Complaint, CALLED, expected=expected, page=IN_CODE)
    if not seen["forward"]:
        return model_inputs(seen)
    given, result = seen["forward"][0], seen["result"]
    state = items(given["state"]) or []
    if len(state) != 1:
        return complain(
            came=f"as the state, forward was given {said(given['state'])}",
            hint="hand the state on as it is, a tuple of one tensor",
        )
    _, begun, mine = cases.network(seen["seed"])
    if not near(tensor(state[0]), begun + 1):
        return complain(
            came="forward was given another state",
            hint="hand on the state that the model is called with: a new "
            "one would forget all that has been read",
        )
    kept = items(given["params"]) or []
    if not all_near([tensor(p) for p in kept], mine):
        return complain(
            came="forward was given other parameters",
            hint="hand on self.params, all five",
        )
    outputs, after = cases.weights(seen["seed"])
    O, H = pair({"result": result}, "result")
    if near(O, outputs) and near(H, after):
        parts = [*kept, *state, *(items(result) or [])[:1]]
        if all(part["requires_grad"] for part in parts):
            return None
        return complain(
            came="parameters, state, or outputs without their graph",
            hint="the model hands on what it gets: detach belongs between "
            "two minibatches",
        )
    return complain(
        came=said(result), hint="return both, outputs and state, as they come"
    )


def model_state(seen: Seen) -> Complaint | None:
    """Hold that a state is begun by the function that was given."""
    called, expected = f"model.begin_state({cases.n})", ONE_TENSOR
    begun, state = seen.get("begun"), seen.get("state")
    inner = items(state)
    H = tensor(inner[0]) if inner and len(inner) == 1 else None
    if begun == [cases.n, cases.h] and near(H, cases.network(seen["seed"])[1]):
        return None
    came = said(state) if state else said(seen["got"])
    hint = "call the function init_state that was given, and return its state"
    if state and state["kind"] == "error":
        hint = explain_error(str(state["data"]))
    elif begun and begun == [cases.h, cases.n]:
        came = f"init_state was called with {begun}"
        hint = "batch_size comes first, then num_hiddens"
    elif begun and state and state["kind"] == "NoneType":
        hint = "return the state"
    return Complaint(called, came, expected, hint, IN_CODE)
