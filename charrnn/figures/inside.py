"""Figures of what a network knows: its guesses, units, and states."""

from collections.abc import Iterable, Mapping

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from torch import Tensor

from charrnn.figures.style import (
    BLUE,
    COLORS,
    HALO,
    INK,
    VERMILION,
)
from charrnn.interface import Vocabulary


def next_characters(
    text: str,
    probabilities: Tensor,
    vocab: Vocabulary,
    num_guesses: int = 5,
    width: int = 24,
) -> Figure:
    """Draw the surprise at each character of ``text``, and the guesses.

    ``probabilities``, (len(text), len(vocab)), are those of the symbols at
    each place before its character came. The text is cut in lines of
    ``width`` characters.
    """
    starts = range(0, len(text), width)
    fig, axes = plt.subplots(
        2 * len(starts), figsize=(7, 3.6 * len(starts) + 0.6),
        height_ratios=[3, num_guesses + 1] * len(starts),
    )  # fmt: skip
    indices = torch.tensor(vocab[list(text)])
    bits = -probabilities[torch.arange(len(text)), indices].log2()
    limit = bits.max().item() * 1.05
    for i, start in enumerate(starts):
        top, bottom = axes[2 * i : 2 * i + 2]
        line = slice(start, start + width)
        _draw_surprise(top, bits[line], width, limit)
        mesh = _draw_guesses(
            bottom, text[line], probabilities[line], vocab, num_guesses, width
        )
    fig.colorbar(
        mesh, ax=axes, orientation="horizontal", aspect=40, pad=0.02,
        label="probability of a guess",
    )  # fmt: skip
    return fig


def _draw_surprise(ax: Axes, bits: Tensor, width: int, limit: float) -> None:
    middles = [i + 0.5 for i in range(len(bits))]
    ax.bar(middles, bits.tolist(), 0.7, color=VERMILION)
    ax.set(xlim=(0, width), ylim=(0, limit), xticks=[])
    ax.set_ylabel("surprise\n(bits)")
    ticks = range(0, int(limit) + 1, 3)
    ax.set_yticks(ticks)
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    right = ax.twinx()
    names = ["1"] + [f"1/{2**k}" for k in ticks[1:]]
    right.set(ylim=(0, limit), ylabel="probability")
    right.set_yticks(ticks, names)
    right.tick_params(right=False)


def _draw_guesses(
    ax: Axes,
    text: str,
    probabilities: Tensor,
    vocab: Vocabulary,
    num_guesses: int,
    width: int,
) -> QuadMesh:
    best = probabilities.topk(num_guesses)
    table = torch.full((num_guesses, width), torch.nan)
    table[:, : len(text)] = best.values.T
    rows = range(1, num_guesses + 2)
    mesh = ax.pcolormesh(
        range(width + 1), rows, table.numpy(), cmap="Blues", vmin=0, vmax=1,
        edgecolor="white", linewidth=1,
    )  # fmt: skip
    for i, character in enumerate(text):
        _draw_character(ax, i, 0, character, INK, "bold")
        guesses = vocab.to_tokens(best.indices[i].tolist())
        colors = mesh.to_rgba(best.values[i].double().numpy())
        _draw_column(ax, i, character, guesses, colors)
    ax.set(xlim=(0, width), ylim=(num_guesses + 1, 0), xticks=[])
    ax.set_yticks([row + 0.5 for row in (0, *rows[:-1])])
    ax.set_yticklabels(["text", *(f"guess {row}" for row in rows[:-1])])
    ax.tick_params(left=False)
    ax.spines[:].set_visible(False)
    return mesh


def _draw_column(
    ax: Axes,
    column: int,
    truth: str,
    guesses: list[str],
    colors: Iterable[Iterable[float]],
) -> None:
    for row, (guess, color) in enumerate(
        zip(guesses, colors, strict=True), start=1
    ):
        _draw_character(ax, column, row, guess, _choose_ink(color))
        if guess == truth:
            frame = Rectangle((column, row), 1, 1, fill=False, linewidth=2)
            ax.add_patch(frame).set_clip_on(False)


def _choose_ink(color: Iterable[float]) -> str:
    """Return white or dark, whichever contrasts more with ``color``.

    The luminance is that of WCAG 2.2, with a power as its curve.
    """
    red, green, blue, _ = (share**2.2 for share in color)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if luminance < 0.21 else INK


def _draw_character(
    ax: Axes,
    column: int,
    row: int,
    character: str,
    color: str,
    weight: str = "normal",
) -> None:
    ax.text(
        column + 0.5, row + 0.53, character.replace(" ", "␣"),
        ha="center", va="center", color=color, weight=weight,
        fontfamily="DejaVu Sans Mono", fontsize=13,
    )  # fmt: skip


def unit_activations(
    text: str, units: Mapping[str, Tensor], width: int = 30
) -> Figure:
    """Draw the activations of units on the text that they have read.

    ``units`` gives, for each unit by name, its activation after each
    character of ``text``, (len(text),). The text is wrapped in lines of
    ``width`` characters, which are bold where the activation is positive.
    """
    num_lines = -(-len(text) // width)
    height = len(units) * (0.25 * num_lines + 0.33) + 0.7
    fig, axes = plt.subplots(len(units), figsize=(7, height), squeeze=False)
    for ax, (name, values) in zip(axes[:, 0], units.items(), strict=True):
        ax.set_title(name, loc="left", pad=3)
        mesh = _draw_activations(ax, text, values, num_lines, width)
    fig.colorbar(
        mesh, ax=axes, orientation="horizontal", aspect=40, pad=0.02,
        label="activation (tanh, −1 to 1)", ticks=[-1, -0.5, 0, 0.5, 1],
    )  # fmt: skip
    return fig


def _draw_activations(
    ax: Axes, text: str, values: Tensor, num_lines: int, width: int
) -> QuadMesh:
    table = torch.full((num_lines * width,), torch.nan)
    table[: len(text)] = values
    mesh = ax.pcolormesh(
        table.reshape(num_lines, width).numpy(), cmap="PuOr", vmin=-1, vmax=1,
        edgecolor="white", linewidth=0.5,
    )  # fmt: skip
    for i, (character, value) in enumerate(
        zip(text, values.tolist(), strict=True)
    ):
        color = _choose_ink(mesh.to_rgba(value))
        weight = "bold" if value > 0 else "normal"
        _draw_character(ax, i % width, i // width, character, color, weight)
    ax.set(xlim=(0, width), ylim=(num_lines, 0))
    ax.axis("off")
    return mesh


def state_letters(
    panels: Mapping[str, Tensor], text: str, kinds: Mapping[str, str]
) -> Figure:
    """Draw states in a plane, each as the character that was read last.

    ``panels`` gives, for each network by name, the points, (len(text), 2),
    and ``kinds`` the characters of each kind by name, which have one
    colour. Each character of ``text`` is of one kind. Where many letters
    lie on each other, the last of its sort stands out by a halo.
    """
    fig, axes = _plane_axes(panels)
    colors: dict[str, str] = {}
    for (kind, characters), color in zip(kinds.items(), COLORS, strict=False):
        colors |= dict.fromkeys(characters, color)
        axes[0].scatter([], [], marker="s", color=color, label=kind)
    for ax, points in zip(axes, panels.values(), strict=True):
        for i, (x, y) in enumerate(points.tolist()):
            is_last = text.find(text[i], i + 1) == -1  # of this character
            ax.text(
                x, y, text[i].replace(" ", "␣"), color=colors[text[i]],
                fontsize=10, ha="center", va="center", clip_on=True,
                path_effects=[HALO] if is_last else None, zorder=3 + is_last,
            ).set_in_layout(False)  # fmt: skip
        ax.update_datalim(points.numpy())
        ax.autoscale_view()
    _draw_legend(fig)
    return fig


def state_groups(
    points: Tensor, groups: Mapping[str, Tensor], names: Mapping[str, str]
) -> Figure:
    """Draw states in a plane, with a colour and a marker for each group.

    ``points`` is (n, 2), ``groups`` gives the points of each group by name,
    bool, (n,), and ``names`` what stands at the mean of a group.
    """
    fig, (ax,) = _plane_axes([""])
    for (group, members), color, marker in zip(
        groups.items(), COLORS, "o^sDv", strict=False
    ):
        x, y = points[members].T
        ax.scatter(
            x, y, s=12, color=color, marker=marker,
            alpha=0.7, linewidth=0, label=group,
        )  # fmt: skip
        ax.text(
            x.mean().item(), y.mean().item(), names[group],
            ha="center", va="center", weight="bold",
            path_effects=[HALO],
        )  # fmt: skip
    _draw_legend(fig)
    return fig


def _plane_axes(titles: Iterable[str]) -> tuple[Figure, list[Axes]]:
    """Return a figure with the axes of a plane for each title."""
    titles = list(titles)
    fig, axes = plt.subplots(
        len(titles), figsize=(7, 0.7 + 4 * len(titles)), squeeze=False
    )
    for ax, title in zip(axes[:, 0], titles, strict=True):
        ax.set_title(title, loc="left")
        ax.set(xlabel="first component", ylabel="second component")
        ax.locator_params(nbins=5)
    return fig, list(axes[:, 0])


def _draw_legend(fig: Figure) -> None:
    handles, names = fig.axes[0].get_legend_handles_labels()
    legend = fig.legend(
        handles, names, loc="outside lower center", markerscale=2,
        ncols=min(3, len(names)), handletextpad=0.3, columnspacing=1.5,
    )  # fmt: skip
    for handle in filter(None, legend.legend_handles):
        plt.setp(handle, alpha=1, linewidth=1.5)  # crosses are thin


def spectra(matrices: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """Draw eigenvalues and singular values before and after training.

    ``matrices`` gives, for each network by name, its square matrix before
    training, and after.
    """
    fig, axes = plt.subplots(
        2, len(matrices), figsize=(7, 5.6), squeeze=False, sharex="row",
        sharey="row", height_ratios=[4, 3],
    )  # fmt: skip
    for (top, bottom), (name, (before, after)) in zip(
        axes.T, matrices.items(), strict=True
    ):
        top.set_title(name, loc="left")
        _draw_eigenvalues(top, before, after)
        bottom.plot(torch.linalg.svdvals(after), color=BLUE)
        bottom.plot(torch.linalg.svdvals(before), "--", color=VERMILION)
        bottom.set(yscale="log", xlabel="rank of the singular value")
        bottom.set_ylim(bottom=1e-3)
    axes[0, 0].set_ylabel("imaginary part")
    axes[1, 0].set_ylabel("singular value")
    _draw_legend(fig)
    return fig


def _draw_eigenvalues(ax: Axes, before: Tensor, after: Tensor) -> None:
    for matrix, name, color, marker in [
        (after, "after training", BLUE, "o"),
        (before, "before", VERMILION, "x"),
    ]:
        values = torch.linalg.eigvals(matrix)
        ax.scatter(
            values.real, values.imag, s=10, color=color, marker=marker,
            linewidth=0.6, label=name,
        )  # fmt: skip
    ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=INK, linewidth=1.5))
    ax.plot([], [], color=INK, label="unit circle")
    ax.set(aspect="equal", xlabel="real part")
    ax.margins(0.05)
