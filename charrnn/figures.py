"""The figures of the chapter, in one style.

Each function draws a figure and returns it. In a notebook it then appears
below the cell. Importing this module sets the style for the session, so
that a reader's own figures look like those of the chapter.
"""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, StrMethodFormatter
from torch import Tensor

from charrnn.corpus import Vocab
from charrnn.training import History

# The palette of Okabe and Ito, which colour-blind readers tell apart.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY = "#E69F00", "#56B4E9"
COLORS = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY]
INK, PALE = "#222222", "#d9d9d9"
HALO = withStroke(linewidth=3, foreground="white")  # keeps text legible

STYLE = {
    "figure.figsize": (7, 3),
    "figure.constrained_layout.use": True,
    "font.size": 12,  # to be read on a phone too
    "mathtext.fontset": "cm",
    "axes.titlesize": "medium",
    "axes.prop_cycle": plt.cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "charrnn",  # the same figure has the same bytes
}
plt.style.use(["default", STYLE])  # whatever the reader's own settings
if "ipykernel" in sys.modules:
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", metadata={"Date": None})


def show(fig: Figure) -> None:
    """Show ``fig`` at once, and forget it."""
    plt.show()
    plt.close(fig)


def symbol_frequencies(vocab: Vocab) -> Figure:
    """Draw how often each symbol occurs."""
    symbols, counts = zip(*vocab.token_freqs, strict=True)
    total = sum(counts)
    fig, ax = plt.subplots()
    names = [symbol.replace(" ", "␣") for symbol in symbols]
    ax.bar(names, [100 * count / total for count in counts], color=BLUE)
    ax.set(xlabel="symbol, ␣ is the space", ylabel="share of the text (%)")
    ax.margins(x=0.01)
    return fig


def minibatch_map(
    text: str, starts: Mapping[str, Tensor], num_steps: int
) -> Figure:
    """Draw which characters of ``text`` each minibatch takes.

    ``starts`` gives, for each strategy by name, where the subsequences
    start, ``(num_batches, batch_size)``. The row of a subsequence in its
    minibatch gives its colour.
    """
    height = 0.9 + 0.33 * sum(len(table) + 2 for table in starts.values())
    fig, axes = plt.subplots(len(starts), figsize=(7, height), squeeze=False)
    for ax, (name, table) in zip(axes[:, 0], starts.items(), strict=True):
        ax.set_title(name, loc="left")
        _draw_minibatches(ax, text, table, num_steps)
    axes[-1, 0].set_xlabel("position in the text")
    return fig


def _draw_minibatches(
    ax: Axes, text: str, table: Tensor, num_steps: int
) -> None:
    for i, character in enumerate(text):
        ax.text(i, -1, character, ha="center", va="center", color="#767676")
    for batch, starts in enumerate(table.tolist()):
        for row, start in enumerate(starts):
            ax.barh(
                batch, num_steps - 0.12, 0.8, left=start - 0.44,
                color=COLORS[row % len(COLORS)],
            )  # fmt: skip
            for i in range(start, start + num_steps):
                ax.text(
                    i, batch, text[i], ha="center", va="center",
                    color="white", weight="bold",
                )  # fmt: skip
    ax.set(xlim=(-0.6, len(text) - 0.4), ylim=(len(table) - 0.4, -1.6))
    ax.set_yticks(range(-1, len(table)))
    names = [f"minibatch {i + 1}" for i in range(len(table))]
    ax.set_yticklabels(["text", *names])
    ax.tick_params(left=False)
    ax.spines["left"].set_visible(False)


def one_hot_matrix(vectors: Tensor, text: str, vocab: Vocab) -> Figure:
    """Draw the one-hot vectors of ``text``, one column per character.

    ``vectors`` is (len(text), len(vocab)).
    """
    fig, ax = plt.subplots(figsize=(7, 4.6))
    ax.pcolormesh(
        vectors.T, cmap="Blues", vmin=0, vmax=1.2,
        edgecolors=PALE, linewidth=0.4,
    )  # fmt: skip
    names = [token.replace(" ", "␣") for token in vocab.idx_to_token]
    ax.set_yticks([i + 0.5 for i in range(len(names))], names, fontsize=7)
    letters = text.replace(" ", "␣")
    ax.set_xticks([i + 0.5 for i in range(len(text))], letters)
    ax.invert_yaxis()
    ax.set(xlabel="the text, a time step per column", ylabel="symbol")
    ax.tick_params(length=0)
    return fig


def unrolled_network(num_steps: int = 3) -> Figure:
    """Draw the network unrolled along ``num_steps`` time steps."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    _draw_box(ax, -2, 1, r"$\mathbf{H}_0$", PALE)
    for t in range(1, num_steps + 1):
        x = 2 * (t - 1)
        _draw_box(ax, x, 0, rf"$\mathbf{{X}}_{t}$", "#cfe6f5")
        _draw_box(ax, x, 1, rf"$\mathbf{{H}}_{t}$", "#fbdcc8")
        _draw_box(ax, x, 2, rf"$\mathbf{{O}}_{t}$", "#c9ebdf")
        _draw_arrow(ax, (x, 0.26), (x, 0.74), r"$\mathbf{W}_{xh}$")
        _draw_arrow(ax, (x, 1.26), (x, 1.74), r"$\mathbf{W}_{hq}$")
        _draw_arrow(ax, (x - 1.62, 1), (x - 0.38, 1), r"$\mathbf{W}_{hh}$")
    ax.set(xlim=(-2.5, 2 * num_steps - 1.4), ylim=(-0.35, 2.35))
    ax.axis("off")
    return fig


def _draw_box(ax: Axes, x: float, y: float, label: str, color: str) -> None:
    box = FancyBboxPatch(
        (x - 0.3, y - 0.18), 0.6, 0.36,
        boxstyle="round,pad=0.05", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x, y, label, ha="center", va="center", fontsize=16)


def _draw_arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    label: str,
) -> None:
    arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=arrow)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    vertical = start[0] == end[0]
    ax.text(
        x + (0.08 if vertical else 0), y + (0 if vertical else 0.1), label,
        ha="left" if vertical else "center",
        va="center" if vertical else "bottom",
    )  # fmt: skip


def product_norms(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the norm of a chain of products against its length.

    ``norms`` gives, for each curve by name, the norms of the chains of 0,
    1, 2, ... matrices.
    """
    fig, ax = plt.subplots()
    for (name, values), style in zip(
        norms.items(), ["-", "--", "-."], strict=False
    ):
        ax.plot(values, style)
        ax.text(len(values), values[-1], name, va="center")
    ax.set(yscale="log", xlabel="matrices in the chain", ylabel="norm")
    return fig


def clipping_plane(gradients: Tensor, clipped: Tensor, theta: float) -> Figure:
    """Draw gradients of two components before and after clipping.

    ``gradients`` and ``clipped`` are (n, 2), ``theta`` the radius.
    """
    fig, ax = plt.subplots(figsize=(7, 4))
    ball = Circle((0, 0), theta, facecolor="#eaf3f9", edgecolor=INK)
    ax.add_patch(ball)
    ax.annotate(
        rf"$\theta = {theta:g}$", (0, -theta), (0, -theta - 0.1),
        ha="center", va="top",
    )  # fmt: skip
    _draw_clipped(ax, gradients, clipped)
    reach = max(theta, gradients.abs().max().item()) * 1.15
    ax.set(xlim=(-reach, reach), ylim=(-reach * 0.75, reach * 0.75))
    ax.set(aspect="equal", xlabel=r"$g_1$", ylabel=r"$g_2$")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def learning_curve(history: History) -> Figure:
    """Draw perplexity, and gradient norm with its threshold, by epoch."""
    fig, (top, bottom) = plt.subplots(
        2, figsize=(7, 4.2), sharex=True, height_ratios=[3, 2]
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


def compare_curves(histories: Mapping[str, History]) -> Figure:
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


def jacobian_norms(
    norms: Mapping[str, Sequence[float]], bounds: Mapping[str, float]
) -> Figure:
    """Draw how long gradients are, by the steps that they have gone back.

    ``norms`` gives, for each network by name, the norms after 0, 1, 2, ...
    steps, ``bounds`` the spectral norm of its recurrent weights, whose
    powers are dashed. What leaves the axis is not drawn further.
    """
    low, high = 5e-7, 1e6
    fig, ax = plt.subplots(figsize=(7, 4.2))
    for (name, values), color in zip(norms.items(), COLORS, strict=False):
        powers = [bounds[name] ** k for k in range(len(values))]
        ax.plot(powers, "--", color=color, linewidth=1)
        ax.plot(values, color=color, linewidth=2)
        end = max(k for k, v in enumerate(values) if low <= v <= high)
        ax.text(end + 0.5, values[end], name, va="center_baseline")
    ax.plot([], [], color=INK, linewidth=2, label="gradient")
    ax.plot([], [], "--", color=INK, linewidth=1, label="bound $s^{T-t}$")
    ax.set(yscale="log", ylim=(low, high), xlim=(0, None))
    ax.set(xlabel="steps back, $T - t$", ylabel="norm, relative to $t = T$")
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0.5, 0.02))
    return fig


def next_characters(
    text: str,
    probabilities: Tensor,
    vocab: Vocab,
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
    vocab: Vocab,
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
        guesses = vocab.to_tokens(best.indices[i])
        colors = mesh.to_rgba(best.values[i].tolist())
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
    colors: Iterable[Sequence[float]],
) -> None:
    for row, (guess, color) in enumerate(
        zip(guesses, colors, strict=True), start=1
    ):
        _draw_character(ax, column, row, guess, _choose_ink(color))
        if guess == truth:
            frame = Rectangle((column, row), 1, 1, fill=False, linewidth=2)
            ax.add_patch(frame).set_clip_on(False)


def _choose_ink(color: Sequence[float]) -> str:
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
    colors = {}
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
        ax.scatter(
            *points[members].T, s=12, color=color, marker=marker,
            alpha=0.7, linewidth=0, label=group,
        )  # fmt: skip
        ax.text(
            *points[members].mean(dim=0).tolist(), names[group],
            ha="center", va="center", weight="bold",
            path_effects=[HALO],
        )  # fmt: skip
    _draw_legend(fig)
    return fig


def _plane_axes(titles: Iterable[str]) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure with the axes of a plane for each title."""
    titles = list(titles)
    fig, axes = plt.subplots(
        len(titles), figsize=(7, 0.7 + 4 * len(titles)), squeeze=False
    )
    for ax, title in zip(axes[:, 0], titles, strict=True):
        ax.set_title(title, loc="left")
        ax.set(xlabel="first component", ylabel="second component")
        ax.locator_params(nbins=5)
    return fig, axes[:, 0]


def _draw_legend(fig: Figure) -> None:
    handles, names = fig.axes[0].get_legend_handles_labels()
    legend = fig.legend(
        handles, names, loc="outside lower center", markerscale=2,
        ncols=min(3, len(names)), handletextpad=0.3, columnspacing=1.5,
    )  # fmt: skip
    for handle in legend.legend_handles:
        handle.set_alpha(1)


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


def strategy_panels(
    model: Tensor, strategies: Mapping[str, Tensor], symbols: Sequence[str]
) -> Figure:
    """Draw what strategies make of one distribution, a panel for each.

    ``model`` and the distributions in ``strategies``, by name, are
    (len(symbols),). The bars of excluded symbols are grey, as high as their
    probability in the model; the others have an outline of that height.
    """
    num_rows = -(-len(strategies) // 2)
    fig, axes = plt.subplots(
        num_rows, 2, figsize=(7, 2.1 * num_rows), sharey="row", squeeze=False
    )
    names = [symbol.replace(" ", "␣") for symbol in symbols]
    for ax in axes.flat[len(strategies) :]:  # one is left of an odd number
        ax.set_axis_off()
    for ax, (name, p) in zip(axes.flat, strategies.items(), strict=False):
        ax.set_title(name, loc="left")
        _draw_strategy(ax, model, p, names)
    for ax in axes[:, 0]:
        ax.set_ylabel("probability")
    fig.legend(
        *axes.flat[0].get_legend_handles_labels(),
        loc="outside lower center", ncols=3,
    )  # fmt: skip
    return fig


def _draw_strategy(
    ax: Axes, model: Tensor, p: Tensor, names: Sequence[str]
) -> None:
    excluded = (model * (p == 0)).tolist()
    ax.bar(names, excluded, color="#bdbdbd", label="excluded")
    ax.bar(names, p.tolist(), color=BLUE, label="after the strategy")
    ax.bar(
        names, model.tolist(), fill=False, edgecolor=VERMILION,
        linewidth=1.2, label="the model",
    )  # fmt: skip
    ax.margins(x=0.02)


def entropy_along(text: str, entropy: Tensor, num_rows: int = 2) -> Figure:
    """Draw the entropy before each character of ``text``, in rows.

    ``entropy`` is (len(text),), in bits. The first letters of words have
    a colour of their own.
    """
    length = -(-len(text) // num_rows)
    fig, axes = plt.subplots(
        num_rows, figsize=(7, 2 * num_rows), sharey=True, squeeze=False
    )
    for row, ax in enumerate(axes[:, 0]):
        places = range(row * length, min((row + 1) * length, len(text)))
        is_first = [i > 0 and text[i - 1] == " " for i in places]
        colors = [VERMILION if first else SKY for first in is_first]
        heights = entropy[places.start : places.stop].tolist()
        ax.bar(places, heights, color=colors)
        letters = [text[i].replace(" ", "␣") for i in places]
        ax.set_xticks(places, letters, family="monospace")
        ax.set(xlim=(places.start - 0.7, places.start + length - 0.3))
        ax.set_ylabel("entropy (bits)")
        ax.tick_params(axis="x", length=0)
    axes[0, 0].bar([0], [0], color=VERMILION, label="first letter of a word")
    axes[0, 0].bar([0], [0], color=SKY, label="any other character")
    axes[-1, 0].set_xlabel("the character that comes next, ␣ is the space")
    fig.legend(loc="outside upper center", ncols=2)
    return fig


def diversity_plane(
    temperatures: Mapping[float, tuple[float, float, float]],
    human: tuple[float, float, float],
) -> Figure:
    """Draw how diverse and how wordlike texts of some likelihood are.

    Each text, by temperature, and the ``human`` one, has a mean binary
    logarithm of probability, and two shares: of distinct strings, and of
    real words.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
    labels = ["distinct 4-grams (%)", "real words (%)"]
    for i, (ax, label) in enumerate(zip(axes, labels, strict=True), start=1):
        points = [(p[0], 100 * p[i]) for p in temperatures.values()]
        ax.plot(*zip(*points, strict=True), "o-", color=BLUE)
        for tau, (x, y) in zip(temperatures, points, strict=True):
            hottest = r"$\tau$ = " if tau == max(temperatures) else ""
            ax.annotate(
                f"{hottest}{tau:g}", (x, y), (6, 2 if i == 1 else -10),
                textcoords="offset points", color=BLUE, fontsize=11,
            )  # fmt: skip
        ax.plot(human[0], 100 * human[i], "*", color=VERMILION, ms=14)
        ax.annotate(
            "human", (human[0], 100 * human[i]), (0, -9), color=VERMILION,
            textcoords="offset points", ha="center", va="top",
        )  # fmt: skip
        ax.set(ylabel=label, xlabel="mean $\\log_2$ probability")
        ax.margins(0.15, 0.1)
    return fig


def clipping_shapes(
    gradients: Tensor, shapes: Mapping[str, Tensor], theta: float
) -> Figure:
    """Draw gradients of two components, clipped to a ball and to a square.

    ``gradients`` is (n, 2), and so are the two clipped versions in
    ``shapes``, by name: those of the ball of radius ``theta``, and those of
    the square with half-width ``theta``.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7, 3.9), sharey=True)
    limits = [
        Circle((0, 0), theta, facecolor="#eaf3f9", edgecolor=INK),
        Rectangle(
            (-theta, -theta), 2 * theta, 2 * theta,
            facecolor="#eaf3f9", edgecolor=INK,
        ),
    ]  # fmt: skip
    reach = max(theta, gradients.abs().max().item()) * 1.1
    for ax, (name, clipped), limit in zip(
        axes, shapes.items(), limits, strict=True
    ):
        ax.add_patch(limit)
        _draw_clipped(ax, gradients, clipped)
        ax.set_title(name, loc="left")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_xlabel(r"$g_1$")
    axes[0].set_ylabel(r"$g_2$")
    handles = axes[0].get_legend_handles_labels()
    fig.legend(*handles, loc="outside upper center", ncols=2)
    return fig


def _draw_clipped(ax: Axes, gradients: Tensor, clipped: Tensor) -> None:
    before = {"arrowstyle": "->", "color": VERMILION, "linestyle": "--"}
    after = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2}
    for g, c in zip(gradients.tolist(), clipped.tolist(), strict=True):
        ax.annotate("", g, (0, 0), arrowprops=before)
        ax.annotate("", c, (0, 0), arrowprops=after)
    ax.plot([], [], "--", color=VERMILION, label="before clipping")
    ax.plot([], [], color=BLUE, linewidth=2, label="after clipping")


def compare_thresholds(
    histories: Mapping[str, History], ceiling: float
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
    ax: Axes, history: History, ceiling: float, longest: int, color: str
) -> None:
    ax.plot(range(1, len(history) + 1), history.perplexity, color=color)
    _set_perplexity_axis(ax)
    ax.set(ylim=(0.95, ceiling), ylabel="")
    over = [value > ceiling for value in history.perplexity]
    end = over.index(True) if any(over) else len(history)
    if end < longest:
        ax.plot(end + 1, ceiling, "X", color=INK, markersize=9, clip_on=False)
        ax.text(0.97, 0.9, "diverged", ha="right", transform=ax.transAxes)


def _draw_norms(ax: Axes, history: History, color: str) -> None:
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
    histories: Mapping[str, History], floors: Mapping[str, float]
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


def held_out_curves(histories: Mapping[str, History]) -> Figure:
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
    order = sorted(means, key=means.get, reverse=True)
    fig, ax = plt.subplots(figsize=(7, 0.9 + 0.33 * len(order)))
    ax.axvspan(*band, color=PALE, alpha=0.6, linewidth=0)
    ax.annotate(
        band_name, (sum(band) / 2, 0.97), xycoords=("data", "axes fraction"),
        ha="center", va="top", fontsize=10,
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
            xytext=(9, 0), textcoords="offset points", fontsize=10,
        )  # fmt: skip


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
        for i, (value, (color, marker)) in enumerate(
            zip(values, looks, strict=False)
        ):
            x, transform = value, ax.transData
            if value is None:
                x, transform = 1.06, ax.get_yaxis_transform()
            ax.plot(
                x, row + 0.6 * i / len(looks) - 0.27, marker, color=color,
                markersize=7, markeredgecolor="white", markeredgewidth=0.5,
                transform=transform, clip_on=False,
            )  # fmt: skip
    values = [value for row in rows.values() for value in row]
    if None in values:
        ax.text(1.06, 1, "never", ha="center", transform=ax.transAxes)
    known = [value for value in values if value is not None]
    if known and max(known) > 3 * min(known):
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 4, 5, 7)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.minorticks_off()
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")


def growth(times: Mapping[str, Mapping]) -> Figure:
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
