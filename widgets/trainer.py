"""A small network to train, in the reader's browser."""

from charrnn.corpus import Vocab, clean, read_text
from widgets.embed import Widget

FALLBACK = (
    "On the site, you can train a small network here, in your browser, by "
    "JavaScript."
)


def trainer() -> Widget:
    """Let a reader train a small network on the opening of the novel.

    The result shows itself as the output of a cell. The vocabulary is that
    of the novel. Raises as ``read_text`` does.
    """
    text = clean(read_text())
    tokens = Vocab(text).idx_to_token[1:]
    data = {"opening": text[:10000], "tokens": "".join(tokens)}
    return Widget("trainer", FALLBACK, data)
