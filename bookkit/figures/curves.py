"""Figures of training runs: what they recorded, epoch by epoch."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, StrMethodFormatter

from bookkit.figures.line_labels import label_lines
from bookkit.figures.style import (
    BLUE,
    GRADIENT,
    HALO,
    HELD_OUT,
    INK,
    PALE,
    PURPLE,
    RULES,
    SEQUENTIAL,
    STRATEGIES,
    THRESHOLD,
    TRAINED,
    Look,
    looks_of,
    stack_panels,
    subplots,
    visible,
    write_near,
)
from charrnn.history import History

READERS = {"memoriser": Look(INK, "--"), **STRATEGIES}


def learning_curve(
    history: History, *, rise: tuple[int, int] | None = None
) -> Figure:
    """Draw perplexity, and gradient norm with its threshold, by epoch.

    A grey band marks a ``rise``, from one epoch to a later one.
    """
    fig, (top, bottom) = subplots(4.2, 2, sharex=True, height_ratios=[3, 2])
    epochs = range(1, len(history) + 1)
    top.plot(epochs, history.perplexity, color=INK)
    _set_perplexity_axis(top)
    bottom.plot(epochs, history.grad_norm, color=GRADIENT, linewidth=1)
    if rise is not None:
        _mark_rise(top, history, rise)
        bottom.axvspan(*rise, color=PALE, linewidth=0)
    if history.theta < float("inf"):
        bottom.axhline(history.theta, color=THRESHOLD, linestyle="--")
        write_near(
            bottom, rf"$\theta = {history.theta:g}$", (1, history.theta),
            (2, 0), xycoords=("axes fraction", "data"), va="center",
        )  # fmt: skip
    bottom.set(ylabel="largest\ngradient norm", xlabel="epoch", ylim=(0, None))
    bottom.xaxis.set_major_locator(
        MaxNLocator(integer=True, steps=[1, 2, 5, 10])
    )
    return fig


def _mark_rise(ax: Axes, history: History, rise: tuple[int, int]) -> None:
    ax.axvspan(*rise, color=PALE, linewidth=0)
    for epoch, x, side in zip(rise, (-4, 4), ("right", "left"), strict=True):
        place = epoch, history.perplexity[epoch - 1]
        ax.plot(*place, "o", color=INK, markersize=4)
        write_near(ax, str(epoch), place, (x, 5), ha=side, path_effects=[HALO])


def compare_curves(histories: Mapping[str, History]) -> Figure:
    """Draw the perplexities of several runs in one pair of axes."""
    fig, ax = subplots(3.2)
    looks = looks_of(histories, STRATEGIES)
    for name, history in histories.items():
        ax.plot(
            range(1, len(history) + 1), history.perplexity,
            color=looks[name].color, label=name.replace(" ", "\n"),
        )  # fmt: skip
    _set_perplexity_axis(ax)
    ax.set_xlabel("epoch")
    label_lines(ax)
    return fig


def _set_perplexity_axis(ax: Axes) -> None:
    _set_log_axis(ax, "perplexity")
    ax.set_ylim(0.95)


def _set_log_axis(ax: Axes, label: str) -> None:
    ax.set(yscale="log", ylabel=label)
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.minorticks_off()
    ax.grid(axis="y")


def compare_thresholds(
    histories: Mapping[str, History], ceiling: float
) -> Figure:
    """Draw perplexity and gradient norms of runs with thresholds.

    Each run has a row. A cross marks where a run ends early, or its perplexity
    exceeds ``ceiling``, the top of the axis.
    """
    count = len(histories)
    fig, axes = subplots(
        1.9 * count, count, 2, sharex=True, sharey="col", squeeze=False
    )
    longest = max(len(history) for history in histories.values())
    for (curve, norms), (name, history) in zip(
        axes, histories.items(), strict=True
    ):
        curve.set_title(name, loc="left", pad=12)
        _draw_perplexity(curve, history, ceiling, longest)
        _draw_norms(norms, history)
        curve.set_ylabel("perplexity")
        norms.set_ylabel("gradient norm")
    for ax in axes[-1]:
        ax.set_xlabel("epoch")
    return fig


def _draw_perplexity(
    ax: Axes, history: History, ceiling: float, longest: int
) -> None:
    epochs = range(1, len(history) + 1)
    ax.plot(epochs, history.perplexity, color=SEQUENTIAL)
    _set_perplexity_axis(ax)
    ax.set(ylim=(0.95, ceiling), ylabel="")
    over = [value > ceiling for value in history.perplexity]
    end = over.index(True) if any(over) else len(history)
    if end < longest:
        place = end + 1, ceiling
        ax.plot(*place, "X", color=INK, markersize=9, clip_on=False)
        write_near(ax, "diverged", place, (7, -4), va="top")


def _draw_norms(ax: Axes, history: History) -> None:
    steps = [
        epoch + (step + 1) / len(norms)
        for epoch, norms in enumerate(history.norms)
        for step in range(len(norms))
    ]
    ax.plot(steps, sum(history.norms, []), color=GRADIENT, linewidth=0.6)
    ax.set_yscale("log")
    ax.grid(axis="y")
    if history.theta < float("inf"):
        ax.axhline(history.theta, color=THRESHOLD, linestyle="--", linewidth=1)
        write_near(
            ax, rf"$\theta = {history.theta:g}$", (0.04, history.theta),
            (0, 3), xycoords=("axes fraction", "data"),
            bbox={"color": "white", "alpha": 0.8, "pad": 1},
        )  # fmt: skip


def clinic_curves(curves: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw the perplexities of several treatments, by epoch.

    ``curves`` gives, for each treatment by name, a curve for each seed. A
    band reaches from the lowest seed to the highest, and a line is their
    median.
    """
    fig, ax = subplots(4.7)
    looks = looks_of(curves, RULES)
    for name, runs in curves.items():
        values = list(zip(*runs, strict=True))  # those of each epoch
        epochs = range(1, len(values) + 1)
        ax.fill_between(
            epochs, list(map(min, values)), list(map(max, values)),
            color=looks[name].color, alpha=0.2, linewidth=0,
        )  # fmt: skip
        rows = [textwrap.fill(row, 12) for row in name.split(", ")]
        ax.plot(
            epochs, list(map(median, values)), color=looks[name].color,
            linestyle=looks[name].dash, linewidth=1.6, label=",\n".join(rows),
        )  # fmt: skip
    _set_perplexity_axis(ax)
    lowest = min(min(run) for runs in curves.values() for run in runs)
    ax.set(xlabel="epoch", ylim=(0.5 * lowest, None))  # room for the labels
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_lines(ax)
    for label in ax.texts:
        label.set_linespacing(0.7)  # so that a gap shows where each ends
    return fig


def loss_floors(
    histories: Mapping[str, History], floors: Mapping[str, float]
) -> Figure:
    """Draw the mean losses of several runs, and the floor of each.

    ``floors`` are perplexities, by the names of the runs. The loss is the
    logarithm of the perplexity, in nats per character.
    """
    fig, ax = subplots(3.6)
    looks = looks_of(histories, STRATEGIES)
    for name, history in histories.items():
        losses = [math.log(value) for value in history.perplexity]
        epochs, color = range(1, len(history) + 1), looks[name].color
        ax.plot(epochs, losses, color=color, label=name)
        floor = math.log(floors[name])
        ax.plot(
            (1, len(history)), (floor, floor), "--", color=color,
            label=f"floor of\n{name}",
        )  # fmt: skip
    ax.set_xlabel("epoch")
    _set_log_axis(ax, "mean loss (nats)")
    label_lines(ax)
    return fig


def held_out_curves(history: History) -> Figure:
    """Draw the training and the held-out perplexity of a training run.

    A ring marks where the held-out perplexity is lowest.
    """
    fig, ax = subplots(3.4)
    ax.plot(
        range(1, len(history) + 1), history.perplexity, "--",
        color=TRAINED, label="training text",
    )  # fmt: skip
    ax.plot(*zip(*history.held_out, strict=True), color=HELD_OUT,
            linewidth=2, label="held-out text")  # fmt: skip
    _set_perplexity_axis(ax)
    ax.set_xlabel("epoch")
    label_lines(ax)
    lowest = min(history.held_out, key=lambda pair: pair[1])
    ax.plot(*lowest, "o", color=INK, fillstyle="none", markersize=9)
    return fig


def places_left(
    passages: Mapping[str, Sequence[int]], typical: Sequence[float]
) -> Figure:
    """Draw how many places of a text still fit what has been read of it.

    ``passages`` gives, for each passage, the number of places after each of
    its characters, and is drawn with these up to where one place is left.
    ``typical`` is the mean over all places to begin at.
    """
    fig, ax = subplots(4.2)
    steps = range(1, len(typical) + 1)
    ax.plot(steps, typical, "--", color=INK, label="typical beginning")
    looks = zip((BLUE, PURPLE), "os", "-:", strict=True)
    for (passage, counts), look in zip(passages.items(), looks, strict=False):
        end = counts.index(1) + 1 if 1 in counts else len(counts)
        color, marker, style = look
        ax.plot(
            range(1, end + 1), counts[:end], color=color, marker=marker,
            linestyle=style, markersize=4, label=f"{passage[:end]}…",
        )  # fmt: skip
        for k, character in enumerate(passage[:end], start=1):
            # To the left where the curve of a typical beginning is above.
            left = counts[k - 1] < typical[k - 1] / 1.2
            sides = {"ha": "right", "va": "center"} if left else {}
            write_near(
                ax, visible(character), (k, counts[k - 1]),
                (-5, 0) if left else (2, 4),
                family="monospace", path_effects=[HALO], **sides,
            )  # fmt: skip
    ax.set_xlabel("characters read")
    _set_log_axis(ax, "places that fit")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return fig


def loss_along(
    losses: Mapping[str, Sequence[float]], per_point: int
) -> Figure:
    """Draw the losses of several models along a text, a panel for each.

    Each point is a mean over ``per_point`` characters, in nats.
    """
    height = 0.6 + 1.7 * len(losses)
    fig, axes = stack_panels(len(losses), height, sharex=True, sharey=True)
    looks = looks_of(losses, STRATEGIES)
    for ax, (name, values) in zip(axes, losses.items(), strict=True):
        starts = range(0, len(values), per_point)
        pieces = [values[start : start + per_point] for start in starts]
        means = [float(sum(piece)) / len(piece) for piece in pieces]
        places = [start + per_point / 2 for start in starts]
        ax.plot(places, means, color=looks[name].color, linewidth=1)
        ax.set_title(name, loc="left")
        ax.set_ylabel("loss (nats)")
        ax.grid(axis="y")
    axes[-1].set_xlabel("position in the text (characters)")
    return fig


def first_characters(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
) -> Figure:
    """Draw the perplexity at each position, read from a zero state.

    ``panels`` gives, for each task by name, a curve for each reader by name.
    A reader has the same look in all panels.
    """
    fig, axes = subplots(3.4, 1, len(panels), sharey=True)
    names = [name for curves in panels.values() for name in curves]
    looks = looks_of(dict.fromkeys(names), READERS)
    drawn = {}
    for ax, (task, curves) in zip(axes, panels.items(), strict=True):
        for name, values in curves.items():
            (drawn[name],) = ax.plot(
                range(1, len(values) + 1), values, color=looks[name].color,
                linestyle=looks[name].dash,
            )  # fmt: skip
        ax.set_title(task, loc="left")
        _set_perplexity_axis(ax)
        ax.set_xlabel("characters read")
        ax.label_outer()
    fig.legend(
        list(drawn.values()), list(drawn), loc="outside upper center",
        ncols=len(drawn), columnspacing=1,
    )  # fmt: skip
    return fig
