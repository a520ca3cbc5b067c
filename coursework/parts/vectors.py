"""Check the one-hot vectors of two indices."""

from typing import Any

from torch import Tensor

from coursework.kit.feedback import expect, property_of
from coursework.kit.novel import names
from coursework.kit.values import hint_for, ones, shape_of

PAGE = "One-Hot Encoding"


@property_of("vectors", PAGE)
def shape(vectors: Any, seed: int) -> None:
    """There is a row for each index, and a column for each symbol."""
    found, right = shape_of(vectors), (2, len(names()))
    hints = {"these columns end at the larger of the two indices": (2, 3)}
    expect("vectors.shape", found, right, hint_for(found, hints))


@property_of("vectors", PAGE)
def values(vectors: Any, seed: int) -> None:
    """Row 0 has its only 1 at index 0, and row 1 at index 2."""
    found = ones(vectors) if isinstance(vectors, Tensor) else vectors
    expect("the entries that are not 0", found, {(0, 0): 1, (1, 2): 1})
