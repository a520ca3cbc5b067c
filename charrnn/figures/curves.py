"""Figures of trainings: what they recorded, epoch by epoch."""

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, StrMethodFormatter

from charrnn.figures.style import (
    BLUE,
    COLORS,
    GREEN,
    HALO,
    INK,
    VERMILION,
    Recorded,
    both,
    width,
)


@both
def learning_curve(history: Recorded, *, narrow: bool = False) -> Figure:
    """Draw perplexity, and gradient norm with its threshold, by epoch."""
    fig, (top, bottom) = plt.subplots(
        2, figsize=(width(narrow), 4.2), sharex=True, height_ratios=[3, 2]
    )
    epochs = range(1, len(history) + 1)
    top.plot(epochs, history.perplexity, color=BLUE)
    _set_perplexity_axis(top)
    bottom.plot(epochs, history.grad_norm, color=GREEN, linewidth=1)
    if history.theta < float("inf"):
        bottom.axhline(history.theta, color=VERMILION, linestyle="--")
        bottom.annotate(
            rf"$\theta = {history.theta:g}$", (1, history.theta),
            xycoords=("axes fraction", "data"), xytext=(2, 0),
            textcoords="offset points", va="center", color=VERMILION,
        )  # fmt: skip
    bottom.set(ylabel="largest\ngradient norm", xlabel="epoch")
    bottom.set_ylim(bottom=0)
    bottom.xaxis.set_major_locator(
        MaxNLocator(integer=True, steps=[1, 2, 5, 10])
    )
    return fig


def marked_curve(history: Recorded, marked: Sequence[int]) -> Figure:
    """Draw the perplexity by epoch, and mark some; both axes logarithmic."""
    fig, ax = plt.subplots(figsize=(7, 2.8))
    ax.plot(range(1, len(history) + 1), history.perplexity, color=BLUE)
    values = [history.perplexity[epoch - 1] for epoch in marked]
    ax.plot(marked, values, "o", color=VERMILION, clip_on=False)
    for epoch, value in zip(marked, values, strict=True):
        ax.annotate(
            str(epoch), (epoch, value), (4, 5), textcoords="offset points",
            color=VERMILION, path_effects=[HALO],
        )  # fmt: skip
    ax.set(xscale="log", xlabel="epoch")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    _set_perplexity_axis(ax)
    return fig


def compare_curves(histories: Mapping[str, Recorded]) -> Figure:
    """Draw the perplexities of several trainings, side by side."""
    fig, axes = plt.subplots(
        1, len(histories), figsize=(7, 3), sharey=True, squeeze=False
    )
    for ax, (name, history), color in zip(
        axes[0], histories.items(), COLORS, strict=False
    ):
        epochs = range(1, len(history) + 1)
        ax.plot(epochs, history.perplexity, color=color)
        ax.set_title(name, loc="left")
        ax.set_xlabel("epoch")
        _set_perplexity_axis(ax)
    for ax in axes[0, 1:]:
        ax.set_ylabel("")
    return fig


def _set_perplexity_axis(ax: Axes) -> None:
    ax.set(yscale="log", ylabel="perplexity", ylim=(0.95, None))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.grid(axis="y")


def compare_thresholds(
    histories: Mapping[str, Recorded], ceiling: float
) -> Figure:
    """Draw perplexity and gradient norms of trainings with thresholds.

    Each training has a column. A cross marks where a run ends early, or
    its perplexity exceeds ``ceiling``, the top of the axis.
    """
    fig, axes = plt.subplots(
        2, len(histories), figsize=(7, 4.8), sharex=True, sharey="row",
        squeeze=False,
    )  # fmt: skip
    longest = max(len(history) for history in histories.values())
    for (top, bottom), (name, history), color in zip(
        axes.T, histories.items(), COLORS, strict=False
    ):
        top.set_title(name, loc="left", pad=12)
        _draw_perplexity(top, history, ceiling, longest, color)
        _draw_norms(bottom, history, color)
        bottom.set_xlabel("epoch")
    axes[0, 0].set_ylabel("perplexity")
    axes[1, 0].set_ylabel("gradient norm\nof each step")
    return fig


def _draw_perplexity(
    ax: Axes, history: Recorded, ceiling: float, longest: int, color: str
) -> None:
    ax.plot(range(1, len(history) + 1), history.perplexity, color=color)
    _set_perplexity_axis(ax)
    ax.set(ylim=(0.95, ceiling), ylabel="")
    over = [value > ceiling for value in history.perplexity]
    end = over.index(True) if any(over) else len(history)
    if end < longest:
        ax.plot(end + 1, ceiling, "X", color=INK, markersize=9, clip_on=False)
        ax.text(0.97, 0.9, "diverged", ha="right", transform=ax.transAxes)


def _draw_norms(ax: Axes, history: Recorded, color: str) -> None:
    steps = [
        epoch + (step + 1) / len(norms)
        for epoch, norms in enumerate(history.norms)
        for step in range(len(norms))
    ]
    ax.plot(steps, sum(history.norms, []), color=color, linewidth=0.6)
    ax.set_yscale("log")
    ax.grid(axis="y")
    if history.theta < float("inf"):
        ax.axhline(history.theta, color=INK, linestyle="--", linewidth=1)
        ax.annotate(
            rf"$\theta = {history.theta:g}$", (0.04, history.theta),
            xycoords=("axes fraction", "data"), xytext=(0, 3),
            textcoords="offset points",
        )  # fmt: skip


def clinic_curves(curves: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw the perplexities of several treatments, by epoch.

    ``curves`` gives, for each treatment by name, a curve for each seed.
    """
    fig, ax = plt.subplots(figsize=(7, 3.8))
    styles = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
    for (name, runs), color, style in zip(
        curves.items(), COLORS, styles, strict=False
    ):
        for i, run in enumerate(runs):
            ax.plot(
                range(1, len(run) + 1), run, color=color, linestyle=style,
                linewidth=1.4, label=None if i else name,
            )  # fmt: skip
    _set_perplexity_axis(ax)
    lowest = min(min(run) for runs in curves.values() for run in runs)
    ax.set(xlabel="epoch", ylim=(0.9 * lowest, None))
    ax.legend()
    return fig


def loss_floors(
    histories: Mapping[str, Recorded], floors: Mapping[str, float]
) -> Figure:
    """Draw the mean losses of trainings, and the floor of each.

    ``floors`` are perplexities, by the names of the trainings. The loss is
    the logarithm of the perplexity, in nats per character.
    """
    fig, ax = plt.subplots(figsize=(7, 3.6))
    for (name, history), color in zip(histories.items(), COLORS, strict=False):
        losses = [math.log(value) for value in history.perplexity]
        floor = math.log(floors[name])
        ax.plot(range(1, len(history) + 1), losses, color=color, label=name)
        ax.axhline(floor, color=color, linestyle="--")
        ax.annotate(
            f"floor, {name}", (0.02, floor), color=color, va="bottom",
            xycoords=("axes fraction", "data"),
            xytext=(0, 2), textcoords="offset points",
        )  # fmt: skip
    ax.set(yscale="log", xlabel="epoch", ylabel="mean loss (nats)")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return fig


def held_out_curves(histories: Mapping[str, Recorded]) -> Figure:
    """Draw training and held-out perplexity of trainings, side by side.

    A ring marks where the held-out perplexity is lowest.
    """
    fig, axes = plt.subplots(
        1, len(histories), figsize=(7, 3.4), sharey=True, squeeze=False
    )
    for ax, (name, history) in zip(axes[0], histories.items(), strict=True):
        ax.plot(
            range(1, len(history) + 1), history.perplexity, "--", color=BLUE,
            label="training text",
        )  # fmt: skip
        ax.plot(*zip(*history.held_out, strict=True), color=VERMILION,
                label="held-out text")  # fmt: skip
        lowest = min(history.held_out, key=lambda pair: pair[1])
        ax.plot(*lowest, "o", color=INK, fillstyle="none", markersize=9)
        ax.set_title(name, loc="left")
        ax.set_xlabel("epoch")
        _set_perplexity_axis(ax)
    for ax in axes[0, 1:]:
        ax.set_ylabel("")
    fig.legend(
        *ax.get_legend_handles_labels(), loc="outside upper right", ncols=2
    )
    return fig


def places_left(
    passages: Mapping[str, Sequence[int]], typical: Sequence[float]
) -> Figure:
    """Draw how many places of a text still fit what has been read of it.

    ``passages`` gives, for each passage, the number of places after each of
    its characters, and is drawn with these up to where one place is left.
    ``typical`` is the mean over all places to begin at.
    """
    fig, ax = plt.subplots(figsize=(7, 3.8))
    steps = range(1, len(typical) + 1)
    ax.plot(steps, typical, "--", color=INK, label="typical beginning")
    looks = zip(COLORS, "os^D", ("-", ":", "-.", "-"), strict=False)
    for (passage, counts), look in zip(passages.items(), looks, strict=False):
        end = counts.index(1) + 1 if 1 in counts else len(counts)
        color, marker, style = look
        ax.plot(
            range(1, end + 1), counts[:end], color=color, marker=marker,
            linestyle=style, markersize=4,
        )  # fmt: skip
        for k, (character, count) in enumerate(
            zip(passage[:end], counts, strict=False), start=1
        ):
            ax.annotate(
                character.replace(" ", "␣"), (k, count), (3, 4),
                textcoords="offset points", color=color, family="monospace",
                path_effects=[HALO],
            )  # fmt: skip
    ax.set(yscale="log", xlabel="characters read", ylabel="places that fit")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y")
    ax.legend()
    return fig


def loss_along(losses: Mapping[str, Sequence[float]], width: int) -> Figure:
    """Draw the losses of several models along a text, a panel for each.

    Each point is a mean over ``width`` characters, in nats.
    """
    fig, axes = plt.subplots(
        len(losses), figsize=(7, 0.6 + 1.7 * len(losses)), sharex=True,
        sharey=True, squeeze=False,
    )  # fmt: skip
    for ax, (name, values), color in zip(
        axes[:, 0], losses.items(), COLORS, strict=False
    ):
        starts = range(0, len(values), width)
        pieces = [values[start : start + width] for start in starts]
        means = [float(sum(piece)) / len(piece) for piece in pieces]
        places = [start + width / 2 for start in starts]
        ax.plot(places, means, color=color, linewidth=1)
        ax.set_title(name, loc="left")
        ax.set_ylabel("loss (nats)")
        ax.grid(axis="y")
    axes[-1, 0].set_xlabel("place in the text (characters)")
    return fig


def first_characters(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
) -> Figure:
    """Draw the perplexity at each position of what is read from zeros.

    ``panels`` gives, for each task by name, a curve for each reader by name.
    A reader has the same look in all panels; the first is dashed.
    """
    fig, axes = plt.subplots(
        1, len(panels), figsize=(7, 3.6), sharey=True, squeeze=False
    )
    names = list(
        dict.fromkeys(n for curves in panels.values() for n in curves)
    )
    looks = dict(
        zip(
            names,
            [(INK, "--"), *zip(COLORS, ["-", "-.", ":"], strict=False)],
            strict=False,
        )
    )
    drawn = {}
    for ax, (task, curves) in zip(axes[0], panels.items(), strict=True):
        for name, values in curves.items():
            color, style = looks[name]
            (drawn[name],) = ax.plot(
                range(1, len(values) + 1), values, color=color, linestyle=style
            )
        ax.set_title(task, loc="left")
        ax.set_xlabel("characters read")
        _set_perplexity_axis(ax)
    for ax in axes[0, 1:]:
        ax.set_ylabel("")
    fig.legend(
        list(drawn.values()), list(drawn), loc="outside upper center",
        ncols=len(drawn),
    )  # fmt: skip
    return fig
