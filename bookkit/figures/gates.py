"""Figures of networks with gates, and of what they remember."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from bookkit.figures.diagrams import draw_arrow, draw_box
from bookkit.figures.line_labels import label_lines
from bookkit.figures.style import (
    HALO,
    HIDDEN,
    INK,
    INPUT,
    MODELS,
    OUTPUT,
    PALE,
    looks_of,
    subplots,
)

BOX, SIGN = 0.55, 0.22  # half the width of a box, and of a sign
END = 6.1  # where the new memory is, across


def gated_memory() -> Figure:
    """Draw a step of the plain network, of a GRU, and of an LSTM.

    The path on which a memory meets only sums and products with gates is drawn
    in colour.
    """
    fig, axes = subplots(5.2, 3, height_ratios=[18, 18, 31])
    for ax, name in zip(axes, ("plain", "GRU", "LSTM"), strict=True):
        ax.set(xlim=(-0.6, END + 0.6), ylim=(-1.45, 0.4), aspect="equal")
        ax.set_title(name, loc="left")
        ax.axis("off")
    plain, gru, lstm = axes
    lstm.set_ylim(-2.7, 0.4)
    _draw_plain(plain)
    _draw_gated(gru, "GRU", ("H", "Z", r"(1-\mathbf{Z}_t)"))
    _draw_gated(lstm, "LSTM", ("C", "F", r"\mathbf{I}_t"))
    draw_arrow(lstm, (END, -0.35), (END, -1.97))
    lstm.text(
        END - 0.12, -1.75, r"$\mathbf{O}_t\odot\tanh$",
        ha="right", va="center", fontsize="large",
    )  # fmt: skip
    _draw_box(lstm, END, -2.3, r"$\mathbf{H}_t$", OUTPUT)
    return fig


def _draw_plain(ax: Axes) -> None:
    """Draw a state that passes through a matrix, a sum, and tanh."""
    matrix, total, squash = 1.5, 2.9, 4.3
    _draw_box(ax, 0, 0, r"$\mathbf{H}_{t-1}$", HIDDEN)
    _draw_box(ax, END, 0, r"$\mathbf{H}_t$", HIDDEN)
    _draw_box(ax, matrix, 0, r"$\cdot\,\mathbf{W}_{hh}$", "white")
    _draw_box(ax, squash, 0, "tanh", "white")
    _draw_box(ax, total, -1.05, r"$\mathbf{X}_t\mathbf{W}_{xh}$", INPUT, 0.9)
    _draw_sign(ax, total, "+")
    stops = [(0, BOX), (matrix, BOX), (total, SIGN), (squash, BOX), (END, BOX)]
    _draw_path(ax, stops, INK, 1)
    draw_arrow(ax, (total, -0.75), (total, -0.25))


def _draw_gated(ax: Axes, model: str, symbols: Sequence[str]) -> None:
    """Draw a memory that passes through a product and a sum only."""
    memory, keep, share = symbols
    product, total = 1.4, 3.6
    _draw_box(ax, 0, 0, rf"$\mathbf{{{memory}}}_{{t-1}}$", HIDDEN)
    _draw_box(ax, END, 0, rf"$\mathbf{{{memory}}}_t$", HIDDEN)
    _draw_box(ax, product, -1.05, rf"$\mathbf{{{keep}}}_t$", INPUT)
    new = rf"${share}\odot\tilde{{\mathbf{{{memory}}}}}_t$"
    _draw_box(ax, total, -1.05, new, INPUT, 1.3)
    _draw_sign(ax, product, r"$\odot$")
    _draw_sign(ax, total, "+")
    stops = [(0, BOX), (product, SIGN), (total, SIGN), (END, BOX)]
    _draw_path(ax, stops, MODELS[model].color, 3)
    for x in (product, total):
        draw_arrow(ax, (x, -0.75), (x, -0.25))


def _draw_box(
    ax: Axes, x: float, y: float, label: str, color: str, half: float = 0.5
) -> None:
    draw_box(ax, (x, y), label, color, (2 * half, 0.54), 0.05, "large")


def _draw_sign(ax: Axes, x: float, sign: str) -> None:
    ax.add_patch(Circle((x, 0), SIGN, facecolor="white", edgecolor=INK))
    ax.text(x, -0.01, sign, ha="center", va="center", fontsize="large")


def _draw_path(
    ax: Axes, stops: Sequence[tuple[float, float]], color: str, width: float
) -> None:
    """Draw arrows along a row of stops, given with half their widths."""
    for (start, before), (end, after) in pairwise(stops):
        draw_arrow(ax, (start + before, 0), (end - after, 0), color, width)


def scan_rounds(num_steps: int) -> Figure:
    """Draw which steps each entry of a parallel scan covers, by round.

    Arrows come from the two entries that are joined.
    """
    fig, ax = subplots(3.4)
    last_round = (num_steps - 1).bit_length()
    for row in range(last_round + 1):
        for step in range(1, num_steps + 1):
            first = max(1, step - 2**row + 1)
            label = f"{first}–{step}" if first < step else str(step)
            color = HIDDEN if first == 1 else INPUT
            draw_box(ax, (step, -row), label, color, (0.6, 0.3), 0.05, 12)
            for end in (step, step + 2**row):
                if row < last_round and end <= num_steps:
                    draw_arrow(ax, (step, -row - 0.2), (end, -row - 0.8))
    ax.set(
        xlim=(0.5, num_steps + 0.5), ylim=(-last_round - 0.3, 0.3),
        xticks=[], xlabel="step", ylabel="round",
        yticks=range(-last_round, 1), yticklabels=range(last_round, -1, -1),
    )  # fmt: skip
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return fig


def recall_curves(
    learning: tuple[Sequence[int], Mapping[str, Sequence[Sequence[float]]]],
    recalled: tuple[Sequence[int], Mapping[str, Sequence[Sequence[float]]]],
    trained: tuple[int, int],
    levels: Mapping[str, float],
) -> Figure:
    """Draw the share of digits recalled, over the steps and over the gap.

    Both have the positions on the axis and, for each network, a list for each
    seed, with a value for each position. The mean over the seeds is a line,
    and the band reaches from the worst seed to the best. The gaps ``trained``
    are shaded, and ``levels`` are marked by their names.
    """
    fig, axes = subplots(5.4, 2)
    looks = looks_of(learning[1], MODELS)
    for ax, (places, networks) in zip(axes, (learning, recalled), strict=True):
        for name, runs in networks.items():
            color, dash, marker = looks[name]
            columns = list(zip(*runs, strict=True))  # one per position
            ax.plot(
                places, list(map(fmean, columns)), color=color, label=name,
                linestyle=dash, marker=marker, markersize=5,
            )  # fmt: skip
            ax.fill_between(
                places, list(map(min, columns)), list(map(max, columns)),
                color=color, alpha=0.15, linewidth=0,
            )  # fmt: skip
        for name, level in levels.items():
            ax.axhline(level, color=INK, linewidth=1, linestyle=(0, (1, 2)))
            ax.annotate(
                name, (places[-1], level), ha="right", va="bottom",
                path_effects=[HALO],
            )  # fmt: skip
        ax.set(ylim=(0, 1.08), yticks=[0, 0.25, 0.5, 0.75, 1])
        ax.grid(axis="y")
        ax.set_axisbelow(True)
    axes[0].set_xlabel("steps of training")
    axes[1].axvspan(*trained, color=PALE, alpha=0.5, linewidth=0)
    axes[1].set_xlabel("characters between digits and question")
    fig.supylabel("digits recalled", fontsize="medium")
    handles = axes[0].get_legend_handles_labels()
    fig.legend(*handles, loc="outside upper center", ncols=2)
    return fig


def gradient_reach(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how much of a gradient arrives, over the steps that it goes back.

    ``norms`` has for each network the norms at the memory, the first at the
    last step. A network that is not trained has a thin dotted line.
    """
    fig, ax = subplots(3.2)
    looks = looks_of(norms, MODELS)
    for name, values in norms.items():
        color, dash, _ = looks[name]
        untrained = "untrained" in name
        ax.plot(
            values, ":" if untrained else dash, color=color,
            linewidth=1.5 if untrained else 2, label=name.replace(", ", ",\n"),
        )  # fmt: skip
    ax.set(
        yscale="log", xlabel="steps back from the question",
        ylabel="gradient that arrives",
    )  # fmt: skip
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    label_lines(ax)
    return fig
