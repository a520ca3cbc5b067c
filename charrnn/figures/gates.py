"""Figures of networks with gates, and of what they remember."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from charrnn.figures.style import (
    COLORS,
    HALO,
    INK,
    PALE,
    PURPLE,
    VERMILION,
)

STATE, FRESH = "#fbdcc8", "#cfe6f5"  # what is remembered, what is new


def gated_memory() -> Figure:
    """Draw a step of the plain network, of a GRU, and of an LSTM.

    The path along which a memory passes by sums and by products with gates
    is drawn in colour.
    """
    fig, axes = plt.subplots(3, figsize=(7, 6.6), height_ratios=[3, 3, 4])
    plain, gru, lstm = axes
    for ax, name in zip(axes, ("plain", "GRU", "LSTM"), strict=True):
        ax.set(xlim=(-0.9, 9.3), ylim=(-1.6, 0.75), aspect="equal")
        ax.set_title(name, loc="left", fontsize=14)
        ax.axis("off")
    lstm.set_ylim(-2.4, 0.75)

    _draw_box(plain, 0, 0, r"$\mathbf{H}_{t-1}$", STATE)
    _draw_box(plain, 8.4, 0, r"$\mathbf{H}_t$", STATE)
    _draw_box(plain, 2.6, 0, r"$\cdot\,\mathbf{W}_{hh}$", "white")
    _draw_box(plain, 6.4, 0, "tanh", "white")
    _draw_box(plain, 4.5, -1.2, r"$\mathbf{X}_t\mathbf{W}_{xh}$", FRESH, 0.9)
    _draw_sign(plain, 4.5, "+")
    _draw_path(plain, [0.55, 2.05, 3.15, 4.28, 4.72, 5.85, 6.95, 7.85], INK, 1)
    _draw_arrow(plain, (4.5, -0.88), (4.5, -0.25))

    for ax, memory, keep, fresh in (
        (gru, "H", r"\mathbf{Z}_t", r"(1-\mathbf{Z}_t)\odot"),
        (lstm, "C", r"\mathbf{F}_t", r"\mathbf{I}_t\odot"),
    ):
        _draw_box(ax, 0, 0, rf"$\mathbf{{{memory}}}_{{t-1}}$", STATE)
        _draw_box(ax, 8.4, 0, rf"$\mathbf{{{memory}}}_t$", STATE)
        _draw_box(ax, 2.2, -1.2, f"${keep}$", FRESH)
        new = rf"${fresh}\tilde{{\mathbf{{{memory}}}}}_t$"
        _draw_box(ax, 5.0, -1.2, new, FRESH, 1.3)
        _draw_sign(ax, 2.2, r"$\odot$")
        _draw_sign(ax, 5.0, "+")
        _draw_path(ax, [0.55, 1.98, 2.42, 4.78, 5.22, 7.85], VERMILION, 3)
        for x in (2.2, 5.0):
            _draw_arrow(ax, (x, -0.88), (x, -0.25))

    _draw_arrow(lstm, (8.4, -0.35), (8.4, -1.62))
    lstm.text(
        8.25, -0.98, r"$\mathbf{E}_t\odot\tanh$", ha="right", va="center"
    )
    _draw_box(lstm, 8.4, -1.95, r"$\mathbf{H}_t$", "#c9ebdf")
    return fig


def _draw_box(
    ax: Axes, x: float, y: float, label: str, color: str, half: float = 0.5
) -> None:
    box = FancyBboxPatch(
        (x - half, y - 0.27), 2 * half, 0.54,
        boxstyle="round,pad=0.05", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x, y, label, ha="center", va="center", fontsize=14)


def _draw_sign(ax: Axes, x: float, sign: str) -> None:
    ax.add_patch(Circle((x, 0), 0.22, facecolor="white", edgecolor=INK))
    ax.text(x, -0.01, sign, ha="center", va="center", fontsize=14)


def _draw_path(
    ax: Axes, places: Sequence[float], color: str, width: float
) -> None:
    """Draw arrows along a row, from each other place to the next."""
    for start, end in zip(places[::2], places[1::2], strict=True):
        _draw_arrow(ax, (start, 0), (end, 0), color, width)


def _draw_arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    color: str = INK,
    width: float = 1,
) -> None:
    ax.annotate(
        "", end, start,
        arrowprops={
            "arrowstyle": "-|>", "color": color, "linewidth": width,
            "shrinkA": 0, "shrinkB": 0,
        },
    )  # fmt: skip


def recall_curves(
    gaps: Sequence[int],
    mixed: Mapping[str, Sequence[Sequence[float]]],
    single: tuple[str, int, Sequence[Sequence[float]]],
    trained: tuple[int, int],
    chance: float,
) -> Figure:
    """Draw the accuracy of networks over the gap that they have to bridge.

    ``mixed`` gives, for each network trained on mixed gaps, a list for each
    seed, with a value for each gap. The mean over the seeds is a line, and
    the band reaches from the worst seed to the best. The gaps ``trained``
    are shaded, and the level of ``chance`` is marked. Below them, ``single``
    is the name of a network trained on a single gap, that gap, and its
    values, of which each seed is a line.
    """
    fig, (top, bottom) = plt.subplots(
        2, figsize=(7, 5.6), sharex=True, height_ratios=[3, 2]
    )
    top.axvspan(*trained, color=PALE, alpha=0.5, linewidth=0)
    _draw_note(top, sum(trained) / 2, "trained on")
    looks = zip(COLORS, "osD", ("-", "--", "-."), strict=True)
    for (name, runs), (color, marker, line) in zip(
        mixed.items(), looks, strict=False
    ):
        columns = list(zip(*runs, strict=True))  # a column for each gap
        mean = [sum(column) / len(column) for column in columns]
        top.plot(
            gaps, mean, line, color=color, marker=marker, markersize=5,
            label=name,
        )  # fmt: skip
        top.fill_between(
            gaps, list(map(min, columns)), list(map(max, columns)),
            color=color, alpha=0.2, linewidth=0,
        )  # fmt: skip
    name, gap, runs = single
    bottom.axvspan(gap - 0.5, gap + 0.5, color=PALE, alpha=0.5, linewidth=0)
    _draw_note(bottom, gap, "trained on")
    for run in runs:
        bottom.plot(
            gaps, run, ":", color=PURPLE, marker="v", markersize=5,
            linewidth=1, label=name if run is runs[0] else None,
        )  # fmt: skip
    for ax in (top, bottom):
        ax.axhline(chance, color=INK, linewidth=1, linestyle=(0, (1, 2)))
        ax.set(ylim=(0, 1.24), yticks=[0, 0.25, 0.5, 0.75, 1])
        ax.grid(axis="y")
        ax.set_axisbelow(True)
    top.annotate(
        "chance", (gaps[-1], chance), ha="right", va="bottom",
        path_effects=[HALO],
    )  # fmt: skip
    bottom.set_xlabel("characters between the digits and the question")
    fig.supylabel("digits recalled", fontsize=12)
    fig.legend(loc="outside upper center", ncols=len(mixed) + 1)
    return fig


def _draw_note(ax: Axes, x: float, note: str) -> None:
    ax.text(x, 1.13, note, ha="center", va="center", path_effects=[HALO])


def gradient_reach(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how much of a gradient arrives, over the steps that it goes back.

    ``norms`` has for each network the norms at the memory, the first at the
    last step.
    """
    fig, ax = plt.subplots(figsize=(7, 3.6))
    lines = ("-", "--", "-.", ":")
    for (name, values), color, line in zip(
        norms.items(), COLORS, lines, strict=False
    ):
        ax.plot(values, line, color=color, linewidth=2, label=name)
    fig.legend(loc="outside upper center", ncols=len(norms))
    ax.set(
        yscale="log", xlabel="steps back from the question",
        ylabel="gradient that arrives",
    )  # fmt: skip
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    return fig
