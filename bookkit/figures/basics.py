"""Figures of the prerequisites: tanh, softmax, and matrices."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from bookkit.figures.style import (
    INK,
    LETTERS,
    MUTED,
    PALE,
    SKY,
    subplots,
    write_near,
)


def tanh_steps(starts: Sequence[float], step: float = 1) -> Figure:
    """Draw tanh, and what it makes of the same step from several starts."""
    fig, ax = subplots(2.8)
    _draw_tanh(ax, reach=4)
    ax.grid(axis="y")
    ax.plot((-1.2, 1.2), (-1.2, 1.2), "--", color=MUTED, linewidth=1)
    write_near(
        ax, "the sum itself", (-1.2, -1.2), (-4, 0), ha="right", va="center",
        color=MUTED,
    )  # fmt: skip
    for start in starts:
        _draw_step(ax, start, start + step)
    ax.set(xlabel="sum, grey where tanh is nearly flat", ylim=(-1.4, 1.2))
    return fig


def _draw_step(ax: Axes, start: float, end: float) -> None:
    """Draw a step along the axis, and the growth of tanh above its end."""
    low, high = math.tanh(start), math.tanh(end)
    ax.vlines((start, end), 0, (low, high), INK, ":", linewidth=1)
    ax.vlines(end, low, high, INK, linewidth=3)
    arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (end, 0), (start, 0), arrowprops=arrow)
    for text, place, offset, side in (
        (f"+{end - start:g}", ((start + end) / 2, 0), (0, -6), "center"),
        (f"+{high - low:.2f}", (end, high), (3, -6), "left"),
    ):
        write_near(ax, text, place, offset, ha=side, va="top", color=INK)


def _draw_tanh(ax: Axes, reach: float) -> None:
    """Draw tanh, with a grey area where its absolute value is above 0.99."""
    _shade_flat(ax, reach)
    x = torch.linspace(-reach, reach, 481)
    ax.plot(x, x.tanh(), color=INK, linewidth=2)
    ax.set(xlim=(-reach, reach), ylabel="tanh", yticks=[-1, 0, 1])


def _shade_flat(ax: Axes, reach: float) -> None:
    edge = math.atanh(0.99)
    for side in (-1, 1):
        ax.axvspan(
            side * edge, side * reach, color=PALE, alpha=0.6, linewidth=0
        )


def softmax_bars(logits: Mapping[str, float]) -> Figure:
    """Draw logits, their exponentials, and their probabilities, by name."""
    values = torch.tensor(list(logits.values()))
    panels = {
        "logits": values,
        "exponentials": values.exp(),
        "probabilities": values.softmax(dim=0),
    }
    fig, axes = subplots(2.6, 1, len(panels))
    for ax, (title, heights) in zip(axes, panels.items(), strict=True):
        bars = ax.bar([*logits], heights.tolist(), color=MUTED)
        labels = [f"{height:.2f}" for height in heights.tolist()]
        labels = [label.replace("-", "\N{MINUS SIGN}") for label in labels]
        ax.bar_label(bars, labels, padding=3)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(title, loc="left")
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        ax.margins(y=0.2)
        ax.tick_params(bottom=False, labelfontfamily=LETTERS)
    return fig


def repeated_products(W: Tensor, counts: Sequence[int]) -> Figure:
    """Draw what multiplying by ``W``, (2, 2), makes of all unit vectors.

    There is a panel for each of the four numbers of multiplications in
    ``counts``.
    """
    angles = torch.linspace(0, 2 * math.pi, 181)
    circle = torch.stack([angles.cos(), angles.sin()], dim=1)  # (181, 2)
    ends = [
        circle @ torch.linalg.matrix_power(W, count).to(circle.dtype)
        for count in counts
    ]
    reach = 1.1 * max(points.abs().max().item() for points in ends)
    fig, axes = subplots(4.4, 2, 2, sharex=True, sharey=True)
    for ax, count, points in zip(axes.flat, counts, ends, strict=True):
        ax.fill(*circle.T, facecolor="none", edgecolor=INK, linestyle="--")
        ax.fill(*points.T, facecolor=SKY, edgecolor=INK, alpha=0.6)
        longest = points[:91][points[:91].norm(dim=1).argmax()]
        ax.plot(*zip((0, 0), longest.tolist(), strict=True), color=INK)
        ax.set_title(f"{count} product" + "s" * (count != 1), loc="left")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return fig
