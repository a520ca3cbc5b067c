"""Labels at the ends of lines, instead of a legend."""

from collections.abc import Sequence
from itertools import accumulate
from typing import cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

LEADING = 1.6  # the height of a row of text, in font sizes


def label_lines(ax: Axes) -> None:
    """Write the labels of lines right of the axes, joined to their ends.

    Call it after everything else is drawn, when the limits are final.
    """
    figure = cast(Figure, ax.figure)
    figure.draw_without_rendering()  # computes its layout
    row = LEADING * plt.rcParams["font.size"] * figure.dpi / 72
    share = row / ax.get_window_extent().height
    to_axes = ax.transData + ax.transAxes.inverted()
    lines = {str(line.get_label()): line for line in ax.lines}
    ends = {
        name: np.asarray(line.get_xydata())[-1] for name, line in lines.items()
    }
    wanted = {name: to_axes.transform(end)[1] for name, end in ends.items()}
    order = sorted(wanted, key=lambda name: wanted[name])
    heights = [share * (1 + name.count("\n")) for name in order]
    places = spread_out([wanted[name] for name in order], heights)
    for name, place in zip(order, places, strict=True):
        ax.annotate(
            name, tuple(ends[name]), xytext=(1.06, place),
            textcoords="axes fraction", va="center", annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": lines[name].get_color(),
                "linestyle": lines[name].get_linestyle(),
                "relpos": (0, 0.5), "shrinkA": 0, "shrinkB": 0,
            },
        )  # fmt: skip


def spread_out(
    wanted: Sequence[float], heights: Sequence[float]
) -> list[float]:
    """Return heights near the wanted ones, so that labels do not overlap.

    ``wanted`` must ascend. Labels that would overlap move apart both ways.
    """
    gaps = [(a + b) / 2 for a, b in zip(heights, heights[1:], strict=False)]
    offsets = list(accumulate(gaps, initial=0))
    free = [w - offset for w, offset in zip(wanted, offsets, strict=True)]
    up = list(accumulate(free, max))
    down = list(accumulate(reversed(free), min))[::-1]
    return [
        (high + low) / 2 + offset
        for high, low, offset in zip(up, down, offsets, strict=True)
    ]
