"""Check the shapes of outputs and state, which the feedback does not tell."""

from typing import Any

from coursework.kit.feedback import property_of, require
from coursework.kit.novel import names
from coursework.kit.values import SYMBOLS, Words, hint_for, near

VARIABLES = ["output_shape", "state_shape", "num_hiddens"]
PAGE = "The Network > A network as an object"
OTHER = Words("a different shape")


@property_of("output_shape", PAGE)
def outputs(found: Any, state: Any, h: Any, seed: int) -> None:
    """The outputs have a row for each index, a column for each symbol."""
    V = len(names())
    hint = hint_for(found, {
        "this counts the steps of one row only": (5, V),
        "this counts one step only": (2, V),
        "the outputs have two axes, not three": (2, 5, V),
    })  # fmt: skip
    if any(near(found, (10, V - lacking)) for lacking in (1, 2)):
        hint = SYMBOLS
    require(near(found, (10, V)), "output_shape", found, OTHER, hint)


@property_of("state_shape", PAGE)
def state(outputs: Any, found: Any, h: Any, seed: int) -> None:
    """The state has a row for each text, and a column for each unit."""
    hint = hint_for(found, {"this has a row for each step": (5, h)})
    require(near(found, (2, h)), "state_shape", found, OTHER, hint)
