"""Checks of data and of values accept right ones, and explain wrong ones."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from shared.lab import accept, namespace, refuse
from torch.nn import functional as F

import charrnn
from charrnn import model
from charrnn.corpus import load_data_time_machine
from coursework.checks import evaluate


def table(rows):
    """Give each row of a table its first entry as its name."""
    return [pytest.param(*row, id=mistake) for mistake, *row in rows]


# Minibatches

ITER, VOCAB = load_data_time_machine(4, 6, max_tokens=2000)
X, Y = next(iter(load_data_time_machine(4, 6)[0]))
RIGHT = {
    "train_iter": ITER, "vocab": VOCAB, "X": X, "Y": Y,
    "batch_size": 4, "num_steps": 6,
}  # fmt: skip


def test_minibatches_of_any_size_and_order_pass():
    for size in [(4, 6), (1, 6), (4, 1), (1, 1), (32, 35), (2, 200)]:
        batches, vocab = load_data_time_machine(*size)
        first = next(iter(batches))
        accept("minibatch", batches, vocab, *first, *size, seeds=1)
    batches = list(ITER)  # an own list of minibatches
    accept("minibatch", batches, VOCAB, X.int(), Y.int(), 4, 6)


BATCHES, _ = load_data_time_machine(6, 4)
SWAPPED = dict(zip("XY", next(iter(BATCHES)), strict=True))
LETTERS = charrnn.Vocab("etaoin")
BACK = {"X": Y, "Y": X}
MINIBATCHES = [
    ("swapped sizes", SWAPPED | {"train_iter": BATCHES},
     {"shapes": "changed places"}),
    ("no train_iter", {"train_iter": None}, {"again": "None"}),
    ("one pass", {"train_iter": iter(ITER)}, {"again": "an iterator"}),
    ("exhausted", {"train_iter": iter([])}, {"again": "an iterator"}),
    ("a generator", {"train_iter": (pair for pair in ITER)},
     {"again": "an iterator"}),
    ("empty", {"train_iter": []}, {"again": ""}),
    ("the minibatch as train_iter", {"train_iter": (X, Y)}, {"again": ""}),
    ("typed", {"X": [[3]], "Y": [[5]], "train_iter": [([[3]], [[5]])]},
     {"shapes": "", "text": "", "again": ""}),
    ("typed tensors", {"X": torch.tensor([[3]]), "Y": torch.tensor([[27]]),
                       "train_iter": [(torch.ones(1, 1),) * 2]},
     {"shapes": "", "text": "", "again": ""}),
    ("the last minibatch", dict(zip("XY", [*ITER][-1], strict=True)),
     {"text": "not the first"}),
    ("swapped", BACK, {"text": "another piece"}),
    ("the same", {"Y": X}, {"text": ""}),
    ("rolled", {"Y": X.roll(-1, 1)}, {"text": ""}),
    ("the next row", {"Y": Y.roll(1, 0)}, {"text": "another piece"}),
    ("a wrong last row", {"X": X.clone().index_fill_(0, torch.tensor(3), 9)},
     {"text": ""}),
    ("unknown symbols", {"X": X + 28, "Y": Y + 28}, {"text": ""}),
    ("floats", {"X": X.float()}, {"shapes": ""}),
    ("the last target only", {"Y": Y[:, -1]}, {"shapes": "", "text": ""}),
    ("another vocabulary", {"vocab": LETTERS}, {"vocabulary": ""}),
    ("letters without space", {"vocab": charrnn.Vocab("etaoinshrdlu")},
     {"vocabulary": ""}),
    ("train_iter and vocab swapped", {"train_iter": VOCAB, "vocab": ITER},
     {"vocabulary": "", "again": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "because"), table(MINIBATCHES))
def test_wrong_minibatches_are_refused(changed, because):
    refuse("minibatch", *(RIGHT | changed).values(), because=because)


# One-hot vectors

TWO = torch.tensor([0, 2])


@pytest.mark.parametrize("dtype", [torch.int64, torch.float64, torch.bool])
def test_vectors_pass(dtype):
    accept("vectors", F.one_hot(TWO, 28).to(dtype))
    accept("vectors", torch.eye(28)[[0, 2]].to(dtype))


VECTORS = [
    ("no size", F.one_hot(TWO), {"shape": "the larger"}),
    ("turned", F.one_hot(TWO, 28).T, {"shape": "", "values": ""}),
    ("an axis more", F.one_hot(TWO[None], 28), {"shape": "", "values": ""}),
    ("one vector", F.one_hot(TWO, 28).sum(0), {"shape": "", "values": ""}),
    ("indices", TWO, {"shape": "", "values": ""}),
    ("indices 1 and 3", F.one_hot(TWO + 1, 28), {"values": ""}),
    ("in other order", F.one_hot(TWO.flip(0), 28), {"values": ""}),
    ("all", torch.eye(28), {"shape": "", "values": ""}),
    ("none", None, {"shape": "", "values": ""}),
]


@pytest.mark.parametrize(("vectors", "because"), table(VECTORS))
def test_wrong_vectors_are_refused(vectors, because):
    refuse("vectors", vectors, because=because)


def by_scatter(X, vocab_size):
    vectors = torch.zeros(*X.T.shape, vocab_size, dtype=torch.float64)
    return vectors.scatter_(2, X.T[..., None], 1)


ONE_HOTS = [
    ("package", model.one_hot), ("lab", namespace()["one_hot"]),
    ("scatter", by_scatter),
    ("eye", lambda X, V: torch.eye(V)[X.T]),
    ("permute", lambda X, V: F.one_hot(X, V).permute(1, 0, 2).float()),
    ("stack", lambda X, V: torch.stack([F.one_hot(x, V) * 1.0 for x in X.T])),
    ("compare", lambda X, V: (X.T[:, :, None] == torch.arange(V)).half()),
]  # fmt: skip


@pytest.mark.parametrize("attempt", table(ONE_HOTS))
def test_one_hot_in_any_style_passes(attempt):
    accept("one_hot", attempt)


WRONG_ONE_HOTS = [
    ("no transpose", lambda X, V: F.one_hot(X, V).float(),
     {"order": "rows are the first"}),
    ("reshape", lambda X, V: F.one_hot(X, V).reshape(*X.T.shape, V).float(),
     {"values": "mixes"}),
    ("reshaped X", lambda X, V: F.one_hot(X.reshape(X.T.shape), V).float(),
     {"values": "mixes"}),
    ("int", lambda X, V: F.one_hot(X.T, V), {"dtype": "integers"}),
    ("no size", lambda X, V: F.one_hot(X.T).float(),
     {"values": "largest index"}),
    ("28", lambda X, V: F.one_hot(X.T, 28).float(), {"values": "novel"}),
    ("no size, no transpose", lambda X, V: F.one_hot(X).float(),
     {"values": "largest index", "order": "rows"}),
    ("a size too many", lambda X, V: F.one_hot(X.T, V + 1).float(),
     {"values": ""}),
    ("squeezed", lambda X, V: F.one_hot(X.T, V).squeeze().float(),
     {"order": ""}),
    ("flat", lambda X, V: F.one_hot(X.T, V).flatten(0, 1).float(),
     {"order": ""}),
    ("unsqueezed", lambda X, V: F.one_hot(X.T, V).reshape(-1, 1, V).float(),
     {"order": ""}),
    ("symbols first", lambda X, V: F.one_hot(X, V).float().T,
     {"order": "", "values": ""}),
    ("steps last", lambda X, V: F.one_hot(X, V).permute(0, 2, 1).float(),
     {"order": "", "values": ""}),
    ("bool", lambda X, V: F.one_hot(X.T, V).bool(), {"dtype": ""}),
    ("X + 1", lambda X, V: F.one_hot(X.T + 1, V).float(), {"values": ""}),
    ("last step", lambda X, V: F.one_hot(X[:, -1:].T, V).float(),
     {"order": "", "values": ""}),
    ("indices", lambda X, V: X.T.float(), {"order": "", "values": ""}),
    ("nothing returned", lambda X, V: X.sum() and None,
     {"order": "", "values": "", "dtype": ""}),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:The use of `x.T` on tensors")
@pytest.mark.parametrize(("attempt", "because"), table(WRONG_ONE_HOTS))
def test_wrong_one_hot_is_refused(attempt, because):
    refuse("one_hot", attempt, because=because)


# Shapes

SHAPES = [(28, 64), (64, 64), (64,), (64, 28), (28,)]


def test_shapes_of_any_type_pass():
    params = charrnn.get_params(28, 64)
    accept("parameter_shapes", SHAPES, 64)
    accept("parameter_shapes", [list(shape) for shape in SHAPES], 64)
    accept("parameter_shapes", tuple(param.shape for param in params), 64)
    accept("output_shapes", (10, 28), (2, 64), 64)
    accept("output_shapes", torch.zeros(10, 28).shape, [2, 64], 64)


ONE_TOO_MANY = [s if len(s) > 1 else (1, *s) for s in SHAPES]
PARAMETERS = [
    ("biases (1, h)", ONE_TOO_MANY, "one axis"),
    ("V and h swapped", [(64, 28), (28, 28), (28,), (28, 64), (64,)],
     "changed places"),
    ("as in nn.Linear", [shape[::-1] for shape in SHAPES], "swapped"),
    ("W_hq turned", [*SHAPES[:3], (28, 64), (28,)], ""),
    ("no comma", [*SHAPES[:2], 64, (64, 28), 28], "comma"),
    ("biases last", [SHAPES[k] for k in (0, 1, 3, 2, 4)], ""),
    ("W_hh first", [SHAPES[k] for k in (1, 0, 2, 3, 4)], ""),
    ("wrong vocabulary", [(26, 64), *SHAPES[1:]], ""),
    ("no b_q", SHAPES[:4], ""), ("None", None, ""),
    ("parameters", charrnn.get_params(28, 64), ""),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "hint"), table(PARAMETERS))
def test_wrong_shapes_of_parameters_are_refused(shapes, hint):
    refuse("parameter_shapes", shapes, 64, because={"values": hint})


WRONG_OUTPUTS = [
    ("one row", (5, 28), (2, 64), {"outputs": "one row"}),
    ("the last step", (2, 28), (2, 64), {"outputs": "one step"}),
    ("h wide", (10, 64), (2, 64), {"outputs": ""}),
    ("three axes", (2, 5, 28), (2, 64), {"outputs": "two axes"}),
    ("stacked", (5, 2, 28), (2, 64), {"outputs": ""}),
    ("a row for each step", (10, 28), (5, 64), {"state": "for each step"}),
    ("turned", (10, 28), (64, 2), {"state": ""}),
    ("as in nn.RNN", (10, 28), (1, 2, 64), {"state": ""}),
    ("the tuple itself", (10, 28), ((2, 64),), {"state": ""}),
    ("in other order", (2, 64), (10, 28), {"state": "", "outputs": ""}),
    ("numbers", 280, 128, {"state": "", "outputs": ""}),
]


@pytest.mark.parametrize(("output", "state", "because"), table(WRONG_OUTPUTS))
def test_wrong_shapes_of_outputs_are_refused(output, state, because):
    refuse("output_shapes", output, state, 64, because=because)


# Networks


def begin(num_hiddens=32, seed=0):
    """Return an untrained network of the lab."""
    lab = namespace()
    torch.manual_seed(seed)
    parts = lab["get_params"], lab["init_rnn_state"], lab["rnn"]
    return lab["RNNModelScratch"](28, num_hiddens, *parts)


@cache
def train(num_epochs=5, size=(8, 20), h=32, lr=1.0, is_random=False):
    """Return a network, its minibatches, and its history, of the lab."""
    lab = namespace()
    lab |= {"tqdm": iter, "report_training": lambda *_: None}
    train_rnn = lab["train_rnn"]
    net = begin(h)
    batches, vocab = load_data_time_machine(*size, is_random, 2000)
    history = train_rnn(net, batches, vocab, lr, num_epochs, is_random)
    return SimpleNamespace(net=net, batches=batches, history=history)


SETTINGS = [
    {"num_epochs": 1}, {"num_epochs": 20}, {"h": 64}, {"lr": 0.1},
    {"lr": 3.0}, {"size": (1, 35)}, {"size": (32, 35)}, {"size": (4, 5)},
    {"num_epochs": 60, "h": 64},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_any_training_passes(settings):
    in_order, at_random = train(**settings), train(**settings, is_random=True)
    first = in_order.history, in_order.net
    accept("sequential", *first, in_order.batches, seeds=1)
    second = at_random.history, at_random.net, at_random.batches
    accept("sampled", *second, *first, seeds=1)


def test_histories_of_other_types_pass():
    done = train()
    for kind in (tuple, torch.tensor, np.array):
        accept("sequential", kind(done.history), done.net, done.batches)
    history = charrnn.History(1.0, done.history)
    accept("sequential", history, done.net, list(done.batches))


NEW = begin()
NAN = float("nan")
REAL = train().history
HISTORIES = [
    ("typed", [2, 1], NEW), ("untrained", REAL, NEW),
    ("near", [27.0, 26.0], NEW), ("below 1", [*REAL, 0.9], None),
    ("NaN", [*REAL, NAN], None), ("NaN first", [NAN, *REAL], None),
    ("rising", [REAL[-1], 24.0], None), ("reversed", REAL[::-1], None),
    ("losses", np.log(REAL), None), ("nothing", [], None),
    ("pairs", [(p, 9e3) for p in REAL], None), ("None", None, None),
    ("speeds", [9e3, 9e3], None), ("text", ["24", "17"], None),
    ("an epoch more", [*REAL, 9.0], None), ("no network", REAL, "net"),
]  # fmt: skip


@pytest.mark.parametrize(("history", "net"), table(HISTORIES))
def test_wrong_histories_are_refused(history, net):
    done = train()
    attempt = history, net or done.net, done.batches
    refuse("sequential", *attempt, because={"training": ""})


def test_steps_that_are_too_small_are_refused():
    done = train(lr=1e-6)
    attempt = done.history, done.net, done.batches
    refuse("sequential", *attempt, because={"training": ""})


def test_a_second_training_is_another_one():
    first, second = train(), train(is_random=True)
    own = second.history, second.net, second.batches
    others = first.history, first.net
    in_order = second.history, second.net, first.batches
    refuse("sampled", *in_order, *others, because={"apart": ""})
    copied = first.history, second.net, second.batches
    refuse("sampled", *copied, *others, because={"apart": ""})
    same = second.history, second.net, second.batches
    refuse("sampled", *same, first.history, second.net, because={"apart": ""})
    accept("sampled", *own, *others)


def test_a_training_in_order_refuses_minibatches_at_random():
    batches, _ = load_data_time_machine(8, 20, True, 2000)
    with pytest.raises(ValueError, match="loaded with the opposite"):
        namespace()["train_rnn"](begin(), batches, VOCAB, 1.0, 1)


# Texts


def write(net, prefix, number):
    return namespace()["predict_rnn"](prefix, number, net, VOCAB)


def test_what_a_network_writes_passes():
    for seed in range(20):
        net = begin(seed=seed)
        accept("untrained", write(net, "traveller", 10), net, VOCAB, seeds=1)
    text = charrnn.predict_rnn("traveller", 10, NEW, VOCAB)
    accept("untrained", text, NEW, VOCAB)
    net = train(20).net
    for prefix in ("the time traveller", "Time", "x" * 30):
        accept("written", write(net, prefix, 20), net, VOCAB)
    accept("written", charrnn.predict_rnn("time", 50, net, VOCAB), net, VOCAB)


ODD = {"prefix": "", "text": ""}
TEXTS = [
    ("typed", "traveller for so it", {"text": ""}),
    ("too short", write(NEW, "traveller", 9), ODD),
    ("too long", write(NEW, "traveller", 11), {"prefix": ""}),
    ("another prefix", write(NEW, "travelled", 10), {"prefix": ""}),
    ("another network", write(begin(seed=1), "traveller", 10), {"text": ""}),
    ("the prefix", "traveller", ODD), ("characters", list("traveller"), ODD),
    ("None", None, ODD), ("nothing", "", ODD),
]  # fmt: skip


@pytest.mark.parametrize(("text", "because"), table(TEXTS))
def test_a_wrong_text_of_an_untrained_network_is_refused(text, because):
    refuse("untrained", text, NEW, VOCAB, because=because)


def test_a_wrong_text_of_a_trained_network_is_refused():
    net = train(20).net
    typed = "the time traveller for so it will be convenient"
    refuse("written", typed, net, VOCAB, because={"text": ""})
    text = write(NEW, "the time traveller", 50)
    refuse("written", text, net, VOCAB, because={"text": ""})
    for text in (None, "", 3, [*typed], write(net, "time", 2)):
        refuse("written", text, net, VOCAB, because={"text": ""})


VALUES = {
    "minibatch": 6, "vectors": 1, "parameter_shapes": 2, "output_shapes": 3,
    "untrained": 3, "sequential": 3, "sampled": 5, "written": 3,
}  # fmt: skip
ODD_VALUES = None, torch.eye(3), np.eye(3), 1j, "text", [], {}


@pytest.mark.parametrize("odd", ODD_VALUES)
def test_odd_values_are_refused(odd):
    for check, number in VALUES.items():
        found = evaluate(check, *[odd] * number)
        assert not found.passed, found
    assert not evaluate("one_hot", lambda *_: odd).passed


def test_any_text_that_is_written_differs_where_the_feedback_says():
    found = evaluate("untrained", "travellerabcdefghij", NEW, VOCAB).first
    assert (found.what, found.got) == (
        "the last ten characters",
        "'abcdefghij'",
    )
    right = write(NEW, "traveller", 1)[-1]
    assert found.expected[1] == right
