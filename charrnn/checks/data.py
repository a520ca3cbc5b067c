"""Judge minibatches, one-hot vectors, and what is written down as values."""

import math
from collections.abc import Callable

import torch
from torch.nn import functional as F

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Property, Seen
from charrnn.checks.words import (
    items,
    near,
    no_result,
    number_of,
    said,
    tensor,
)
from charrnn.corpus import Vocab, clean, read_text

TARGETS = "Reading the Novel > Inputs and targets"
VOCABULARY = "Reading the Novel > The vocabulary"
ENCODING = "One-Hot Encoding"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"
SHAPES = "Parameters > Shapes and count"
OUTPUTS = "The Recurrent Model > Three checks"
UNTRAINED = "Prediction > An untrained network writes"
LEARNT = "Training > The first training"


def vocabulary(seen: Seen) -> Complaint | None:
    """Hold that the vocabulary is that of the novel."""
    if seen["size"].get("data") == 28:
        return None
    return Complaint(
        "len(vocab)", said(seen["size"]),
        "28: the letters, the space, and <unk>",
        "vocab is the second value that load_data_time_machine returns",
        VOCABULARY,
    )  # fmt: skip


def minibatch_shapes(seen: Seen) -> Complaint | None:
    """Hold that inputs and targets are indices of one shape."""
    X, Y = tensor(seen["X"]), tensor(seen["Y"])
    shapes = [None if Z is None else tuple(Z.shape) for Z in (X, Y)]
    whole = all(seen[name].get("integer") for name in "XY")
    is_one = X is not None and X.dim() == 2 and X.numel() > 0
    if is_one and whole and shapes[0] == shapes[1]:
        return None
    return Complaint(
        "the shapes of X and Y", f"{said(seen['X'])}, and {said(seen['Y'])}",
        "two tensors of integers, both (batch_size, num_steps)",
        "one pass over train_iter gives pairs (X, Y); take the first",
        TARGETS,
    )  # fmt: skip


def minibatch_targets(seen: Seen) -> Complaint | None:
    """Hold that the targets are the inputs one character later."""
    if complaint := minibatch_shapes(seen):
        return complaint
    X, Y = seen["X"]["data"], seen["Y"]["data"]
    row = "".join(map(vocabulary_of_novel(), X[0].tolist()))
    if torch.equal(X[:, 1:], Y[:, :-1]) and row in clean(read_text()):
        return None
    return Complaint(
        "the rows of X and of Y", f"X begins with {row!r}",
        "text of the novel, and Y the same text one character later",
        "take X and Y as train_iter gives them, in this order", TARGETS,
    )  # fmt: skip


def vocabulary_of_novel() -> Callable[[int], str]:
    """Return how the indices of the novel become characters."""
    tokens = Vocab(clean(read_text())).idx_to_token
    return lambda index: tokens[index] if 0 <= index < len(tokens) else "?"


def vectors(seen: Seen) -> Complaint | None:
    """Hold the shape of two one-hot vectors."""
    (value,) = seen["values"]
    found = tensor(value)
    if found is not None and found.shape == (2, 28):
        return None
    return Complaint(
        "the shape of vectors", said(value),
        "a tensor (2, 28): a vector for each index, a component a symbol",
        "F.one_hot needs both indices in one tensor, and len(vocab)",
        ENCODING,
    )  # fmt: skip


def vector_values(seen: Seen) -> Complaint | None:
    """Hold that the vectors are those of the indices 0 and 2."""
    if complaint := vectors(seen):
        return complaint
    found = seen["values"][0]["data"]
    if near(found, F.one_hot(torch.tensor([0, 2]), 28)):
        return None
    ones = [tuple(place) for place in found.nonzero().tolist()[:6]]
    return Complaint(
        "where vectors is not zero", f"at {ones}",
        "a 1 at (0, 0) and at (1, 2), and zeros everywhere else",
        "the first vector stands for index 0, the second for index 2",
        ENCODING,
    )  # fmt: skip


ONE_HOT = f"one_hot(X, {cases.V}) with X of shape {(cases.n, cases.T)}"
ENCODED = (cases.T, cases.n, cases.V)


def one_hot_shape(seen: Seen) -> Complaint | None:
    """Hold that a minibatch is encoded step first."""
    expected = f"a tensor {ENCODED}: (num_steps, batch_size, vocab_size)"
    if failed := no_result(seen["got"], ONE_HOT, expected, STEP_FIRST):
        return failed
    found = tensor(seen["got"])
    if found is not None and found.shape == ENCODED:
        return None
    hint = "print the shape after each operation, and compare it with this one"
    if found is not None and found.shape == (cases.n, cases.T, cases.V):
        hint = (
            "the transpose is missing: the loop of the network walks along "
            "the first axis, which has to be that of the steps"
        )
    elif found is not None and found.shape[-1:] != (cases.V,):
        hint = "the last axis has a component for each symbol of vocab_size"
    return Complaint(ONE_HOT, said(seen["got"]), expected, hint, STEP_FIRST)


def one_hot_values(seen: Seen) -> Complaint | None:
    """Hold that each vector is that of its index."""
    if complaint := one_hot_shape(seen):
        return complaint
    found, X = seen["got"]["data"].double(), cases.indices(seen["seed"])
    encoded = F.one_hot(X, cases.V).double()  # (n, T, V)
    if near(found, encoded.transpose(0, 1)):
        return None
    hint = "each vector has a single 1, at the index of its character"
    if near(found, encoded.reshape(ENCODED)):
        hint = (
            "reshape does not transpose: it counts the entries off in their "
            "old order, and mixes the rows; swap the axes instead"
        )
    return Complaint(
        ONE_HOT, f"at step 0 the indices {found[0].argmax(-1).tolist()}",
        f"at step 0 the first column of X, {X[:, 0].tolist()}", hint,
        STEP_FIRST,
    )  # fmt: skip


def one_hot_dtype(seen: Seen) -> Complaint | None:
    """Hold that the vectors can be multiplied by weights."""
    if complaint := one_hot_shape(seen):
        return complaint
    if not seen["got"]["integer"]:
        return None
    return Complaint(
        ONE_HOT, said(seen["got"]), "numbers of floating point, float32",
        "F.one_hot returns integers, which no matrix of weights can be "
        "multiplied by: convert them",
        STEP_FIRST,
    )  # fmt: skip


def parameter_shapes(seen: Seen) -> Complaint | None:
    """Hold the five shapes that were written down."""
    value, size = seen["values"]
    h = size.get("data")
    expected = [(28, h), (h, h), (h,), (h, 28), (28,)]
    if [numbers(item) for item in items(value) or []] == expected:
        return None
    hint = (
        "a matrix has as many rows as what it is multiplied from the left "
        "has columns: which of V and h is it?"
    )
    if any(item["kind"] == "Tensor" for item in items(value) or []):
        hint = "these are the parameters: keep the shape of each, as a tuple"
    return Complaint(
        "shapes", said(value),
        "five tuples, of W_xh, W_hh, b_h, W_hq, and b_q", hint, SHAPES,
    )  # fmt: skip


def numbers(value: Seen) -> tuple[float | None, ...]:
    """Return the numbers of a tuple or a list."""
    return tuple(number_of(item) for item in items(value) or [])


def output_shape(seen: Seen) -> Complaint | None:
    """Hold the shape of the outputs of a minibatch."""
    X, O, *_ = map(tensor, seen["values"])
    if X is not None and O is not None and O.shape == (X.numel(), 28):
        return None
    return Complaint(
        "the shape of O", said(seen["values"][1]),
        "a row of 28 logits for each of the characters of X",
        "call the model with X and a state: O, new_state = net(X, state)",
        OUTPUTS,
    )  # fmt: skip


def state_shape(seen: Seen) -> Complaint | None:
    """Hold the shape of the state after a minibatch."""
    X, h = tensor(seen["values"][0]), seen["values"][3].get("data")
    state = items(seen["values"][2])
    H = tensor(state[0]) if state and len(state) == 1 else None
    if X is not None and H is not None and H.shape == (len(X), h):
        return None
    return Complaint(
        "new_state", said(seen["values"][2]),
        "a tuple of one tensor, (batch_size, num_hiddens)",
        "the model returns the outputs first, and then the state",
        OUTPUTS,
    )  # fmt: skip


def untrained(seen: Seen) -> Complaint | None:
    """Hold that the text is a prefix and ten characters."""
    text = seen["values"][0].get("data")
    expected = len("traveller") + 10
    if str(text).startswith("traveller") and len(str(text)) == expected:
        return None
    return Complaint(
        "untrained", said(seen["values"][0]),
        "'traveller', and ten characters after it, which mean nothing",
        'call predict_rnn with "traveller", 10, the network, and vocab',
        UNTRAINED,
    )  # fmt: skip


def training_history(name: str) -> Property:
    """Return the property that a training of this name has learnt."""

    def history(seen: Seen) -> Complaint | None:
        """Hold that the perplexity fell."""
        found = numbers(seen["perplexity"])
        values = [p for p in found if p is not None]
        finite = len(values) == len(found) and all(map(math.isfinite, values))
        if len(values) > 1 and finite and values[-1] < values[0]:
            return None
        hint = "keep what train_rnn returns, and train a network that is new"
        if len(values) == 1:
            hint = "train for more than one epoch, so that it can fall"
        return Complaint(
            f"the perplexities of {name}", said(seen["perplexity"]),
            "perplexities, and the last one lower than the first",
            hint, LEARNT,
        )  # fmt: skip

    return history


def written(seen: Seen) -> Complaint | None:
    """Hold that a network wrote something."""
    text = seen["values"][0].get("data")
    if isinstance(text, str) and len(text) > 20 and text.strip():
        return None
    return Complaint(
        "written", said(seen["values"][0]),
        "a text: a prefix of your choice, and what the network adds to it",
        "call predict_rnn with the trained network, and keep what it returns",
        LEARNT,
    )  # fmt: skip
