"""Figures of gradients: how long they are, and how they are clipped."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from torch import Tensor

from charrnn.figures.style import (
    BLUE,
    COLORS,
    INK,
    VERMILION,
)


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


def jacobian_norms(
    norms: Mapping[str, Sequence[float]], bounds: Mapping[str, float]
) -> Figure:
    """Draw how long gradients are, by the steps that they have gone back.

    ``norms`` gives, for each network by name, the norms after 0, 1, 2, ...
    steps, ``bounds`` the spectral norm of its recurrent weights, whose
    powers are dashed. What leaves the axis is not drawn further.
    """
    low, high = 5e-7, 1e6
    fig, ax = plt.subplots(figsize=(7, 4.2))
    for (name, values), color in zip(norms.items(), COLORS, strict=False):
        powers = [bounds[name] ** k for k in range(len(values))]
        ax.plot(powers, "--", color=color, linewidth=1)
        ax.plot(values, color=color, linewidth=2)
        end = max(k for k, v in enumerate(values) if low <= v <= high)
        ax.text(end + 0.5, values[end], name, va="center_baseline")
    ax.plot([], [], color=INK, linewidth=2, label="gradient")
    ax.plot([], [], "--", color=INK, linewidth=1, label="bound $s^{T-t}$")
    ax.set(yscale="log", ylim=(low, high), xlim=(0, None))
    ax.set(xlabel="steps back, $T - t$", ylabel="norm, relative to $t = T$")
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0.5, 0.02))
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
    _draw_clipped(ax, gradients, clipped)
    reach = max(theta, gradients.abs().max().item()) * 1.15
    ax.set(xlim=(-reach, reach), ylim=(-reach * 0.75, reach * 0.75))
    ax.set(aspect="equal", xlabel=r"$g_1$", ylabel=r"$g_2$")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def clipping_shapes(
    gradients: Tensor, shapes: Mapping[str, Tensor], theta: float
) -> Figure:
    """Draw gradients of two components, clipped to a ball and to a square.

    ``gradients`` is (n, 2), and so are the two clipped versions in
    ``shapes``, by name: those of the ball of radius ``theta``, and those of
    the square with half-width ``theta``.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7, 3.9), sharey=True)
    limits = [
        Circle((0, 0), theta, facecolor="#eaf3f9", edgecolor=INK),
        Rectangle(
            (-theta, -theta), 2 * theta, 2 * theta,
            facecolor="#eaf3f9", edgecolor=INK,
        ),
    ]  # fmt: skip
    reach = max(theta, gradients.abs().max().item()) * 1.1
    for ax, (name, clipped), limit in zip(
        axes, shapes.items(), limits, strict=True
    ):
        ax.add_patch(limit)
        _draw_clipped(ax, gradients, clipped)
        ax.set_title(name, loc="left")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_xlabel(r"$g_1$")
    axes[0].set_ylabel(r"$g_2$")
    handles = axes[0].get_legend_handles_labels()
    fig.legend(*handles, loc="outside upper center", ncols=2)
    return fig


def _draw_clipped(ax: Axes, gradients: Tensor, clipped: Tensor) -> None:
    before = {"arrowstyle": "->", "color": VERMILION, "linestyle": "--"}
    after = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2}
    for g, c in zip(gradients.tolist(), clipped.tolist(), strict=True):
        ax.annotate("", g, (0, 0), arrowprops=before)
        ax.annotate("", c, (0, 0), arrowprops=after)
    ax.plot([], [], "--", color=VERMILION, label="before clipping")
    ax.plot([], [], color=BLUE, linewidth=2, label="after clipping")
