"""A figure of a cliff in a loss, and of descents that meet it."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from torch import Tensor

from bookkit.figures.style import AFTER, BEFORE, HALO, INK, two_layouts, width

# White where the loss is low, and never so dark that a path is lost.
HEIGHTS = LinearSegmentedColormap.from_list("heights", ["white", "#a9b4ba"])


@two_layouts
def loss_cliff(
    w: Tensor,
    b: Tensor,
    loss: Tensor,
    paths: Mapping[str, Tensor],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw a loss of two parameters, and descents from one start.

    ``loss`` is (len(b), len(w)). ``paths`` gives two descents by name, each
    (steps, 2), a row for the parameters before each step. The first one is
    dashed.
    """
    fig, ax = plt.subplots(figsize=(width(narrow), 4.6))
    shades = ax.contourf(w, b, loss, levels=12, cmap=HEIGHTS)
    looks = [(BEFORE, "--", "s"), (AFTER, "-", "o")]
    for (name, path), (color, line, marker) in zip(
        paths.items(), looks, strict=True
    ):
        ax.plot(
            path[:, 0], path[:, 1], line, color=color, marker=marker,
            markersize=7, markeredgecolor="white", markeredgewidth=0.6,
            linewidth=1.8, label=name,
        )  # fmt: skip
    x, y = next(iter(paths.values()))[0].tolist()
    ax.plot(x, y, "o", color=INK, markersize=9)
    ax.annotate(
        "start", (x, y), xytext=(10, 0), textcoords="offset points",
        va="center", path_effects=[HALO],
    )  # fmt: skip
    ax.tick_params(pad=7)  # keeps the first tick labels apart
    ax.set(xlabel="weight $w$", ylabel="bias $b$")
    bar = fig.colorbar(shades, ax=ax, pad=0.02)
    bar.set_label("loss")
    bar.ax.yaxis.set_major_locator(MultipleLocator(0.5))
    fig.legend(loc="outside upper center", ncols=1 if narrow else 2)
    return fig
