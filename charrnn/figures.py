"""The figures of the chapter, in one style.

Each function draws a figure and returns it. In a notebook it then appears
below the cell. Importing this module sets the style for the session, so
that a reader's own figures look like those of the chapter.
"""

import math
import sys
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.ticker import LogLocator, MaxNLocator, StrMethodFormatter
from torch import Tensor

from charrnn.corpus import Vocab
from charrnn.training import History

# The palette of Okabe and Ito, which colour-blind readers tell apart.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY = "#E69F00", "#56B4E9"
COLORS = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY]
INK, PALE = "#222222", "#d9d9d9"

STYLE = {
    "figure.figsize": (7, 3),
    "figure.constrained_layout.use": True,
    "font.size": 12,  # to be read on a phone too
    "mathtext.fontset": "cm",
    "axes.titlesize": "medium",
    "axes.prop_cycle": plt.cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "charrnn",  # the same figure has the same bytes
}
plt.style.use(["default", STYLE])  # whatever the reader's own settings
if "ipykernel" in sys.modules:
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", metadata={"Date": None})


def show(fig: Figure) -> None:
    """Show ``fig`` at once, and forget it."""
    plt.show()
    plt.close(fig)


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
    fig, ax = plt.subplots(figsize=(7, 4.6))
    ax.pcolormesh(
        vectors.T, cmap="Blues", vmin=0, vmax=1.2,
        edgecolors=PALE, linewidth=0.4,
    )  # fmt: skip
    names = [token.replace(" ", "␣") for token in vocab.idx_to_token]
    ax.set_yticks([i + 0.5 for i in range(len(names))], names, fontsize=7)
    letters = text.replace(" ", "␣")
    ax.set_xticks([i + 0.5 for i in range(len(text))], letters)
    ax.invert_yaxis()
    ax.set(xlabel="the text, a time step per column", ylabel="symbol")
    ax.tick_params(length=0)
    return fig


def unrolled_network(num_steps: int = 3) -> Figure:
    """Draw the network unrolled along ``num_steps`` time steps."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    _draw_box(ax, -2, 1, r"$\mathbf{H}_0$", PALE)
    for t in range(1, num_steps + 1):
        x = 2 * (t - 1)
        _draw_box(ax, x, 0, rf"$\mathbf{{X}}_{t}$", "#cfe6f5")
        _draw_box(ax, x, 1, rf"$\mathbf{{H}}_{t}$", "#fbdcc8")
        _draw_box(ax, x, 2, rf"$\mathbf{{O}}_{t}$", "#c9ebdf")
        _draw_arrow(ax, (x, 0.26), (x, 0.74), r"$\mathbf{W}_{xh}$")
        _draw_arrow(ax, (x, 1.26), (x, 1.74), r"$\mathbf{W}_{hq}$")
        _draw_arrow(ax, (x - 1.62, 1), (x - 0.38, 1), r"$\mathbf{W}_{hh}$")
    ax.set(xlim=(-2.5, 2 * num_steps - 1.4), ylim=(-0.35, 2.35))
    ax.axis("off")
    return fig


def _draw_box(ax: Axes, x: float, y: float, label: str, color: str) -> None:
    box = FancyBboxPatch(
        (x - 0.3, y - 0.18), 0.6, 0.36,
        boxstyle="round,pad=0.05", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x, y, label, ha="center", va="center", fontsize=16)


def _draw_arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    label: str,
) -> None:
    arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=arrow)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    vertical = start[0] == end[0]
    ax.text(
        x + (0.08 if vertical else 0), y + (0 if vertical else 0.1), label,
        ha="left" if vertical else "center",
        va="center" if vertical else "bottom",
    )  # fmt: skip


def product_norms(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the norm of a chain of products against its length.

    ``norms`` gives, for each curve by name, the norms of the chains of 0,
    1, 2, ... matrices.
    """
    fig, ax = plt.subplots()
    for (name, values), style in zip(
        norms.items(), ["-", "--", "-."], strict=False
    ):
        ax.plot(values, style)
        ax.text(len(values), values[-1], name, va="center")
    ax.set(yscale="log", xlabel="matrices in the chain", ylabel="norm")
    return fig


def clipping_plane(gradients: Tensor, clipped: Tensor, theta: float) -> Figure:
    """Draw gradients of two components before and after clipping.

    ``gradients`` and ``clipped`` are (n, 2), ``theta`` the radius.
    """
    fig, ax = plt.subplots(figsize=(7, 4))
    ball = Circle((0, 0), theta, facecolor="#eaf3f9", edgecolor=INK)
    ax.add_patch(ball)
    ax.annotate(
        rf"$\theta = {theta:g}$", (0, -theta), (0, -theta - 0.1),
        ha="center", va="top",
    )  # fmt: skip
    before = {"arrowstyle": "->", "color": VERMILION, "linestyle": "--"}
    after = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2}
    for g, c in zip(gradients.tolist(), clipped.tolist(), strict=True):
        ax.annotate("", g, (0, 0), arrowprops=before)
        ax.annotate("", c, (0, 0), arrowprops=after)
    ax.plot([], [], "--", color=VERMILION, label="before clipping")
    ax.plot([], [], color=BLUE, linewidth=2, label="after clipping")
    reach = max(theta, gradients.abs().max().item()) * 1.15
    ax.set(xlim=(-reach, reach), ylim=(-reach * 0.75, reach * 0.75))
    ax.set(aspect="equal", xlabel=r"$g_1$", ylabel=r"$g_2$")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def learning_curve(history: History) -> Figure:
    """Draw perplexity, and gradient norm with its threshold, by epoch."""
    fig, (top, bottom) = plt.subplots(
        2, figsize=(7, 4.2), sharex=True, height_ratios=[3, 2]
    )
    epochs = range(1, len(history) + 1)
    top.plot(epochs, history.perplexity, color=BLUE)
    _set_perplexity_axis(top)
    bottom.plot(epochs, history.grad_norm, color=GREEN, linewidth=1)
    if history.theta < float("inf"):
        bottom.axhline(history.theta, color=VERMILION, linestyle="--")
        bottom.annotate(
            rf"$\theta = {history.theta:g}$", (1, history.theta),
            xycoords=("axes fraction", "data"), xytext=(2, 0),
            textcoords="offset points", va="center", color=VERMILION,
        )  # fmt: skip
    bottom.set(ylabel="largest\ngradient norm", xlabel="epoch")
    bottom.set_ylim(bottom=0)
    bottom.xaxis.set_major_locator(
        MaxNLocator(integer=True, steps=[1, 2, 5, 10])
    )
    return fig


def compare_curves(histories: Mapping[str, History]) -> Figure:
    """Draw the perplexities of several trainings, side by side."""
    fig, axes = plt.subplots(
        1, len(histories), figsize=(7, 3), sharey=True, squeeze=False
    )
    for ax, (name, history), color in zip(
        axes[0], histories.items(), COLORS, strict=False
    ):
        epochs = range(1, len(history) + 1)
        ax.plot(epochs, history.perplexity, color=color)
        ax.set_title(name, loc="left")
        ax.set_xlabel("epoch")
        _set_perplexity_axis(ax)
    for ax in axes[0, 1:]:
        ax.set_ylabel("")
    return fig


def _set_perplexity_axis(ax: Axes) -> None:
    ax.set(yscale="log", ylabel="perplexity", ylim=(0.95, None))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.grid(axis="y")


def loss_floors(
    histories: Mapping[str, History], floors: Mapping[str, float]
) -> Figure:
    """Draw the mean losses of trainings, and the floor of each.

    ``floors`` are perplexities, by the names of the trainings. The loss is
    the logarithm of the perplexity, in nats per character.
    """
    fig, ax = plt.subplots(figsize=(7, 3.6))
    for (name, history), color in zip(histories.items(), COLORS, strict=False):
        losses = [math.log(value) for value in history.perplexity]
        floor = math.log(floors[name])
        ax.plot(range(1, len(history) + 1), losses, color=color, label=name)
        ax.axhline(floor, color=color, linestyle="--")
        ax.annotate(
            f"floor, {name}", (0.02, floor), color=color, va="bottom",
            xycoords=("axes fraction", "data"),
            xytext=(0, 2), textcoords="offset points",
        )  # fmt: skip
    ax.set(yscale="log", xlabel="epoch", ylabel="mean loss (nats)")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return fig


def held_out_curves(histories: Mapping[str, History]) -> Figure:
    """Draw training and held-out perplexity of trainings, side by side.

    A ring marks where the held-out perplexity is lowest.
    """
    fig, axes = plt.subplots(
        1, len(histories), figsize=(7, 3.4), sharey=True, squeeze=False
    )
    for ax, (name, history) in zip(axes[0], histories.items(), strict=True):
        ax.plot(
            range(1, len(history) + 1), history.perplexity, "--", color=BLUE,
            label="training text",
        )  # fmt: skip
        ax.plot(*zip(*history.held_out, strict=True), color=VERMILION,
                label="held-out text")  # fmt: skip
        lowest = min(history.held_out, key=lambda pair: pair[1])
        ax.plot(*lowest, "o", color=INK, fillstyle="none", markersize=9)
        ax.set_title(name, loc="left")
        ax.set_xlabel("epoch")
        _set_perplexity_axis(ax)
    for ax in axes[0, 1:]:
        ax.set_ylabel("")
    fig.legend(
        *ax.get_legend_handles_labels(), loc="outside upper right", ncols=2
    )
    return fig


def ladder(
    bits: Mapping[str, Sequence[float]],
    kinds: Mapping[str, str],
    band: tuple[float, float],
    band_name: str,
) -> Figure:
    """Draw the bits per character of models, the best at the bottom.

    ``bits`` has a value for each seed, of which the mean is drawn as a dot,
    and the range as a line. ``kinds`` says of what kind each model is,
    which decides colour and marker. ``band`` is a range to shade and name.
    """
    means = {name: sum(values) / len(values) for name, values in bits.items()}
    order = sorted(means, key=means.get, reverse=True)
    fig, ax = plt.subplots(figsize=(7, 0.9 + 0.33 * len(order)))
    ax.axvspan(*band, color=PALE, alpha=0.6, linewidth=0)
    ax.annotate(
        band_name, (sum(band) / 2, 0.97), xycoords=("data", "axes fraction"),
        ha="center", va="top", fontsize=10,
    )  # fmt: skip
    for kind, color, marker in zip(
        dict.fromkeys(kinds.values()), COLORS, "osDv^P", strict=False
    ):
        names = [name for name in order if kinds[name] == kind]
        rows = [order.index(name) for name in names]
        ax.plot(
            [means[name] for name in names], rows, marker, color=color,
            label=kind, markersize=7,
        )  # fmt: skip
        for row, name in zip(rows, names, strict=True):
            ax.plot(
                [min(bits[name]), max(bits[name])],
                [row, row],
                color=color,
                linewidth=1.5,
                solid_capstyle="butt",
            )
            ax.annotate(
                f"{means[name]:.2f}", (max(bits[name]), row), va="center",
                xytext=(9, 0), textcoords="offset points", fontsize=10,
            )  # fmt: skip
    ax.set_yticks(range(len(order)), order)
    ax.set(xlabel="bits per character", xlim=(0, 5.3))
    ax.invert_yaxis()
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    ax.legend(loc="lower right")
    return fig
