"""Check minibatches, one-hot vectors, and what a notebook has computed."""

from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

import coursework.checks.cases as cases
from charrnn.corpus import Vocab, clean, read_text
from coursework.checks.feedback import call, expect, property_of, require
from coursework.checks.values import Words, hint_for, near, number

TARGETS = "Reading the Novel > Inputs and targets"
VOCABULARY = "Reading the Novel > The vocabulary"
VECTORS = "One-Hot Encoding"
STEP_FIRST = "One-Hot Encoding > A minibatch, step first"
FIVE = "The Recurrent Model > Five tensors"
OUTPUTS = "The Recurrent Model > Three checks"
WRITE = "Prediction > Read first, then write"
LEARNT = "Training > The training"
STRATEGIES = "State Clinic > Two strategies"
ONE_HOT = f"one_hot(X, {cases.V})"


@cache
def novel() -> str:
    """Return the cleaned text of the corpus."""
    return clean(read_text())


@cache
def names() -> list[str]:
    """Return the symbols of the novel, by their index."""
    return Vocab(novel()).idx_to_token


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of a tensor, or None."""
    return tuple(value.shape) if isinstance(value, Tensor) else None


def ones(tensor: Tensor) -> dict[tuple[int, ...], Any]:
    """Return the entries that are not 0, by their places."""
    return {tuple(p): tensor[*p].item() for p in tensor.nonzero().tolist()}


@property_of("minibatch", "vocabulary", "vocab", VOCABULARY)
def vocabulary(_: Any, vocab: Any, *rest: Any) -> None:
    """The vocabulary has the symbols of the novel, and one for the unknown."""
    expect("len(vocab)", call(len, vocab), len(names()))


@property_of("minibatch", "shapes", "X, Y", TARGETS)
def shapes(_: Any, vocab: Any, X: Any, Y: Any, *rest: Any) -> None:
    """X and Y hold integers in batch_size rows and num_steps columns."""
    right = rest[:2]
    hints = {"batch_size and num_steps have changed places": right[::-1]}
    for name, Z in ("X", X), ("Y", Y):
        shape = shape_of(Z)
        expect(f"{name}.shape", shape, right, hint_for(shape, hints))
        expect(f"{name}.is_floating_point()", Z.is_floating_point(), False)


@property_of("minibatch", "text", "X, Y", TARGETS)
def text(_: Any, vocab: Any, X: Any, Y: Any, *rest: Any) -> None:
    """X is the first minibatch of the novel, and Y is X a character later."""
    axes = [len(shape_of(Z) or ()) for Z in (X, Y)]
    expect("the number of axes of X, and of Y", axes, [2, 2])
    name = dict(enumerate(names()))
    for i, rows in enumerate(zip(X.tolist(), Y.tolist(), strict=False)):
        x, y = ("".join(name.get(k, "?") for k in row) for row in rows)
        is_other = x != y and x in novel() and y in novel()
        hint = "this is another piece of the novel" if is_other else ""
        expect(f"row {i} of Y[:, :-1]", y[:-1], x[1:], hint)
        start, right = novel().find(x + y[-1:]), Words("a piece of the novel")
        require(start >= 0, f"row {i} of X and Y[:, -1]", x + y[-1:], right)
        what, right = "the offset of row 0", Words(f"below {X.shape[1]}")
        hint = "this is not the first minibatch"
        require(i > 0 or start < X.shape[1], what, start, right, hint)


@property_of("minibatch", "again", "train_iter", TARGETS)
def again(train_iter: Any, *rest: Any) -> None:
    """A loop over train_iter gives minibatches, and so does the next loop."""
    loop = call(iter, train_iter)
    hint = "this is an iterator, which ends after one epoch"
    expect("iter(train_iter) is train_iter", loop is train_iter, False, hint)
    found = [shape_of(Z) for Z in call(list, call(next, loop))]
    size = rest[3:5]  # if it is swapped, "shapes" fails
    is_right = near(found, [size] * 2) or near(found, [size[::-1]] * 2)
    require(is_right, "the shapes of a minibatch", found, [size] * 2)


@property_of("vectors", "shape", "vectors", VECTORS)
def vectors_shape(vectors: Any, seed: int) -> None:
    """There is a row for each index, and a column for each symbol."""
    shape, right = shape_of(vectors), (2, len(names()))
    hints = {"these columns end at the larger of the two indices": (2, 3)}
    expect("vectors.shape", shape, right, hint_for(shape, hints))


@property_of("vectors", "values", "vectors", VECTORS)
def vectors_values(vectors: Any, seed: int) -> None:
    """Row 0 has its only 1 at index 0, and row 1 at index 2."""
    found = ones(vectors) if isinstance(vectors, Tensor) else vectors
    expect("the entries that are not 0", found, {(0, 0): 1, (1, 2): 1})


def encoded(one_hot: Any, seed: int) -> Any:
    """Yield minibatches of several sizes, and what an attempt returns."""
    for n, T in [(cases.n, cases.T), (1, cases.T), (cases.n, 1), (1, 1)]:
        X = cases.indices(seed, batch_size=n, num_steps=T)
        found = call(one_hot, X.clone(), cases.V)
        expect(f"type({ONE_HOT})", type(found), Tensor)
        yield X, found, f"with X {(n, T)}"


@property_of("one_hot", "order", ONE_HOT, STEP_FIRST)
def one_hot_order(one_hot: Any, seed: int) -> None:
    """The axes are those of the steps, of the rows, and of the symbols."""
    for X, found, given in encoded(one_hot, seed):
        sizes = tuple(found.shape[:-1])  # "values" looks at the last one
        hints = {"the rows are the first axis here": tuple(X.shape)}
        what, right = f"{ONE_HOT}.shape[:-1] {given}", tuple(X.T.shape)
        expect(what, sizes, right, hint_for(sizes, hints))


@property_of("one_hot", "values", ONE_HOT, VECTORS)
def one_hot_values(one_hot: Any, seed: int) -> None:
    """A vector has vocab_size entries: a 1 at the index, and zeros."""
    for X, found, given in encoded(one_hot, seed):
        sizes = tuple(found.shape[-1:])
        hints = {
            "these vectors end at the largest index": (int(X.max()) + 1,),
            "this is the size of the novel's vocabulary": (len(names()),),
        }
        what = f"{ONE_HOT}.shape[-1:] {given}"
        expect(what, sizes, (cases.V,), hint_for(sizes, hints))
        by_row, by_step = F.one_hot(X, cases.V), F.one_hot(X.T, cases.V)
        is_mixed = near(found, by_row.reshape(by_step.shape))
        hint = "a reshape swaps no axes: it mixes the rows" if is_mixed else ""
        # "order" fails if the rows are the first axis.
        right = by_row if found.shape == by_row.shape else by_step
        got, expected = (ones(Z.reshape(-1, cases.V)) for Z in (found, right))
        expect(f"the entries of {ONE_HOT} {given}", got, expected, hint)


@property_of("one_hot", "dtype", ONE_HOT, VECTORS)
def one_hot_dtype(one_hot: Any, seed: int) -> None:
    """The vectors are of floating point, as the weights are."""
    _, found, given = next(encoded(one_hot, seed))
    dtype, is_float = found.dtype, found.is_floating_point()
    hint = "F.one_hot gives integers" if dtype == torch.int64 else ""
    require(is_float, f"{ONE_HOT}.dtype {given}", dtype, torch.float32, hint)


@property_of("parameter_shapes", "values", "shapes", FIVE)
def parameter_shapes(shapes: Any, h: Any, seed: int) -> None:
    """The list holds the shapes of W_xh, W_hh, b_h, W_hq, and b_q."""
    V = len(names())
    hints = {
        "rows and columns are swapped": [(h, V), (h, h), (h,), (V, h), (V,)],
        "the sizes have changed places": [(h, V), (V, V), (V,), (V, h), (h,)],
        "a bias has one axis": [(V, h), (h, h), (1, h), (h, V), (1, V)],
        "a tuple of one number needs a comma": [(V, h), (h, h), h, (h, V), V],
    }
    right = [(V, h), (h, h), (h,), (h, V), (V,)]
    expect("shapes", shapes, right, hint_for(shapes, hints))


@property_of("output_shapes", "outputs", "output_shape", OUTPUTS)
def output_shape(found: Any, state: Any, h: Any, seed: int) -> None:
    """The outputs have a row for each index, a column for each symbol."""
    V = len(names())
    hints = {
        "this counts the steps of one row only": (5, V),
        "this counts one step only": (2, V),
        "the outputs have two axes, not three": (2, 5, V),
    }
    expect("output_shape", found, (10, V), hint_for(found, hints))


@property_of("output_shapes", "state", "state_shape", OUTPUTS)
def state_shape(outputs: Any, found: Any, h: Any, seed: int) -> None:
    """The state has a row for each text, and a column for each unit."""
    hints = {"this has a row for each step": (5, h)}
    expect("state_shape", found, (2, h), hint_for(found, hints))


@property_of("untrained", "prefix", "untrained", WRITE, points=0)
def untrained_prefix(text: Any, net: Any, vocab: Any, seed: int) -> None:
    """The text is 'traveller', followed by ten characters."""
    expect("the type of the text", type(text), str)
    expect("untrained[:9]", text[:9], "traveller")
    expect("len(untrained)", len(text.replace("<unk>", "?")), 19)


@property_of("untrained", "text", "untrained", WRITE, points=0)
@property_of("written", "text", "written", WRITE, points=0)
def written_by_net(text: Any, net: Any, vocab: Any, seed: int) -> None:
    """Each of the last ten characters is what net predicts at this point."""
    expect("the type of the text", type(text), str)
    found, *rights = call(last_ten, text, net, vocab)
    require(found in rights, "the last ten characters", found, rights[0])


def last_ten(text: str, net: Any, vocab: Any) -> list[str]:
    """Return the last ten symbols, and the best, with ``<unk>`` or not."""
    X = torch.tensor([vocab[list(text.replace("<unk>", "?"))]])
    with torch.no_grad():
        O, _ = net(X[:, :-1], net.begin_state(1))
    rows = X[0], O.argmax(1), O[:, 1:].argmax(1) + 1
    return ["".join(vocab.to_tokens(row[-10:])) for row in rows]


def perplexities(history: Any) -> list[Any]:
    """Return the numbers in a list, and None for what is not a number."""
    found = getattr(history, "perplexity", history)
    found = found.tolist() if hasattr(found, "tolist") else found
    is_list = isinstance(found, list | tuple) and len(found) > 0
    require(is_list, "the history", history, Words("a list of numbers"))
    return [number(p) for p in found]


@property_of("sequential", "training", "sequential", LEARNT, points=0)
@property_of("sampled", "training", "sampled", LEARNT, points=0)
def training(history: Any, net: Any, train_iter: Any, *_: Any) -> None:
    """Perplexity falls from about len(vocab) to what the network has now."""
    numbers, size = perplexities(history), len(names())
    right = Words("a list of numbers")
    require(None not in numbers, "the history", history, right)
    first, last = numbers[0], numbers[-1]
    reached = call(perplexity_of, net, train_iter)
    highest = min(1.5 * last, 0.99 * size)  # a new network has about size
    below = 0.999 * first if len(numbers) > 1 else 1.5 * size
    bounds = {
        "the first perplexity": (first, size / 4, 1.5 * size),
        "the last perplexity": (last, 1, below),
        "the perplexity over the minibatches": (
            reached,
            last / 1.5,
            highest,
        ),
    }
    for what, (value, low, high) in bounds.items():
        right = Words(f"{low:.4g} to {high:.4g}")
        require(low <= value < high, what, value, right)


def perplexity_of(net: Any, train_iter: Any) -> float:
    """Return the perplexity of a network over minibatches."""
    is_random = getattr(train_iter, "use_random_iter", False)
    state, losses = None, []
    with torch.no_grad():
        for X, Y in train_iter:
            if state is None or is_random:
                state = net.begin_state(len(X))
            O, state = net(X, state)
            losses.append(F.cross_entropy(O, Y.T.flatten()))
    return torch.stack(losses).mean().exp().item()


@property_of("sampled", "apart", "sampled", STRATEGIES, points=0)
def apart(
    sampled: Any, own: Any, batches: Any, first: Any, net: Any, seed: int
) -> None:
    """This is a training of another network, by random sampling."""
    is_random = getattr(batches, "use_random_iter", True)
    expect("random_iter.use_random_iter", is_random, True)
    expect("random_net is net", own is net, False)
    is_same = perplexities(sampled) == perplexities(first)
    expect("sampled == sequential", is_same, False)
