"""A strip of text, and what a network would lose by a cut anywhere in it."""

from collections.abc import Mapping

from charrnn.interface import Model, Vocabulary
from widgets.embed import Widget
from widgets.playground import encode

FALLBACK = (
    "On the site, you can type a text here, and see above each letter how "
    "many bits the network would lose by a cut before it."
)


def strip(
    networks: Mapping[str, tuple[Model, Vocabulary]], *, text: str
) -> Widget:
    """Show a reader what is lost by a cut before each letter of a text.

    The result shows itself as the output of a cell. ``networks`` are those to
    choose from, by their names, and ``text`` is read at first.

    Raises ValueError as ``playground`` does.
    """
    weights = tuple(encode(*network) for network in networks.values())
    data = {"networks": [*networks], "text": text}
    return Widget("strip", FALLBACK, data, weights)
