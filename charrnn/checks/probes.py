"""Call an attempt, and say what came of it as plain data.

A probe never judges, and knows no solution: what it returns are numbers,
text, tensors, lists, and dicts, so that an attempt can be called in one
process and judged in another. An error of the attempt is data too. The
first argument after those of the attempt is the seed of the case.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import torch
from torch import Tensor, nn

import charrnn.checks.cases as cases
import charrnn.checks.spies as spies

Data = dict[str, Any]


def plain(value: Any) -> Data:
    """Return a value as data, whatever it is; deep enough for a state."""
    if isinstance(value, Tensor):
        return {
            "kind": "Tensor", "data": value.detach().clone(),
            "requires_grad": value.requires_grad, "is_leaf": value.is_leaf,
            "integer": not value.is_floating_point(),
        }  # fmt: skip
    if hasattr(value, "tolist") and not isinstance(value, type):  # of NumPy
        value = value.tolist()
    kind = type(value).__name__
    if isinstance(value, tuple | list | nn.ParameterList):
        return {"kind": kind, "items": [plain(item) for item in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return {"kind": kind, "data": value}
    return {"kind": kind}


def call(function: Callable[..., Any], *arguments: Any) -> Data:
    """Return the result of a call as data, or the error that it raised."""
    try:
        with silence():
            return plain(function(*arguments))
    except Exception as error:
        return {"kind": "error", "data": f"{type(error).__name__}: {error}"}


@contextmanager
def silence() -> Iterator[None]:
    """Keep what is printed and drawn from the reader for a while."""
    try:
        from IPython.utils.capture import capture_output
    except ModuleNotFoundError:
        with redirect_stdout(io.StringIO()):
            yield
    else:
        with capture_output():
            yield


def minibatch(
    train_iter: Any, vocab: Any, X: Any, Y: Any, seed: int = 0
) -> Data:
    """Look at the vocabulary and at a minibatch."""
    size = call(len, vocab)
    return {"seed": seed, "size": size, "X": plain(X), "Y": plain(Y)}


def value(*values: Any, seed: int = 0) -> Data:
    """Look at the values of variables."""
    return {"seed": seed, "values": [plain(found) for found in values]}


def history(found: Any, seed: int = 0) -> Data:
    """Look at what a training recorded."""
    return {"seed": seed, "perplexity": plain(perplexities(found))}


def perplexities(found: Any) -> Any:
    """Return the perplexities of a history, or the list that it is."""
    if isinstance(found, dict):
        return found.get("perplexity", found)
    found = getattr(found, "perplexity", found)
    return found.tolist() if isinstance(found, Tensor) else found


def one_hot(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Encode the indices of a minibatch."""
    return {"seed": seed, "got": call(attempt, cases.indices(seed), cases.V)}


def get_params(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Draw parameters, large enough for their statistics."""
    return {"seed": seed, "got": call(attempt, 30, 50)}


def init_rnn_state(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Begin a state."""
    return {"seed": seed, "got": call(attempt, cases.n, cases.h)}


def rnn(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Run a network over several steps, and over one, and differentiate."""
    inputs, H, params = cases.network(seed)

    def gradients() -> list[Tensor | None]:
        O, (last,) = attempt(inputs, (H,), params)
        outputs, states = cases.weights(seed)
        total = (O * outputs).sum() + (last * states).sum()
        return list(torch.autograd.grad(total, params, allow_unused=True))

    return {
        "seed": seed,
        "got": call(attempt, inputs, (H,), params),
        "one_step": call(attempt, inputs[:1], (H,), params),
        "gradients": call(gradients),
    }


def model_class(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Make a model of functions that note how they are called."""
    X, (_, begun, made) = cases.indices(seed), cases.network(seed)
    O, after = (result.requires_grad_() for result in cases.weights(seed))
    H = (begun + 1).requires_grad_()
    seen: Data = {"made": [], "forward": []}

    def get_params(
        vocab_size: int, num_hiddens: int, *_: Any, **__: Any
    ) -> list[Tensor]:
        seen["made"].append([int(vocab_size), int(num_hiddens)])
        return made

    def init_state(
        batch_size: int, num_hiddens: int, *_: Any, **__: Any
    ) -> tuple[Tensor]:
        seen["begun"] = [int(batch_size), int(num_hiddens)]
        return (begun,)

    def forward(
        inputs: Tensor, state: tuple[Tensor], params: list[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        seen["forward"].append({
            "inputs": plain(inputs), "state": plain(state),
            "params": plain(list(params)),
        })  # fmt: skip
        return O, (after,)

    def make_and_call() -> Any:
        sizes = cases.V, cases.h
        model = attempt(*sizes, get_params, init_state, forward)
        seen["params"] = plain(params_of(model))
        seen["state"] = call(model.begin_state, cases.n)
        seen["result"] = call(model, X, (H,))
        return None

    got = call(make_and_call)
    return seen | {"seed": seed, "got": got}


def params_of(model: Any) -> Any:
    """Return the parameters of a model, under whatever name they are kept."""
    if hasattr(model, "params"):
        return model.params
    made = getattr(model, "parameters", None)
    return list(made()) if made else None


def predict_rnn(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Let a text be continued, by a model that notes what it reads."""
    events: spies.Events = []
    vocab = cases.vocab()
    model = spies.Reader(len(vocab), events)
    prefix = cases.prefix(seed)
    got = call(attempt, prefix, cases.NUM_PREDICTS, model, vocab)
    read = list(events)
    nothing = call(attempt, prefix, 0, model, vocab)
    return {"seed": seed, "got": got, "read": read, "nothing": nothing}


def grad_clipping(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Clip gradients that are too long, and some that are not."""
    gradients = cases.gradients(seed)
    length = torch.cat([g.flatten() for g in gradients]).norm().item()
    seen: Data = {"seed": seed}
    for name, theta in (("long", length / 3), ("short", length * 2)):
        model = spies.Holder(gradients)
        returned = call(attempt, model, theta)
        seen[name] = {
            "returned": returned,
            "gradients": plain(spies.gradients_of(model.params)),
            "params": plain(model.params),
        }
    return seen


def train_epoch_rnn(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Train epochs, each for another thing to be seen.

    The state is carried in one of them only, so that a mistake there spoils
    no other. No step is taken, so that a minibatch has the same gradients
    each time: short ones if the logits are flat, long ones if they are steep.
    """
    same, uneven = (
        cases.batches(seed, 4) * 3,
        cases.batches(seed, *cases.UNEVEN),
    )
    return {
        "seed": seed,
        "carried": epoch(attempt, seed, uneven, False),
        "reset": epoch(attempt, seed, uneven, True),
        "flat": epoch(attempt, seed, same, True, scale=cases.FLAT),
        "steep": epoch(attempt, seed, same, True, scale=cases.STEEP),
        "flat optimiser": optimised(attempt, seed, same, cases.FLAT),
        "steep optimiser": optimised(attempt, seed, same, cases.STEEP),
    }


def epoch(
    attempt: Callable[..., Any],
    seed: int,
    batches: list[tuple[Tensor, Tensor]],
    use_random_iter: bool,
    *,
    scale: float = 1.0,
) -> Data:
    """Train an epoch without taking a step, and return what happened."""
    events: spies.Events = []
    model = spies.Recorder(seed, events, scale)
    updater = spies.Updater(model.params, events)
    loss = spies.Loss(events)
    got = call(attempt, model, batches, loss, updater, use_random_iter)
    last = plain(spies.gradients_of(model.params))
    return {"got": got, "events": events, "last": last}


def optimised(
    attempt: Callable[..., Any],
    seed: int,
    batches: list[tuple[Tensor, Tensor]],
    scale: float,
) -> Data:
    """Train an epoch of a module by an optimiser, which takes no step."""
    events: spies.Events = []
    model = spies.Module(seed, events, scale)
    updater = spies.Optimizer(model.params, events)
    got = call(attempt, model, batches, spies.Loss(events), updater, True)
    last = plain(spies.gradients_of(model.params))
    return {"got": got, "events": events, "last": last}


def train_rnn(attempt: Callable[..., Any], seed: int = 0) -> Data:
    """Train for some epochs, with the state carried and with it reset."""
    return {
        "seed": seed,
        "carried": training(attempt, seed, False),
        "reset": training(attempt, seed, True),
    }


def training(
    attempt: Callable[..., Any], seed: int, use_random_iter: bool
) -> Data:
    """Train on one minibatch again and again, and return what happened."""
    events: spies.Events = []
    model = spies.Recorder(seed, events, cases.LEARNT)
    vocab = cases.vocab()
    batches, kept = cases.batches(seed, 8) * cases.STEPS, []

    def train() -> None:
        sizes = cases.LR, cases.NUM_EPOCHS
        kept.append(attempt(model, batches, vocab, *sizes, use_random_iter))

    got = call(train)
    return {
        "got": got,
        # What is read one row at a time is read to predict, not to train.
        "events": [event for event in events if len(event["X"]) == 2],
        "history": plain(perplexities(kept[0] if kept else None)),
    }


PROBES: dict[str, Callable[..., Data]] = {
    "minibatch": minibatch,
    "vectors": value,
    "one_hot": one_hot,
    "get_params": get_params,
    "parameter_shapes": value,
    "init_rnn_state": init_rnn_state,
    "rnn": rnn,
    "RNNModelScratch": model_class,
    "output_shapes": value,
    "predict_rnn": predict_rnn,
    "untrained": value,
    "grad_clipping": grad_clipping,
    "train_epoch_rnn": train_epoch_rnn,
    "train_rnn": train_rnn,
    "sequential": history,
    "random": history,
    "written": value,
}
