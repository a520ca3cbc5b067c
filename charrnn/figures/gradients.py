"""Figures of gradients: how long they are, and how they are clipped."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from torch import Tensor

from charrnn.figures.style import (
    BLUE,
    COLORS,
    INK,
    VERMILION,
)

BEFORE = 2  # steps that are drawn of the minibatch before the border
FORWARD = "#9a9a9a"
Point = tuple[float, float]


def gradient_flow(num_steps: int = 3) -> Figure:
    """Draw how a gradient goes back through a minibatch, to its border.

    Two steps of the minibatch before are drawn at the left of the border.
    """
    fig, ax = plt.subplots(figsize=(7, 4.6))
    for t in range(1 - BEFORE, num_steps + 1):
        inside = t > 0
        _draw_cell(ax, t, inside)
        if t > 1 - BEFORE:
            _draw_forward(ax, (t - 0.72, 0.93), (t - 0.28, 0.93))
        if inside:
            _draw_forward(ax, (t - 0.08, 2.24), (t - 0.08, 2.76))
            _draw_backward(ax, (t + 0.08, 2.76), (t + 0.08, 2.24))
            _draw_backward(ax, (t + 0.08, 1.76), (t + 0.08, 1.24))
        if t > 1:
            _draw_backward(ax, (t - 0.28, 1.09), (t - 0.72, 1.09))
    middle = (num_steps + 1) / 2
    _draw_block(ax, middle, 3, "loss $L$", "white", width=num_steps - 0.44)
    _draw_border(ax, middle)
    ax.plot([], [], color=FORWARD, linewidth=2, label="values, forward")
    ax.plot([], [], color=VERMILION, linewidth=2, label="gradients, backward")
    fig.legend(loc="outside lower center", ncols=2)
    ax.set(xlim=(0.6 - BEFORE, num_steps + 0.4), ylim=(-0.25, 3.62))
    ax.axis("off")
    return fig


def _draw_cell(ax: Axes, t: int, inside: bool) -> None:
    colors = ("#cfe6f5", "#fbdcc8", "#c9ebdf") if inside else ("white",) * 3
    for y, (name, color) in enumerate(zip("XHO", colors, strict=True)):
        label = rf"$\mathbf{{{name}}}_{{{t}}}$"
        _draw_block(ax, t, y, label, color, width=0.42)
    for start in (0.24, 1.24):
        x = t - 0.08 if inside and start > 1 else t
        _draw_forward(ax, (x, start), (x, start + 0.52))


def _draw_block(
    ax: Axes, x: float, y: float, label: str, color: str, *, width: float
) -> None:
    box = FancyBboxPatch(
        (x - width / 2, y - 0.16), width, 0.32,
        boxstyle="round,pad=0.06", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x, y, label, ha="center", va="center", fontsize=15)


def _draw_border(ax: Axes, middle: float) -> None:
    ax.axvline(0.5, color=INK, linestyle="--", linewidth=1.2)
    names = {middle: "this minibatch", 0.5 - BEFORE / 2: "minibatch before"}
    for place, name in names.items():
        ax.text(place, 3.3, name, ha="center", va="bottom")
    ax.plot([0.72, 0.5], [1.09, 1.09], color=VERMILION, linewidth=2)
    ax.plot(0.5, 1.09, "x", color=VERMILION, markersize=13, markeredgewidth=3)
    ax.annotate(
        "cut", (0.5, 1.14), (0.36, 1.55), color=VERMILION,
        ha="right", va="center",
        arrowprops={"arrowstyle": "-", "color": VERMILION, "shrinkB": 7},
    )  # fmt: skip


def _draw_forward(ax: Axes, start: Point, end: Point) -> None:
    _draw_arrow(ax, start, end, FORWARD, 1.5)


def _draw_backward(ax: Axes, start: Point, end: Point) -> None:
    _draw_arrow(ax, start, end, VERMILION, 2)


def _draw_arrow(
    ax: Axes, start: Point, end: Point, color: str, width: float
) -> None:
    arrow = {"arrowstyle": "-|>", "color": color, "linewidth": width}
    ax.annotate(
        "", end, start, arrowprops=arrow | {"shrinkA": 0, "shrinkB": 0}
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
    ax.margins(y=0.1)  # no name touches the axis below
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
        place = "center_baseline"
        if end + 1 < len(values):  # beside a curve that goes on
            place = "bottom" if values[end + 1] < low else "top"
        ax.text(end + 0.5, values[end], name, va=place)
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
