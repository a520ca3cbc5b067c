"""A small network to train, in the reader's browser."""

from typing import Any

from charrnn.corpus import Vocab, check_sizes, clean, read_text
from widgets.embed import widget_html

BATCH_SIZE, MAX_STEPS = 32, 70  # as in trainer_{settings,controls}.mjs
FALLBACK = (
    "On the site, you can train a small network here, in your browser, by "
    "JavaScript."
)


class Trainer:
    """A widget that trains a network, as ``trainer`` returns it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def __repr__(self) -> str:
        """Return a description, for where no HTML is shown."""
        return "A training, in a browser"

    def _repr_html_(self) -> str:
        return widget_html("trainer", self.data, fallback=FALLBACK)


def trainer(max_tokens: int = 10000) -> Trainer:
    """Let a reader train a small network on the opening of the novel.

    The result shows itself as the output of a cell. The text is the first
    ``max_tokens`` characters, and the vocabulary is that of the novel.

    Raises ValueError if that is too short for a minibatch of the longest
    subsequences that a reader may choose, and as ``read_text`` does.
    """
    text = clean(read_text())
    opening = text[:max_tokens]
    check_sizes(len(opening), BATCH_SIZE, MAX_STEPS)
    tokens = Vocab(text).idx_to_token[1:]
    return Trainer({"opening": opening, "tokens": "".join(tokens)})
