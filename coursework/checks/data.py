"""Check minibatches, one-hot vectors, and values that are written down."""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

import coursework.checks.cases as cases
from charrnn.corpus import Vocab, clean, read_text
from coursework.checks.feedback import Attempt, call, property_of, require
from coursework.checks.values import hint_for, near, number, state_tensor

TARGETS = "Reading the Novel > Inputs and targets"
VOCABULARY = "Reading the Novel > The vocabulary"
ENCODING = "One-Hot Encoding"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"
FIVE = "The Recurrent Model > Five tensors"
OUTPUTS = "The Recurrent Model > Three checks"
UNTRAINED = "Prediction > An untrained network writes"
LEARNT = "Training > The training"


@property_of("minibatch", "vocabulary", "len(vocab)", VOCABULARY)
def vocabulary(train_iter: Any, vocab: Any, X: Any, Y: Any, seed: int) -> None:
    """Expect 28: the letters, the space, and <unk>."""
    size = call(len, vocab)
    require(size == 28, size)


@property_of("minibatch", "shapes", "the shapes of X and Y", TARGETS)
def shapes(train_iter: Any, vocab: Any, X: Any, Y: Any, seed: int) -> None:
    """Expect two tensors of integers, both (batch_size, num_steps)."""
    whole = all(
        isinstance(Z, Tensor) and not Z.is_floating_point() for Z in (X, Y)
    )
    alike = whole and X.dim() == 2 and X.numel() and X.shape == Y.shape
    require(bool(alike), (X, Y))


@property_of("minibatch", "targets", "the first rows of X and of Y", TARGETS)
def targets(train_iter: Any, vocab: Any, X: Any, Y: Any, seed: int) -> None:
    """Expect text of the novel, and the same one character later."""
    shapes(train_iter, vocab, X, Y, seed)
    novel = clean(read_text())
    names = dict(enumerate(Vocab(novel).idx_to_token))
    rows = [X[0].tolist(), Y[0].tolist()]
    texts = ["".join(names.get(i, "?") for i in row) for row in rows]
    later = torch.equal(X[:, 1:], Y[:, :-1])
    require(later and texts[0] in novel, f"{texts[0]!r}, and {texts[1]!r}")


@property_of("vectors", "shape", "the shape of vectors", ENCODING)
def vectors_shape(vectors: Any, seed: int) -> None:
    """Expect a tensor of shape (2, 28): a row for each index."""
    is_tensor = isinstance(vectors, Tensor)
    require(is_tensor and vectors.shape == (2, 28), vectors)


@property_of("vectors", "values", "the values of vectors", ENCODING)
def vectors_values(vectors: Any, seed: int) -> None:
    """Expect a 1 at (0, 0) and at (1, 2), and zeros everywhere else."""
    vectors_shape(vectors, seed)
    places = [tuple(place) for place in vectors.nonzero().tolist()[:6]]
    right = F.one_hot(torch.tensor([0, 2]), 28)
    require(near(vectors, right), f"numbers that are not zero at {places}")


CALLED = f"one_hot(X, {cases.V}) with X of shape {(cases.n, cases.T)}"
ENCODED = (cases.T, cases.n, cases.V)


def encoded(one_hot: Attempt, seed: int) -> Tensor:
    """Return the vectors of a minibatch; require the right shape."""
    found: Tensor = call(one_hot, cases.indices(seed), cases.V)
    shape = found.shape if isinstance(found, Tensor) else None
    hint = "the transpose is missing: the axis of the steps comes first"
    is_batch_first = shape == (cases.n, cases.T, cases.V)
    require(
        shape == ENCODED,
        found,
        hint if is_batch_first else "",
        expected=f"a tensor of shape {ENCODED}",
    )
    return found


@property_of("one_hot", "shape", CALLED, STEP_FIRST)
def one_hot_shape(one_hot: Attempt, seed: int) -> None:
    """Expect a tensor (num_steps, batch_size, vocab_size)."""
    encoded(one_hot, seed)


@property_of("one_hot", "values", CALLED, STEP_FIRST)
def one_hot_values(one_hot: Attempt, seed: int) -> None:
    """Expect at each step the vectors of a column of X."""
    found, X = encoded(one_hot, seed), cases.indices(seed)
    reshaped = F.one_hot(X, cases.V).reshape(ENCODED)
    hint = "reshape does not transpose, it mixes the rows: swap the axes"
    require(
        near(found, F.one_hot(X.T, cases.V)),
        f"at step 0 the vectors of {found[0].argmax(-1).tolist()}",
        hint_for(found, {hint: reshaped}),
        expected=f"at step 0 the vectors of {X[:, 0].tolist()}, each with a "
        "single 1",
    )


@property_of("one_hot", "dtype", CALLED, STEP_FIRST)
def one_hot_dtype(one_hot: Attempt, seed: int) -> None:
    """Expect a tensor of floating point, float32."""
    found = encoded(one_hot, seed)
    hint = "F.one_hot gives integers, which weights do not multiply: convert"
    require(found.is_floating_point(), found, hint)


@property_of("parameter_shapes", "values", "shapes", FIVE)
def parameter_shapes(shapes: Any, num_hiddens: Any, seed: int) -> None:
    """Expect the shapes of W_xh, W_hh, b_h, W_hq, and b_q, as tuples."""
    h = num_hiddens
    expected = [(28, h), (h, h), (h,), (h, 28), (28,)]
    same = isinstance(shapes, list | tuple) and len(shapes) == 5
    for shape, right in zip(shapes if same else [], expected, strict=False):
        is_shape = isinstance(shape, list | tuple)
        same &= is_shape and tuple(map(number, shape)) == right
    require(same, shapes)


@property_of("output_shapes", "outputs", "the shape of O", OUTPUTS)
def output_shape(small: Any, O: Any, state: Any, h: Any, seed: int) -> None:
    """Expect a row of 28 logits for each of the characters of small."""
    rows = call(torch.numel, small)
    require(isinstance(O, Tensor) and O.shape == (rows, 28), O)


@property_of("output_shapes", "state", "new_state", OUTPUTS)
def state_shape(small: Any, O: Any, state: Any, h: Any, seed: int) -> None:
    """Expect a tuple of one tensor, (batch_size, num_hiddens)."""
    H = state_tensor(state)
    require(H is not None and H.shape == (call(len, small), h), state)


@property_of("untrained", "text", "untrained", UNTRAINED)
def untrained(text: Any, seed: int) -> None:
    """Expect 'traveller', and ten characters after it."""
    begins = isinstance(text, str) and text.startswith("traveller")
    require(begins and len(text) == len("traveller") + 10, repr(text))


@property_of("written", "text", "written", LEARNT)
def written(text: Any, seed: int) -> None:
    """Expect a text of more than 20 characters, with its prefix."""
    has_letters = isinstance(text, str) and text.strip()
    require(bool(has_letters) and len(text) > 20, repr(text))


def perplexities(history: Any) -> list[float | None]:
    """Return the perplexities of a history, a dictionary, or a list."""
    if isinstance(history, dict):
        history = history.get("perplexity")
    found = getattr(history, "perplexity", history)
    if hasattr(found, "tolist"):  # a tensor or an array
        found = found.tolist()
    require(isinstance(found, list | tuple), history)
    return [number(value) for value in found]


@property_of("random", "history", "the perplexities of random", LEARNT)
@property_of("sequential", "history", "the perplexities of sequential", LEARNT)
def training_history(history: Any, seed: int) -> None:
    """Expect two numbers or more, the last lower than the first."""
    found = perplexities(history)
    values = [p for p in found if p is not None and math.isfinite(p)]
    falls = len(values) > 1 and values[-1] < values[0]
    require(falls and len(values) == len(found), found)
