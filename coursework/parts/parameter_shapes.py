"""Check the shapes of the parameters, which the feedback does not tell."""

from typing import Any

from coursework.kit.cases import NAMES
from coursework.kit.feedback import property_of, require
from coursework.kit.novel import names
from coursework.kit.values import SYMBOLS, Words, hint_for, near

VARIABLES = ["shapes", "num_hiddens"]


@property_of("shapes", "The Network > Five tensors")
def values(shapes: Any, h: Any, seed: int) -> None:
    """The list holds the shapes of W_xh, W_hh, b_h, W_hq, and b_q."""
    is_list = isinstance(shapes, list | tuple) and len(shapes) == len(NAMES)
    require(is_list, "shapes", shapes, Words("a list of five tuples"))

    def five(V: int, h: int) -> list[tuple[int, ...]]:
        return [(V, h), (h, h), (h,), (h, V), (V,)]

    V = len(names())
    hint = hint_for(shapes, {
        "rows and columns are swapped": [s[::-1] for s in five(V, h)],
        "the sizes are swapped": five(h, V),
        "a bias has one axis": [(V, h), (h, h), (1, h), (h, V), (1, V)],
        "a tuple of one number needs a comma": [(V, h), (h, h), h, (h, V), V],
    })  # fmt: skip
    if any(near(shapes, five(V - lacking, h)) for lacking in (1, 2)):
        hint = SYMBOLS
    other = Words("a different shape")
    for name, found, right in zip(NAMES, shapes, five(V, h), strict=True):
        require(near(found, right), f"the shape of {name}", found, other, hint)
