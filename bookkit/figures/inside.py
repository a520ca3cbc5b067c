"""Figures of what a network has learnt: its units and states."""

from collections.abc import Iterable, Mapping, Sized
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap
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
    PALETTE,
    PURPLE,
    stack_panels,
    subplots,
    visible,
)

COLUMNS = 24  # characters of a text in a line
KINDS = [INK, BLUE, BROWN]  # of characters: legible as letters
PLACES = [INK, GREEN, BROWN, PURPLE, BLUE]  # in a word, and the space
ACTIVATIONS = LinearSegmentedColormap.from_list(
    "activations", [PALETTE["negative"], "white", PALETTE["positive"]]
)


def _choose_ink(color: Iterable[float]) -> str:
    """Return white or dark, whichever contrasts more with ``color``.

    The luminance is defined by WCAG 2.2, with an approximate curve.
    """
    red, green, blue, _ = (share**2.2 for share in color)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if luminance < 0.21 else INK


def unit_activations(text: str, units: Mapping[str, Tensor]) -> Figure:
    """Draw the activations of units on the text that they read.

    ``units`` gives, for each unit by name, its activation after each
    character of ``text``, (len(text),). The text is wrapped. Characters are
    bold where the activation is positive.
    """
    num_lines = -(-len(text) // COLUMNS)
    height = len(units) * (0.25 * num_lines + 0.33) + 0.7
    fig, axes = stack_panels(len(units), height)
    for ax, (name, values) in zip(axes, units.items(), strict=True):
        ax.set_title(name, loc="left", pad=3)
        mesh = _draw_activations(ax, text, values, num_lines)
    fig.colorbar(
        mesh, ax=axes, orientation="horizontal", aspect=40, pad=0.02,
        label="activation (tanh, −1 to 1)", ticks=[-1, -0.5, 0, 0.5, 1],
    )  # fmt: skip
    return fig


def _draw_activations(
    ax: Axes, text: str, values: Tensor, num_lines: int
) -> QuadMesh:
    table = torch.full((num_lines * COLUMNS,), torch.nan)
    table[: len(text)] = values
    mesh = ax.pcolormesh(
        table.reshape(num_lines, COLUMNS).numpy(), cmap=ACTIVATIONS,
        vmin=-1, vmax=1, edgecolor="white", linewidth=0.5, alpha=0.8,
    )  # fmt: skip
    for i, (character, value) in enumerate(
        zip(text, values.tolist(), strict=True)
    ):
        ax.text(
            i % COLUMNS + 0.5, i // COLUMNS + 0.53, visible(character),
            ha="center", va="center", color=_choose_ink(mesh.to_rgba(value)),
            weight="bold" if value > 0 else "normal",
            fontfamily=LETTERS, fontsize="large",
        )  # fmt: skip
    ax.set(xlim=(0, COLUMNS), ylim=(num_lines, 0))
    ax.axis("off")
    return mesh


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
