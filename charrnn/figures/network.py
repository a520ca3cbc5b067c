"""Figures of the network and its equations."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from charrnn.figures.style import (
    INK,
    PALE,
)


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
