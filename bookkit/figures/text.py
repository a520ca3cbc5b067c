"""Figures of the text: its symbols, its vectors, and its minibatches."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from bookkit.figures.style import (
    BROWN,
    GREEN,
    INK,
    LETTERS,
    MUTED,
    PALE,
    PURPLE,
    SKY,
    stack_panels,
    subplots,
    visible,
)
from charrnn.corpus import Vocab

ROWS = [SKY, PALE, GREEN, PURPLE]  # fills of the rows of a minibatch
COLUMNS = 23  # characters of a text in a line


def symbol_frequencies(vocab: Vocab) -> Figure:
    """Draw how often each symbol occurs."""
    symbols, counts = zip(*vocab.token_freqs, strict=True)
    shares = [100 * count / sum(counts) for count in counts]
    names = [visible(symbol) for symbol in symbols]
    fig, ax = subplots(2.8)
    ax.bar(names, shares, color=MUTED)
    ax.set(xlabel="symbol, ␣ is the space", ylabel="share of the text (%)")
    ax.margins(x=0.01)
    ax.tick_params("x", labelfontfamily=LETTERS)
    return fig


def minibatch_map(
    text: str, starts: Mapping[str, Tensor], num_steps: int
) -> Figure:
    """Draw which characters of ``text`` each minibatch takes.

    ``starts`` gives, for each order of minibatches by name, where the
    subsequences start, ``(num_batches, batch_size)``. The row of a subsequence
    in its minibatch gives its colour. The text is wrapped.
    """
    lines = range(0, len(text), COLUMNS)
    rows = [len(table) + 2 for table in starts.values() for _ in lines]
    height = 0.9 + 0.28 * sum(rows)
    fig, axes = stack_panels(len(rows), height, height_ratios=rows)
    panels = [(name, line) for name in starts for line in lines]
    for ax, (name, line) in zip(axes, panels, strict=True):
        if line == 0:
            ax.set_title(name, loc="left")
        shown = range(line, min(line + COLUMNS, len(text)))
        _draw_minibatches(ax, text, starts[name], num_steps, shown)
    axes[-1].set_xlabel("position in the text")
    return fig


def _draw_minibatches(
    ax: Axes, text: str, table: Tensor, num_steps: int, shown: range
) -> None:
    for i in shown:
        _draw_character(ax, i, -1, text[i], MUTED)
    for batch, starts in enumerate(table.tolist()):
        for row, start in enumerate(starts):
            piece = text[start : start + num_steps]
            if shown.start - num_steps < start < shown.stop:
                _draw_piece(ax, start, batch, piece, row, shown)
    ax.set(xlim=(shown.start - 0.6, shown.stop - 0.4))
    ax.set(ylim=(len(table) - 0.4, -1.6))
    names = [f"minibatch {i + 1}" for i in range(len(table))]
    ax.set_yticks(range(-1, len(table)), ["text", *names])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.tick_params(left=False)
    ax.spines["left"].set_visible(False)


def _draw_piece(
    ax: Axes, left: int, y: int, piece: str, row: int, shown: range
) -> None:
    """Draw what a row of a minibatch reads, filled by its colour."""
    fill = ROWS[row % len(ROWS)]
    ax.barh(y, len(piece) - 0.12, 0.8, left=left - 0.44, color=fill)
    for x, character in enumerate(piece, left):
        if x in shown:
            _draw_character(ax, x, y, character, INK)


def _draw_character(
    ax: Axes, column: int, row: int, character: str, color: str
) -> None:
    ax.text(
        column, row, character, ha="center", va="center", color=color,
        family=LETTERS,
    )  # fmt: skip


def minibatch_rows(text: str, starts: Tensor, num_steps: int) -> Figure:
    """Draw a text in the rows of its minibatches, and where these cut it.

    ``starts``, ``(num_batches, batch_size)``, tells where the subsequences
    start, under sequential partitioning.
    """
    count, columns = starts.shape[1], num_steps * len(starts)
    fig, ax = subplots(0.9 + 0.36 * count)
    for batch, places in enumerate(starts.tolist()):
        left = batch * num_steps
        ax.text(
            left + (num_steps - 1) / 2, -0.85, f"minibatch {batch + 1}",
            ha="center", va="center",
        )  # fmt: skip
        for row, start in enumerate(places):
            piece = text[start : start + num_steps]
            _draw_piece(ax, left, row, piece, row, range(columns))
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(count - 0.4, -1.3))
    ax.set_yticks(range(count), [f"row {i + 1}" for i in range(count)])
    ax.set_xticks(range(0, columns, num_steps))
    ax.set_xlabel("position in the row")
    ax.tick_params(left=False)
    ax.spines["left"].set_visible(False)
    return fig


def one_hot_matrix(vectors: Tensor, text: str, vocab: Vocab) -> Figure:
    """Draw the one-hot vectors of ``text``, one column per character.

    ``vectors`` is (len(text), number of rows), and the rows are those of the
    first tokens.
    """
    rows = vectors.shape[1]
    fig, ax = subplots(0.9 + 0.2 * rows)
    ax.pcolormesh(
        vectors.T, cmap="Greys", vmin=0, vmax=1.2,
        edgecolors=PALE, linewidth=0.4,
    )  # fmt: skip
    names = [visible(token) for token in vocab.idx_to_token[:rows]]
    ax.set_yticks([i + 0.5 for i in range(rows)], names)
    ax.set_xticks([i + 0.5 for i in range(len(text))], visible(text))
    ax.invert_yaxis()
    ax.set(xlabel="the text, a time step per column", ylabel="symbol")
    ax.tick_params(length=0, labelfontfamily=LETTERS)
    return fig


# Minibatches along time

PLACES = ["#e4f1f9", "#cbe4f3", "#a9d1ea", "#86bde0"]  # along the text
WIDTH, GAP = 0.7, 0.9  # of a minibatch, and of what is before it
SHORT = (0.0, (1.4, 1.2))  # dashes of which an arrow has room for some
LINKS: dict[str, tuple[str, str, Literal["-"] | tuple[float, Any]]] = {
    "right": ("to what follows", INK, "-"),
    "foreign": ("to a new position", BROWN, SHORT),
    "graph": ("not detached", BROWN, "-"),
}


def state_timeline(
    rules: Mapping[str, tuple[Sequence[int], Sequence[str]]], per_epoch: int
) -> Figure:
    """Draw the minibatches of a run under each rule, along time.

    ``rules`` gives, for each rule by name, the positions in the text that the
    minibatches read, counted from 1, and what each starts from: ``"zeros"``,
    ``"carried"``, or ``"graph"``, a state that was not detached. A rule with
    such a state ends with an error after its last minibatch. There are
    ``per_epoch`` minibatches in an epoch.
    """
    height = 0.3 + 0.66 * len(rules)
    fig, axes = stack_panels(len(rules), height, sharex=True)
    longest = max(len(places) for places, _ in rules.values())
    for ax, (name, (places, starts)) in zip(axes, rules.items(), strict=True):
        ax.set_title(name, loc="left", pad=2)
        _draw_rule(ax, places, starts)
        for epoch in range(per_epoch, longest, per_epoch):
            x = epoch * (WIDTH + GAP) - GAP / 2
            ax.axvline(x, color=PALE, linewidth=6, zorder=0)
        ax.set(xlim=(-GAP, longest * (WIDTH + GAP)), ylim=(-0.1, 1.1))
        ax.axis("off")
    handles = [
        Line2D([], [], color=color, linestyle=line, linewidth=2, label=label)
        for label, color, line in LINKS.values()
    ]
    fig.legend(
        handles=handles, title="state carried", ncols=3,
        loc="outside lower center", columnspacing=0.7, handlelength=1.5,
        handletextpad=0.5,
    )  # fmt: skip
    return fig


def _draw_rule(ax: Axes, places: Sequence[int], starts: Sequence[str]) -> None:
    for i, (place, start) in enumerate(zip(places, starts, strict=True)):
        x = i * (WIDTH + GAP)
        color = PLACES[(place - 1) % len(PLACES)]
        ax.add_patch(Rectangle((x, 0), WIDTH, 1, fc=color, ec=INK))
        ax.text(x + WIDTH / 2, 0.47, str(place), ha="center", va="center")
        if start == "zeros":
            ax.text(x - GAP / 2, 0.47, "0", ha="center", va="center")
        else:
            follows = i > 0 and place == places[i - 1] + 1
            _draw_link(ax, x, start, follows)
    if "graph" in starts:
        x = len(places) * (WIDTH + GAP) - GAP
        ax.text(x + 0.25, 0.47, "error", va="center", weight="bold")


def _draw_link(ax: Axes, x: float, start: str, follows: bool) -> None:
    kind = "graph" if start == "graph" else "right" if follows else "foreign"
    _, color, line = LINKS[kind]
    style = "<|-|>" if kind == "graph" else "-|>"
    ax.annotate(
        "", (x - 0.02, 0.5), (x - GAP + 0.02, 0.5),
        arrowprops={
            "arrowstyle": style, "color": color, "linestyle": line,
            "linewidth": 2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11,
        },
    )  # fmt: skip
