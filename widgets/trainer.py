"""A small network to train, in the reader's browser."""

from charrnn.corpus import Vocab, check_sizes, clean, read_text
from widgets.embed import Widget

BATCH_SIZE, MAX_STEPS = 32, 70  # as in trainer_{settings,controls}.mjs
FALLBACK = (
    "On the site, you can train a small network here, in your browser, by "
    "JavaScript."
)


def trainer(max_tokens: int = 10000) -> Widget:
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
    data = {"opening": opening, "tokens": "".join(tokens)}
    return Widget("trainer", FALLBACK, data)
