"""The parts of diagrams: boxes with a label, and arrows between them."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from bookkit.figures.style import INK, Point

LABEL = 14  # points, for a formula: its indices are seven tenths of that


def draw_box(
    ax: Axes,
    place: Point,
    label: str,
    color: str,
    size: Point = (0.5, 0.36),
    pad: float = 0.06,
    fontsize: float | str = 16,
    family: str | None = None,
) -> None:
    """Draw a box around a point, as wide and as high as ``size``.

    ``pad`` is added between this size and the outline.
    """
    (x, y), (width, height) = place, size
    box = FancyBboxPatch(
        (x - width / 2, y - height / 2), width, height,
        boxstyle=f"round,pad={pad}", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(
        x, y, label, ha="center", va="center", fontsize=fontsize,
        family=family,
    )  # fmt: skip


def draw_arrow(
    ax: Axes,
    start: Point,
    end: Point,
    color: str = INK,
    width: float = 1,
    dash: str = "-",
    label: str = "",
) -> None:
    """Draw an arrow from one point to another, with a label beside it."""
    arrow = {
        "arrowstyle": "-|>", "color": color, "linewidth": width,
        "linestyle": dash, "shrinkA": 0, "shrinkB": 0,
    }  # fmt: skip
    ax.annotate("", end, start, arrowprops=arrow)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    vertical = start[0] == end[0]
    ax.text(
        x + (0.08 if vertical else 0), y + (0 if vertical else 0.1), label,
        ha="left" if vertical else "center",
        va="center" if vertical else "bottom", fontsize=LABEL,
    )  # fmt: skip
