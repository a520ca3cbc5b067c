"""Figures of what the chapter builds on: tanh, softmax, and matrices."""

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure
from torch import Tensor

from charrnn.figures.style import BLUE, COLORS, INK, PALE, SKY, VERMILION


def tanh_arguments(arguments: Mapping[str, Tensor]) -> Figure:
    """Draw tanh, and below it where its arguments lie, by name.

    The parts of the axis are grey where the absolute value of tanh is above
    0.99, so that it is nearly flat. What leaves the axis is not drawn.
    """
    reach, edge = 12, math.atanh(0.99)
    fig, (top, bottom) = plt.subplots(
        2, figsize=(7, 3.8), sharex=True, height_ratios=[3, 2]
    )
    for ax in (top, bottom):
        for side in (-1, 1):
            ax.axvspan(
                side * edge, side * reach, color=PALE, alpha=0.6, linewidth=0
            )
    x = torch.linspace(-reach, reach, 481)
    top.plot(x, x.tanh(), color=INK, linewidth=2)
    top.set(ylabel=r"$\tanh$", yticks=[-1, 0, 1])
    for place, (values, color) in enumerate(
        zip(arguments.values(), COLORS, strict=False)
    ):
        inside = values[values.abs() < reach]
        heights = torch.full_like(inside, place)
        bottom.plot(
            inside, heights, "|", color=color, markersize=14, alpha=0.5
        )
    bottom.set_yticks(range(len(arguments)), [*arguments])
    bottom.set(
        xlim=(-reach, reach), ylim=(len(arguments) - 0.4, -0.6),
        xlabel=r"argument of $\tanh$, grey where it is nearly flat",
    )  # fmt: skip
    bottom.tick_params(left=False)
    return fig


def softmax_bars(logits: Mapping[str, float]) -> Figure:
    """Draw logits, their exponentials, and their probabilities, by name."""
    values = torch.tensor(list(logits.values()))
    panels = {
        "logits": values,
        "exponentials": values.exp(),
        "probabilities": values.softmax(dim=0),
    }
    fig, axes = plt.subplots(1, 3, figsize=(7, 2.8))
    for ax, (title, heights) in zip(axes, panels.items(), strict=True):
        bars = ax.bar([*logits], heights.tolist(), color=BLUE)
        labels = [f"{height:.2f}" for height in heights.tolist()]
        labels = [label.replace("-", "\N{MINUS SIGN}") for label in labels]
        ax.bar_label(bars, labels, padding=3)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(title, loc="left")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.spines["bottom"].set_visible(False)
        ax.margins(y=0.2)
        ax.tick_params(bottom=False)
    return fig


def repeated_products(W: Tensor, counts: Sequence[int]) -> Figure:
    """Draw what products with ``W``, (2, 2), make of all unit vectors.

    A panel for each of ``counts``, the number of products.
    """
    angles = torch.linspace(0, 2 * math.pi, 181)
    circle = torch.stack([angles.cos(), angles.sin()], dim=1)  # (181, 2)
    ends = [
        circle @ torch.linalg.matrix_power(W, count).to(circle.dtype)
        for count in counts
    ]
    reach = 1.1 * max(points.abs().max().item() for points in ends)
    fig, axes = plt.subplots(
        1, len(counts), figsize=(7, 2.4), sharex=True, sharey=True,
        squeeze=False,
    )  # fmt: skip
    for ax, count, points in zip(axes[0], counts, ends, strict=True):
        ax.fill(*circle.T, facecolor="none", edgecolor=INK, linestyle="--")
        ax.fill(*points.T, facecolor=SKY, edgecolor=BLUE, alpha=0.5)
        longest = points[:91][points[:91].norm(dim=1).argmax()]
        ax.plot(*zip((0, 0), longest.tolist(), strict=True), color=VERMILION)
        ax.set_title(f"{count} product" + "s" * (count != 1), loc="left")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set(xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set_visible(False)
    return fig
