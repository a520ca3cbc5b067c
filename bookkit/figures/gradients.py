"""Figures of gradients: flow, norms, spectra, clipping, and a cliff."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import LogLocator
from torch import Tensor

from bookkit.figures.diagrams import draw_arrow, draw_box
from bookkit.figures.style import (
    AFTER,
    BEFORE,
    FORWARD,
    GRADIENT,
    HALO,
    HIDDEN,
    INK,
    INPUT,
    OUTPUT,
    PALETTE,
    THRESHOLD,
    UNCLIPPED,
    subplots,
    write_near,
)

ROUTE_BOX = (0.44, 0.4)


def gradient_flow(num_steps: int = 3) -> Figure:
    """Draw how a gradient goes back through a minibatch, to its border.

    The last step of the minibatch before is drawn at the left of the border.
    """
    fig, ax = subplots(4.8)
    for t in range(num_steps + 1):
        inside = t > 0
        _draw_cell(ax, t, inside)
        if inside:
            draw_arrow(ax, (t - 0.72, 0.93), (t - 0.28, 0.93), FORWARD)
            draw_arrow(ax, (t - 0.08, 2.24), (t - 0.08, 2.76), FORWARD)
            draw_arrow(ax, (t + 0.08, 2.76), (t + 0.08, 2.24), GRADIENT, 3)
            draw_arrow(ax, (t + 0.08, 1.76), (t + 0.08, 1.24), GRADIENT, 3)
        if t > 1:
            draw_arrow(ax, (t - 0.28, 1.09), (t - 0.72, 1.09), GRADIENT, 3)
    middle = (num_steps + 1) / 2
    loss = num_steps - 0.44, 0.32
    draw_box(ax, (middle, 3), "loss $L$", "white", loss, fontsize=15)
    _draw_border(ax)
    ax.text(middle, 3.3, "this minibatch", ha="center", va="bottom")
    ax.text(0, 3.3, "minibatch\nbefore", ha="center", va="center")
    ax.plot([], [], color=FORWARD, linewidth=1, label="values, forward")
    ax.plot([], [], color=GRADIENT, linewidth=3, label="gradients, backward")
    fig.legend(loc="outside lower center", ncols=2)
    ax.set(xlim=(-0.4, num_steps + 0.4), ylim=(-0.25, 3.62))
    ax.axis("off")
    return fig


def _draw_cell(ax: Axes, t: int, inside: bool) -> None:
    colors = (INPUT, HIDDEN, OUTPUT) if inside else ("white",) * 3
    for y, (name, color) in enumerate(zip("XHO", colors, strict=True)):
        label = rf"$\mathbf{{{name}}}_{{{t}}}$"
        draw_box(ax, (t, y), label, color, (0.42, 0.32), fontsize=15)
    for start in (0.24, 1.24):
        x = t - 0.08 if inside and start > 1 else t
        draw_arrow(ax, (x, start), (x, start + 0.52), FORWARD)


def _draw_border(ax: Axes) -> None:
    ax.axvline(0.5, color=INK, linestyle="--", linewidth=1.2)
    ax.plot([0.72, 0.5], [1.09, 1.09], color=GRADIENT, linewidth=3)
    ax.plot(0.5, 1.09, "x", color=GRADIENT, markersize=13, markeredgewidth=4)
    ax.annotate(
        "cut", (0.5, 1.14), (0.36, 1.55), ha="right", va="center",
        arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 7},
    )  # fmt: skip


def routes(num_steps: int = 3) -> Figure:
    """Draw the routes from a weight to the loss, a panel for each group.

    A group enters the states at one step, by a thin arrow, and leads on to
    the loss by thick ones.
    """
    fig, axes = subplots(2.6, 1, num_steps)
    middle = (num_steps + 1) / 2
    for step, ax in enumerate(axes, start=1):
        draw_box(ax, (middle, 0), "$w$", "white", ROUTE_BOX)
        draw_box(ax, (middle, 3), "$L$", "white", ROUTE_BOX)
        for t in range(1, num_steps + 1):
            color = HIDDEN if t >= step else "white"
            draw_box(ax, (t, 1.5), f"$h_{t}$", color, ROUTE_BOX)
            lean = 0.25 * (t - middle)
            if t == step:
                end = t - lean, 1.14
                draw_arrow(ax, (middle + lean, 0.36), end, FORWARD, 1.5)
            if t >= step:
                end = middle + lean, 2.64
                draw_arrow(ax, (t - lean, 1.86), end, GRADIENT, 3)
            if t > step:
                draw_arrow(ax, (t - 0.7, 1.5), (t - 0.3, 1.5), GRADIENT, 3)
        ax.set_title(f"enters at step {step}")
        ax.set(xlim=(0.45, num_steps + 0.55), ylim=(-0.45, 3.45))
        ax.axis("off")
    return fig


def product_norms(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the norm of a chain of products against its length.

    ``norms`` gives, for each curve by name, the norms of the chains of 0,
    1, 2, ... matrices.
    """
    fig, ax = subplots(3)
    for (name, values), dash in zip(
        norms.items(), ["-", "--", "-."], strict=False
    ):
        ax.plot(values, dash, color=INK)
        ax.text(len(values), values[-1], fill(name, 11), va="center")
    ax.set(yscale="log", xlabel="matrices in the chain", ylabel="norm")
    ax.margins(y=0.2)  # no name touches the axis below
    return fig


def jacobian_norms(
    norms: Mapping[str, Sequence[float]], bounds: Mapping[str, float]
) -> Figure:
    """Draw the norms of gradients, by the steps that they have gone back.

    ``norms`` gives, for each network by name, the norms after 0, 1, 2, ...
    steps, ``bounds`` the spectral norm of its recurrent weights, whose
    powers are dashed. What leaves the axis is not drawn further.
    """
    low, high = 5e-7, 1e6
    fig, ax = subplots(4.2)
    for name, values in norms.items():
        color = PALETTE.get(f"network-{name}", INK)
        powers = [bounds[name] ** k for k in range(len(values))]
        ax.plot(powers, "--", color=color, linewidth=1)
        ax.plot(values, color=color, linewidth=2)
        end = max(k for k, v in enumerate(values) if low <= v <= high)
        place = "center_baseline"
        if end + 1 < len(values):  # beside a curve that continues
            place = "bottom" if values[end + 1] < low else "top"
        ax.text(end + 0.5, values[end], name, va=place)
    ax.plot([], [], color=INK, linewidth=2, label="gradient")
    ax.plot([], [], "--", color=INK, linewidth=1, label="bound $s^{T-t}$")
    ax.set(yscale="log", ylim=(low, high), xlim=(0, None))
    ax.set(xlabel="steps back, $T - t$", ylabel="norm, relative to $t = T$")
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0.5, 0.02))
    return fig


def spectra(matrices: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """Draw eigenvalues before and after training.

    ``matrices`` gives, for each network by name, its square matrix before
    training, and after.
    """
    fig, axes = subplots(
        3.6, 1, len(matrices), squeeze=False, sharex=True, sharey=True
    )
    for ax, (name, pair) in zip(axes[0], matrices.items(), strict=True):
        ax.set_title(name, loc="left")
        _draw_eigenvalues(ax, *pair)
    axes[0, 0].set_ylabel("imaginary part")
    fig.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside lower center",
        markerscale=2, ncols=3, handletextpad=0.3, columnspacing=1.5,
    )  # fmt: skip
    return fig


def _draw_eigenvalues(ax: Axes, before: Tensor, after: Tensor) -> None:
    for matrix, name, color, marker in [
        (after, "after training", AFTER, "o"),
        (before, "before", BEFORE, "x"),
    ]:
        values = torch.linalg.eigvals(matrix)
        ax.scatter(
            values.real, values.imag, s=6, color=color, marker=marker,
            linewidth=0.6, label=name,
        )  # fmt: skip
    ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=INK, linewidth=1.5))
    ax.plot([], [], color=INK, label="unit circle")
    ax.set(aspect="equal", xlabel="real part")
    ax.margins(0.05)


def clipping_plane(gradients: Tensor, clipped: Tensor, theta: float) -> Figure:
    """Draw gradients of two components before and after clipping.

    ``gradients`` and ``clipped`` are (n, 2), ``theta`` the radius.
    """
    fig, ax = subplots(4.2)
    ball = Circle((0, 0), theta, facecolor=UNCLIPPED, edgecolor=THRESHOLD)
    ax.add_patch(ball)
    ax.annotate(
        rf"$\theta = {theta:g}$", (0, -theta), (0, -theta - 0.1),
        ha="center", va="top",
    )  # fmt: skip
    _draw_clipped(ax, gradients, clipped)
    reach = max(theta, gradients.abs().max().item()) * 1.15
    ax.set(xlim=(-reach, reach), ylim=(-reach * 0.75, reach * 0.75))
    ax.set(aspect="equal")
    fig.legend(loc="outside upper center", ncols=2)
    return fig


def _draw_clipped(ax: Axes, gradients: Tensor, clipped: Tensor) -> None:
    before = {
        "arrowstyle": "->", "color": BEFORE, "linestyle": "--",
        "linewidth": 1.4,
    }  # fmt: skip
    after = {"arrowstyle": "-|>", "color": AFTER, "linewidth": 2}
    for g, c in zip(gradients.tolist(), clipped.tolist(), strict=True):
        ax.annotate("", g, (0, 0), arrowprops=before)
        ax.annotate("", c, (0, 0), arrowprops=after)
    ax.plot([], [], "--", color=BEFORE, label="before clipping")
    ax.plot([], [], color=AFTER, linewidth=2, label="after clipping")
    ax.set(xlabel="$g_1$", ylabel="$g_2$")


# White where the loss is lowest, and never so dark that a path is lost.
HEIGHTS = LinearSegmentedColormap.from_list("heights", ["white", "#a9b4ba"])


def loss_cliff(
    w: Tensor, b: Tensor, error: Tensor, paths: Mapping[str, Tensor]
) -> Figure:
    """Draw a loss of two parameters, and descents from one start.

    The loss is the square of ``error``, (len(b), len(w)), and the valley is
    where that is zero. ``paths`` gives two descents by name, each (steps, 2),
    a row for the parameters before each step. The first one is dashed.
    """
    fig, ax = subplots(4.6)
    loss = error.square().clamp(min=1e-3)
    shades = ax.contourf(
        w, b, loss, np.logspace(-3, 0.5, 15), cmap=HEIGHTS, norm=LogNorm()
    )
    ax.contour(w, b, error, [0], colors=INK, linewidths=1, linestyles=":")
    at = len(w) // 8
    valley = w[at].item(), b[error[:, at].abs().argmin()].item()
    write_near(ax, "valley: loss 0", valley, (0, 6), path_effects=[HALO])
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
    write_near(ax, "start", (x, y), (10, 0), va="center", path_effects=[HALO])
    ax.tick_params(pad=7)  # keeps the first tick labels apart
    ax.set(xlabel="weight $w$", ylabel="bias $b$")
    bar = fig.colorbar(shades, ax=ax, pad=0.02)
    bar.set_label("loss")
    bar.ax.yaxis.set_major_locator(LogLocator())
    fig.legend(loc="outside upper center", ncols=2)
    return fig
