"""Figures of decoding: likely symbols, decoding strategies, and diversity."""

from collections.abc import Mapping, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from bookkit.figures.style import (
    ADJUSTED,
    BLUE,
    EXCLUDED,
    HELD_OUT,
    LETTERS,
    ORIGINAL,
    subplots,
    visible,
    write_near,
)
from charrnn.interface import Vocabulary


def likely_symbols(places: Mapping[str, Tensor], vocab: Vocabulary) -> Figure:
    """Draw the twelve likeliest next symbols at some positions, a panel each.

    ``places`` gives, by the text that was read, the probability of each
    symbol of ``vocab``, (len(vocab),).
    """
    fig, axes = subplots(2.6, 1, len(places), sharey=True)
    for ax, (read, p) in zip(axes, places.items(), strict=True):
        best = p.topk(12)
        symbols = vocab.to_tokens(best.indices.tolist())
        names = [visible(symbol) for symbol in symbols]
        ax.bar(names, best.values.tolist(), color=BLUE)
        ax.set_title(f"after “{read}”", loc="left")
        ax.set_xlabel("next symbol")
        ax.margins(x=0.02)
        ax.tick_params("x", labelfontfamily=LETTERS)
    axes[0].set_ylabel("probability")
    return fig


def strategy_panels(
    model: Tensor, strategies: Mapping[str, Tensor], symbols: Sequence[str]
) -> Figure:
    """Draw what decoding strategies make of one distribution, a panel each.

    ``model`` and the distributions in ``strategies``, by name, are
    (len(symbols),). The bars of excluded symbols are grey, as high as their
    probability in the model; the rest have an outline of that height.
    """
    num_rows = -(-len(strategies) // 2)
    height = 0.8 + 1.7 * num_rows
    fig, axes = subplots(height, num_rows, 2, sharey=True, squeeze=False)
    names = [visible(symbol) for symbol in symbols]
    for ax in axes.flat[len(strategies) :]:  # one is left of an odd number
        ax.set_axis_off()
    for ax, (name, p) in zip(axes.flat, strategies.items(), strict=False):
        ax.set_title(name, loc="left")
        _draw_strategy(ax, model, p, names)
    for ax in axes[:, 0]:
        ax.set_ylabel("probability")
    named: dict[str, Artist] = {}
    for ax in axes.flat:
        handles, labels = ax.get_legend_handles_labels()
        named |= zip(labels, handles, strict=True)
    fig.legend(
        list(named.values()), list(named), loc="outside upper center",
        ncols=len(named), columnspacing=1,
    )  # fmt: skip
    return fig


def _draw_strategy(
    ax: Axes, model: Tensor, p: Tensor, names: Sequence[str]
) -> None:
    excluded = model * (p == 0)
    label = "excluded" if excluded.any() else None
    ax.bar(names, excluded.tolist(), color=EXCLUDED, label=label)
    ax.bar(names, p.tolist(), color=ADJUSTED, label="after it")
    ax.bar(
        names, model.tolist(), fill=False, edgecolor=ORIGINAL,
        linewidth=1.2, label="before the strategy",
    )  # fmt: skip
    ax.margins(x=0.02)
    ax.tick_params("x", labelfontfamily=LETTERS)


def diversity_plane(
    temperatures: Mapping[float, tuple[float, float, float]],
    human: tuple[float, float, float],
) -> Figure:
    """Draw how diverse and how wordlike texts are, by their likelihood.

    Each text, by temperature, and the ``human`` one, has a mean binary
    logarithm of probability, and two shares: of distinct strings, and of
    real words.
    """
    fig, axes = subplots(3.4, 1, 2)
    labels = ["distinct 4-grams (%)", "real words (%)"]
    for i, (ax, label) in enumerate(zip(axes, labels, strict=True), start=1):
        points = [(p[0], 100 * p[i]) for p in temperatures.values()]
        ax.plot(*zip(*points, strict=True), "o-", color=BLUE)
        for tau, (x, y) in zip(temperatures, points, strict=True):
            hottest = r"$\tau$ = " if tau == max(temperatures) else ""
            above = i == 1 or tau == min(temperatures)
            offset = 6, 2 if above else -10
            write_near(ax, f"{hottest}{tau:g}", (x, y), offset)
        place = human[0], 100 * human[i]
        ax.plot(*place, "*", color=HELD_OUT, ms=14)
        write_near(ax, "human", place, (-9, 0), ha="right", va="center")
        ax.set(ylabel=label, xlabel="mean log-probability (bits)")
        ax.margins(0.15, 0.1)
    return fig
