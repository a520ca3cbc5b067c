"""The text that a notebook reads, and its symbols."""

from functools import cache

from charrnn.corpus import Vocab, clean, read_text


@cache
def novel() -> str:
    """Return the cleaned text of the corpus."""
    return clean(read_text())


@cache
def names() -> list[str]:
    """Return the symbols of the novel, by their index."""
    return Vocab(novel()).idx_to_token
