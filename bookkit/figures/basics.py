"""Figures of the prerequisites: tanh, softmax, and matrices."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from torch import Tensor

from bookkit.figures.style import (
    INK,
    LETTERS,
    MUTED,
    PALE,
    SKY,
    is_narrow,
    make_panels,
    subplots,
    two_layouts,
)


@two_layouts
def tanh_arguments(arguments: Mapping[str, Tensor]) -> Figure:
    """Draw tanh, and below it where its arguments lie, by name.

    The parts of the axis are grey where the absolute value of tanh is above
    0.99, so that it is nearly flat. What leaves the axis is not drawn.
    """
    reach, edge = 12, math.atanh(0.99)
    fig, (top, bottom) = subplots(3.8, 2, sharex=True, height_ratios=[3, 2])
    for ax in (top, bottom):
        for side in (-1, 1):
            ax.axvspan(
                side * edge, side * reach, color=PALE, alpha=0.6, linewidth=0
            )
    x = torch.linspace(-reach, reach, 481)
    top.plot(x, x.tanh(), color=INK, linewidth=2)
    top.set(ylabel="tanh", yticks=[-1, 0, 1])
    for place, values in enumerate(arguments.values()):
        inside = values[values.abs() < reach]
        heights = torch.full_like(inside, place)
        bottom.plot(inside, heights, "|", color=INK, markersize=14, alpha=0.5)
    bottom.set_yticks(range(len(arguments)), [*arguments])
    bottom.set(
        xlim=(-reach, reach), ylim=(len(arguments) - 0.4, -0.6),
        xlabel="argument of tanh, grey where it is nearly flat",
    )  # fmt: skip
    bottom.tick_params(left=False)
    return fig


@two_layouts
def softmax_bars(logits: Mapping[str, float]) -> Figure:
    """Draw logits, their exponentials, and their probabilities, by name."""
    values = torch.tensor(list(logits.values()))
    panels = {
        "logits": values,
        "exponentials": values.exp(),
        "probabilities": values.softmax(dim=0),
    }
    fig, axes = make_panels(len(panels), 2.8, 1.8)
    for ax, (title, heights) in zip(axes, panels.items(), strict=True):
        bars = ax.bar([*logits], heights.tolist(), color=MUTED)
        labels = [f"{height:.2f}" for height in heights.tolist()]
        labels = [label.replace("-", "\N{MINUS SIGN}") for label in labels]
        ax.bar_label(bars, labels, padding=3)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(title, loc="left")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.spines["bottom"].set_visible(False)
        ax.margins(y=0.2)
        ax.tick_params(bottom=False, labelfontfamily=LETTERS)
    return fig


@two_layouts
def repeated_products(W: Tensor, counts: Sequence[int]) -> Figure:
    """Draw what products with ``W``, (2, 2), make of all unit vectors.

    A panel for each of ``counts``, the number of products. They are even,
    as a phone has two rows.
    """
    angles = torch.linspace(0, 2 * math.pi, 181)
    circle = torch.stack([angles.cos(), angles.sin()], dim=1)  # (181, 2)
    ends = [
        circle @ torch.linalg.matrix_power(W, count).to(circle.dtype)
        for count in counts
    ]
    reach = 1.1 * max(points.abs().max().item() for points in ends)
    rows = 2 if is_narrow() else 1
    columns = len(counts) // rows
    fig, axes = subplots(2.4 * rows, rows, columns, sharex=True, sharey=True)
    for ax, count, points in zip(axes.flat, counts, ends, strict=True):
        ax.fill(*circle.T, facecolor="none", edgecolor=INK, linestyle="--")
        ax.fill(*points.T, facecolor=SKY, edgecolor=INK, alpha=0.6)
        longest = points[:91][points[:91].norm(dim=1).argmax()]
        ax.plot(*zip((0, 0), longest.tolist(), strict=True), color=INK)
        ax.set_title(f"{count} product" + "s" * (count != 1), loc="left")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set(xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set_visible(False)
    return fig
