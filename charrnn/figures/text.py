"""Figures of the text: its symbols, its minibatches, its vectors."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from charrnn.corpus import Vocab
from charrnn.figures.style import (
    BLUE,
    COLORS,
    PALE,
)


def symbol_frequencies(vocab: Vocab) -> Figure:
    """Draw how often each symbol occurs."""
    symbols, counts = zip(*vocab.token_freqs, strict=True)
    total = sum(counts)
    fig, ax = plt.subplots()
    names = [symbol.replace(" ", "␣") for symbol in symbols]
    ax.bar(names, [100 * count / total for count in counts], color=BLUE)
    ax.set(xlabel="symbol, ␣ is the space", ylabel="share of the text (%)")
    ax.margins(x=0.01)
    return fig


def minibatch_map(
    text: str, starts: Mapping[str, Tensor], num_steps: int
) -> Figure:
    """Draw which characters of ``text`` each minibatch takes.

    ``starts`` gives, for each strategy by name, where the subsequences
    start, ``(num_batches, batch_size)``. The row of a subsequence in its
    minibatch gives its colour.
    """
    height = 0.9 + 0.33 * sum(len(table) + 2 for table in starts.values())
    fig, axes = plt.subplots(len(starts), figsize=(7, height), squeeze=False)
    for ax, (name, table) in zip(axes[:, 0], starts.items(), strict=True):
        ax.set_title(name, loc="left")
        _draw_minibatches(ax, text, table, num_steps)
    axes[-1, 0].set_xlabel("position in the text")
    return fig


def _draw_minibatches(
    ax: Axes, text: str, table: Tensor, num_steps: int
) -> None:
    for i, character in enumerate(text):
        ax.text(i, -1, character, ha="center", va="center", color="#767676")
    for batch, starts in enumerate(table.tolist()):
        for row, start in enumerate(starts):
            ax.barh(
                batch, num_steps - 0.12, 0.8, left=start - 0.44,
                color=COLORS[row % len(COLORS)],
            )  # fmt: skip
            for i in range(start, start + num_steps):
                ax.text(
                    i, batch, text[i], ha="center", va="center",
                    color="white", weight="bold",
                )  # fmt: skip
    ax.set(xlim=(-0.6, len(text) - 0.4), ylim=(len(table) - 0.4, -1.6))
    ax.set_yticks(range(-1, len(table)))
    names = [f"minibatch {i + 1}" for i in range(len(table))]
    ax.set_yticklabels(["text", *names])
    ax.tick_params(left=False)
    ax.spines["left"].set_visible(False)


def one_hot_matrix(vectors: Tensor, text: str, vocab: Vocab) -> Figure:
    """Draw the one-hot vectors of ``text``, one column per character.

    ``vectors`` is (len(text), len(vocab)).
    """
    fig, ax = plt.subplots(figsize=(7, 6))
    ax.pcolormesh(
        vectors.T, cmap="Blues", vmin=0, vmax=1.2,
        edgecolors=PALE, linewidth=0.4,
    )  # fmt: skip
    names = [token.replace(" ", "␣") for token in vocab.idx_to_token]
    ax.set_yticks([i + 0.5 for i in range(len(names))], names)
    letters = text.replace(" ", "␣")
    ax.set_xticks([i + 0.5 for i in range(len(text))], letters)
    ax.invert_yaxis()
    ax.set(xlabel="the text, a time step per column", ylabel="symbol")
    ax.tick_params(length=0)
    return fig
