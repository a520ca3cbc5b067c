"""Figures of results: those of models, and those of many runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter

from charrnn.figures.style import (
    BLUE,
    COLORS,
    GREEN,
    INK,
    PALE,
    VERMILION,
)


def ladder(
    bits: Mapping[str, Sequence[float]],
    kinds: Mapping[str, str],
    band: tuple[float, float],
    band_name: str,
) -> Figure:
    """Draw the bits per character of models, the best at the bottom.

    ``bits`` has a value for each seed, of which the mean is drawn as a dot,
    and the range as a line. ``kinds`` says of what kind each model is,
    which decides colour and marker. ``band`` is a range to shade and name.
    """
    means = {name: sum(values) / len(values) for name, values in bits.items()}
    order = sorted(means, key=lambda name: means[name], reverse=True)
    fig, ax = plt.subplots(figsize=(7, 0.9 + 0.33 * len(order)))
    ax.axvspan(*band, color=PALE, alpha=0.6, linewidth=0)
    ax.annotate(
        band_name, (sum(band) / 2, 0.97), xycoords=("data", "axes fraction"),
        ha="center", va="top",
    )  # fmt: skip
    for kind, color, marker in zip(
        dict.fromkeys(kinds.values()), COLORS, "osDv^P", strict=False
    ):
        rows = {
            row: bits[name]
            for row, name in enumerate(order)
            if kinds[name] == kind
        }
        _draw_models(ax, rows, kind, color, marker)
    ax.set_yticks(range(len(order)), order)
    ax.set(xlabel="bits per character", xlim=(0, 5.3))
    ax.invert_yaxis()
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    ax.legend(loc="lower right")
    return fig


def _draw_models(
    ax: Axes,
    rows: Mapping[int, Sequence[float]],
    kind: str,
    color: str,
    marker: str,
) -> None:
    """Draw the values of each row: mean, range, and the mean as a number."""
    means = [sum(values) / len(values) for values in rows.values()]
    ax.plot(means, list(rows), marker, color=color, label=kind, markersize=7)
    for mean, (row, values) in zip(means, rows.items(), strict=True):
        ends = min(values), max(values)
        ax.plot(
            ends, (row, row), color=color, linewidth=1.5,
            solid_capstyle="butt",
        )  # fmt: skip
        ax.annotate(
            f"{mean:.2f}", (ends[1], row), va="center",
            xytext=(9, 0), textcoords="offset points",
        )  # fmt: skip


def strings_seen(shares: Mapping[int, float]) -> Figure:
    """Draw which share of the strings of a text occur in another one.

    ``shares`` gives the share for each length of the strings.
    """
    fig, ax = plt.subplots(figsize=(7, 3.2))
    percent = [100 * share for share in shares.values()]
    ax.bar(list(shares), percent, color=BLUE)
    ax.set_xticks(list(shares))
    ax.set(
        xlabel="characters in the string",
        ylabel="seen in training (%)", ylim=(0, 105),
    )  # fmt: skip
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    ax.tick_params(axis="x", length=0)
    return fig


def replica_spread(
    panels: Mapping[str, Mapping[str, Sequence[float | None]]],
    kinds: Sequence[str],
) -> Figure:
    """Draw what many runs led to, a point for each of them.

    ``panels`` gives, for each quantity by name, the rows of a panel by name:
    the value of each run, or None, which stands right of the axis as
    "never". ``kinds`` says of what kind each run is, which decides colour
    and marker; a row with fewer runs takes the first kinds. The runs of a
    row are drawn one below another, so that none hides an equal one.
    """
    heights = [0.4 * len(rows) + 0.2 for rows in panels.values()]
    fig, axes = plt.subplots(
        len(panels), figsize=(7, sum(heights) + 0.6 * len(panels) + 0.5),
        height_ratios=heights, squeeze=False,
    )  # fmt: skip
    looks = list(zip(COLORS, "o^sDvP", strict=True))
    index = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
    for ax, (quantity, rows) in zip(axes[:, 0], panels.items(), strict=True):
        _draw_runs(ax, rows, [looks[index[kind]] for kind in kinds])
        ax.set_xlabel(quantity)
    for kind, i in index.items():
        color, marker = looks[i]
        ax.plot([], [], marker, color=color, markersize=7, label=kind)
    fig.legend(
        *ax.get_legend_handles_labels(), loc="outside upper center",
        ncols=len(index), handletextpad=0, columnspacing=1,
    )  # fmt: skip
    return fig


def _draw_runs(
    ax: Axes,
    rows: Mapping[str, Sequence[float | None]],
    looks: Sequence[tuple[str, str]],
) -> None:
    """Draw rows of points, given the colour and the marker of each run."""
    for row, values in enumerate(rows.values()):
        for i, (value, look) in enumerate(zip(values, looks, strict=False)):
            _draw_run(ax, value, row + 0.6 * i / len(looks) - 0.27, *look)
    values = [value for row in rows.values() for value in row]
    if None in values:
        ax.text(1.06, 1, "never", ha="center", transform=ax.transAxes)
    known = [value for value in values if value is not None]
    if known and max(known) > 3 * min(known):
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 4, 5, 7)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.minorticks_off()
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")


def _draw_run(
    ax: Axes, value: float | None, height: float, color: str, marker: str
) -> None:
    """Draw the point of one run, right of the axis if it has no value."""
    x, transform = 1.06, ax.get_yaxis_transform()
    if value is not None:
        x, transform = value, ax.transData
    ax.plot(
        x, height, marker, color=color,
        markersize=7, markeredgecolor="white", markeredgewidth=0.5,
        transform=transform, clip_on=False,
    )  # fmt: skip


def growth(times: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw how the time of a step grows with each of several sizes.

    ``times`` gives, for each size by name, its ``values``, and for each of
    four contenders by name the ``seconds`` at these values. Both axes are
    logarithmic, so that a power is a straight line.
    """
    fig, axes = plt.subplots(
        1, len(times), figsize=(7, 3.6), sharey=True, squeeze=False
    )
    styles = ["o:", "s-.", "D-", "--"]
    colors = [BLUE, VERMILION, GREEN, INK]
    for ax, (size, found) in zip(axes[0], times.items(), strict=True):
        for (name, seconds), style, color in zip(
            found["seconds"].items(), styles, colors, strict=True
        ):
            milliseconds = [1e3 * value for value in seconds]
            ax.plot(
                found["values"], milliseconds, style,
                markersize=4, color=color, label=name,
            )  # fmt: skip
        ax.set(xscale="log", yscale="log", xlabel=size)
        ax.set_xticks(found["values"], map(str, found["values"]), rotation=45)
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.minorticks_off()
        ax.grid(axis="y")
    axes[0, 0].set_ylabel("milliseconds a step")
    fig.legend(
        *ax.get_legend_handles_labels(),
        loc="outside upper center", ncols=len(styles),
    )  # fmt: skip
    return fig
