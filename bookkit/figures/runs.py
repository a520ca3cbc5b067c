"""Figures of results: of models, and of many runs."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter

from bookkit.figures.style import (
    BROWN,
    GREEN,
    HELD_OUT,
    INK,
    MODELS,
    PALE,
    PURPLE,
    Look,
    looks_of,
    stack_panels,
    subplots,
    write_near,
)

RUNS = [(INK, "o"), (GREEN, "^"), (PURPLE, "s"), (BROWN, "D")]  # kinds of runs


def ladder(
    bits: Mapping[str, Sequence[float]],
    kinds: Mapping[str, str],
    band: tuple[float, float] | None = None,
    band_name: str = "",
) -> Figure:
    """Draw the bits per character of models, the best at the bottom.

    ``bits`` has a value for each seed, of which the mean is drawn as a dot,
    and the range as a line. ``kinds`` says of what kind each model is,
    which decides colour and marker. ``band`` is a range to shade and name,
    if there is one.
    """
    means = {name: sum(values) / len(values) for name, values in bits.items()}
    order = sorted(means, key=lambda name: means[name], reverse=True)
    height = 0.9 + 0.33 * len(order)
    fig, ax = subplots(height)
    if band:
        ax.axvspan(*band, color=PALE, alpha=0.6, linewidth=0)
        ax.annotate(
            band_name, (sum(band) / 2, 0.97), ha="center", va="top",
            xycoords=("data", "axes fraction"),
        )  # fmt: skip
    looks = looks_of(kinds.values(), MODELS)
    for row, name in enumerate(order):
        _draw_model(ax, row, bits[name], looks[kinds[name]])
    for kind, (color, _, marker) in looks.items():
        ax.plot([], [], marker or "o", color=color, markersize=7, label=kind)
    ax.set_yticks(range(len(order)), order)
    ax.set(xlabel="bits per character", xlim=(0, 5.3))
    ax.invert_yaxis()
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    ax.legend(loc="lower right")
    return fig


def _draw_model(
    ax: Axes, row: int, values: Sequence[float], look: Look
) -> None:
    """Draw the values of a model: mean, range, and the mean as a number."""
    mean, ends = sum(values) / len(values), (min(values), max(values))
    color, _, marker = look
    ax.plot(mean, row, marker or "o", color=color, markersize=7)
    ax.plot(ends, (row, row), color=color, lw=1.5, solid_capstyle="butt")
    write_near(ax, f"{mean:.2f}", (ends[1], row), (9, 0), va="center")


def strings_seen(shares: Mapping[int, float]) -> Figure:
    """Draw which share of a text's strings occur in the training text.

    ``shares`` gives the share for each length of the strings.
    """
    fig, ax = subplots(3.2)
    percent = [100 * share for share in shares.values()]
    ax.bar(list(shares), percent, color=HELD_OUT)
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
    """Draw the results of many runs, a point for each of them.

    ``panels`` gives, for each quantity by name, the rows of a panel by name:
    the value of each run, or None, which is "never", right of the last tick.
    ``kinds`` says of what kind each run is, which decides colour and marker.
    The runs of a row are drawn below its name, one below another, so that
    none hides an equal one.
    """
    heights = [0.64 * len(rows) for rows in panels.values()]
    height = sum(heights) + 0.6 * len(panels) + 0.5
    fig, axes = stack_panels(len(panels), height, height_ratios=heights)
    looks = dict(zip(dict.fromkeys(kinds), RUNS, strict=False))
    for ax, (quantity, rows) in zip(axes, panels.items(), strict=True):
        _draw_runs(ax, rows, [looks[kind] for kind in kinds])
        ax.set_xlabel(quantity)
    for kind, (color, marker) in looks.items():
        ax.plot([], [], marker, color=color, markersize=7, label=kind)
    fig.legend(
        *ax.get_legend_handles_labels(), loc="outside upper center",
        ncols=len(looks), handletextpad=0, columnspacing=1,
    )  # fmt: skip
    return fig


def _draw_runs(
    ax: Axes,
    rows: Mapping[str, Sequence[float | None]],
    looks: Sequence[tuple[str, str]],
) -> None:
    """Draw rows of points, given the colour and the marker of each run."""
    never = ax.get_yaxis_transform()  # for what is right of the axis
    for row, values in enumerate(rows.values()):
        for i, (x, look) in enumerate(zip(values, looks, strict=True)):
            ax.plot(
                1.1 if x is None else x, row + 0.42 * i / len(looks) - 0.04,
                look[1], color=look[0], clip_on=False,
                markersize=7, markeredgecolor="white", markeredgewidth=0.5,
                transform=never if x is None else ax.transData,
            )  # fmt: skip
    values = [value for row in rows.values() for value in row]
    if None in values:
        write_near(ax, "never", (1.1, 0), (0, -4), ha="center", va="top",
                   xycoords="axes fraction")  # fmt: skip
    known = [value for value in values if value is not None]
    if known and max(known) > 3 * min(known):
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 4, 5, 7)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.minorticks_off()
    for row, name in enumerate(rows):
        write_near(ax, name, (0, row - 0.15), (4, 0), va="bottom",
                   xycoords=ax.get_yaxis_transform())  # fmt: skip
    ax.set_yticks([])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(axis="x")
