"""Figures of what a network has learnt: its units and states."""

from collections.abc import Iterable, Mapping, Sized
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from bookkit.figures.style import (
    BLUE,
    BROWN,
    GREEN,
    HALO,
    INK,
    LETTERS,
    PURPLE,
    stack_panels,
    subplots,
    visible,
)

KINDS = [INK, BLUE, BROWN]  # of characters: legible as letters
PLACES = [INK, GREEN, BROWN, PURPLE, BLUE]  # in a word, and the space


def forgetting(curves: Mapping[str, Mapping[int, float]]) -> Figure:
    """Draw the bits that a cut costs against the characters after it.

    ``curves`` gives, for each network by name, the bits by the number of
    characters that are left.
    """
    fig, ax = subplots(3)
    for (name, bits), dash in zip(curves.items(), ["-", "--"], strict=True):
        ax.plot([*bits], [*bits.values()], dash, color=INK, label=name)
    ax.set(xlabel="characters after the cut", ylabel="bits lost")
    ax.set_ylim(bottom=0)
    ax.legend()
    return fig


def state_letters(
    panels: Mapping[str, Tensor], text: str, kinds: Mapping[str, str]
) -> Figure:
    """Draw states in a plane, as the character that was last read.

    ``panels`` gives, for each network by name, the points, (len(text), 2), and
    ``kinds``, by name, characters that share a colour. Each character of
    ``text`` is of one kind. Rare letters are placed first, and a letter that
    would cover one that is placed becomes a dot.
    """
    fig, axes = _plane_axes(panels)
    colors: dict[str, str] = {}
    for (kind, characters), color in zip(kinds.items(), KINDS, strict=False):
        colors |= dict.fromkeys(characters, color)
        axes[0].scatter([], [], marker="s", color=color, label=kind)
    _draw_legend(fig)
    for ax, points in zip(axes, panels.values(), strict=True):
        _set_limits(ax, points)
    rare_first = sorted(range(len(text)), key=lambda i: text.count(text[i]))
    em = plt.rcParams["font.size"] * fig.dpi / 72  # in pixels
    for ax, (name, points) in zip(axes, panels.items(), strict=True):
        fig.draw_without_rendering()  # which lays it out
        places = ax.transData.transform(points[rare_first])  # in pixels
        kept = [
            rare_first[i]
            for i in _without_overlap(places, (0.65 * em, 1.2 * em))
        ]
        others = [i for i in range(len(text)) if i not in kept]
        dots = points[others].T
        ax.scatter(
            dots[0], dots[1], c=[colors[text[i]] for i in others], s=5,
            alpha=0.5, linewidth=0,
        )  # fmt: skip
        for i in kept:
            x, y = points[i].tolist()
            ax.text(
                x, y, visible(text[i]), color=colors[text[i]],
                ha="center", va="center", family=LETTERS, path_effects=[HALO],
            ).set_in_layout(False)  # fmt: skip
        title = f"{name}: {_count(kept, points)} as letters"
        ax.set_title(title, loc="left")
    return fig


def state_groups(
    points: Tensor, groups: Mapping[str, Tensor], names: Mapping[str, str]
) -> Figure:
    """Draw states in a plane, with a colour and a marker for each group.

    ``points`` is (n, 2), ``groups`` gives the points of each group by name,
    bool, (n,), and ``names`` the label at the mean of a group. A state whose
    marker would cover another, or a label, is left out.
    """
    fig, (ax,) = _plane_axes([_count(points, points)])
    _set_limits(ax, points)
    looks = list(zip(PLACES, "o^sDv", strict=True))
    for group, (color, marker) in zip(groups, looks, strict=False):
        ax.scatter([], [], color=color, marker=marker, label=group)
    _draw_legend(fig)
    fig.draw_without_rendering()  # which lays it out
    places = ax.transData.transform(points)  # in pixels
    boxes = []
    for group, members in groups.items():
        x, y = points[members].mean(dim=0).tolist()
        text = ax.text(x, y, names[group], weight="bold")
        text.set(ha="center", va="center", in_layout=False)
        boxes.append(text.get_window_extent().padded(4))  # with a margin
    size = 4.2 * fig.dpi / 72  # of a marker, in pixels
    free = [
        i for i, place in enumerate(places)
        if not any(box.contains(*place) for box in boxes)
    ]  # fmt: skip
    kept = [free[i] for i in _without_overlap(places[free], (size, size))]
    for members, (color, marker) in zip(groups.values(), looks, strict=False):
        x, y = points[[i for i in kept if members[i]]].T
        ax.scatter(x, y, s=12, color=color, marker=marker, linewidth=0)
    ax.set_title(_count(kept, points), loc="left")
    return fig


def _count(shown: Sized, all_states: Sized) -> str:
    return f"{len(shown):,} of {len(all_states):,} states"


def _plane_axes(titles: Iterable[str]) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel for each title, one below another."""
    titles = list(titles)
    fig, axes = stack_panels(len(titles), 0.7 + 3.5 * len(titles))
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, loc="left")
        ax.set(xlabel="first component", ylabel="second component")
        ax.locator_params(nbins=5)
    return fig, axes


def _set_limits(ax: Axes, points: Tensor) -> None:
    """Fix the limits of the axes by the points."""
    ax.update_datalim(points.numpy())
    ax.autoscale_view()
    ax.autoscale(False)


def _without_overlap(
    places: NDArray[Any], size: tuple[float, float]
) -> list[int]:
    """Return which of some boxes to keep, so that no two of them overlap.

    ``places``, (n, 2), are their centres, and ``size`` is the size of each.
    Earlier boxes take precedence.
    """
    kept: list[int] = []
    for i, place in enumerate(places):
        if not (abs(places[kept] - place) < size).all(axis=1).any():
            kept.append(i)
    return kept


def _draw_legend(fig: Figure) -> None:
    handles, names = fig.axes[0].get_legend_handles_labels()
    legend = fig.legend(
        handles, names, loc="outside lower center", markerscale=2,
        ncols=min(3, len(names)), handletextpad=0.3, columnspacing=1.5,
    )  # fmt: skip
    for handle in filter(None, legend.legend_handles):
        plt.setp(handle, alpha=1, linewidth=1.5)  # crosses are thin
