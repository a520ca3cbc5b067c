"""A text to cut, and what a network would expect without what is cut off."""

from collections.abc import Mapping

from charrnn.interface import Model, Vocabulary
from widgets.embed import Widget
from widgets.playground import encode

FALLBACK = (
    "On the site, you can cut a text here, and see what the network would "
    "expect if it knew only the characters after the cut."
)


def scissors(
    networks: Mapping[str, tuple[Model, Vocabulary]], *, text: str
) -> Widget:
    """Let a reader cut a text between two characters.

    The result shows itself as the output of a cell. ``networks`` are those to
    choose from, by their names, and ``text`` is read at first.

    Raises ValueError as ``playground`` does.
    """
    weights = tuple(encode(*network) for network in networks.values())
    data = {"networks": [*networks], "text": text}
    return Widget("scissors", FALLBACK, data, weights)
