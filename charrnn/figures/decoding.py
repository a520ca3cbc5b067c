"""Figures of decoding: strategies, entropy, and diversity."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from charrnn.figures.style import (
    BLUE,
    SKY,
    VERMILION,
)


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
