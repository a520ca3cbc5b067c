"""Check the one-hot vectors of a minibatch."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from coursework.kit import cases
from coursework.kit.calling import Attempt, call
from coursework.kit.feedback import expect, property_of
from coursework.kit.novel import names
from coursework.kit.values import WORD_ON_TYPES, hint_for, near, ones

VECTORS = "One-Hot Encoding"
STEP_FIRST = "One-Hot Encoding > Putting time first"
CALLED = f"one_hot(X, {cases.V})"


def encoded(
    one_hot: Attempt, seed: int
) -> Iterator[tuple[Tensor, Tensor, str]]:
    """Yield minibatches of several sizes, and what an attempt returns."""
    for n, T in [(cases.n, cases.T), (1, cases.T), (cases.n, 1), (1, 1)]:
        X = cases.indices(seed, batch_size=n, num_steps=T)
        found = call(one_hot, X.clone(), cases.V)
        expect(f"type({CALLED})", type(found), Tensor)
        yield X, found, f"with X {(n, T)}"


@property_of(CALLED, STEP_FIRST)
def order(one_hot: Attempt, seed: int) -> None:
    """The axes are the steps, the rows, and the symbols."""
    for X, found, given in encoded(one_hot, seed):
        sizes = tuple(found.shape[:-1])  # "values" looks at the last one
        hints = {"the rows are the first axis here": tuple(X.shape)}
        what, right = f"{CALLED}.shape[:-1] {given}", tuple(X.T.shape)
        expect(what, sizes, right, hint_for(sizes, hints))


@property_of(CALLED, VECTORS)
def values(one_hot: Attempt, seed: int) -> None:
    """A vector has vocab_size entries: a 1 at the index, and zeros."""
    for X, found, given in encoded(one_hot, seed):
        sizes = tuple(found.shape[-1:])
        hints = {
            "these vectors end at the largest index": (int(X.max()) + 1,),
            "this is the size of the novel's vocabulary": (len(names()),),
        }
        what = f"{CALLED}.shape[-1:] {given}"
        expect(what, sizes, (cases.V,), hint_for(sizes, hints))
        by_row, by_step = F.one_hot(X, cases.V), F.one_hot(X.T, cases.V)
        is_mixed = near(found, by_row.reshape(by_step.shape))
        hint = "a reshape swaps no axes: it mixes the rows" if is_mixed else ""
        # "order" fails if the rows are the first axis.
        right = by_row if found.shape == by_row.shape else by_step
        got, expected = (ones(Z.reshape(-1, cases.V)) for Z in (found, right))
        expect(f"the entries of {CALLED} {given}", got, expected, hint)


@property_of(CALLED, VECTORS)
def dtype(one_hot: Attempt, seed: int) -> None:
    """The result is float32, as the weights are."""
    _, found, given = next(encoded(one_hot, seed))
    hint = WORD_ON_TYPES if found.is_floating_point() else ""
    hint = "F.one_hot gives integers" if found.dtype == torch.int64 else hint
    expect(f"{CALLED}.dtype {given}", found.dtype, torch.float32, hint)
