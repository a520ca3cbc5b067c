"""Figures of decoding: likely symbols, decoding strategies, and diversity."""

from collections.abc import Container, Mapping, Sequence

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
    VERMILION,
    stack_panels,
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


def entropy_along(text: str, entropy: Tensor) -> Figure:
    """Draw the entropy before each character of ``text``, in rows.

    ``entropy`` is (len(text),), in bits. The first letters of words have a
    separate colour.
    """
    is_first = [i > 0 and text[i - 1] == " " for i in range(len(text))]
    pieces = _split(len(text), 3)
    fig, axes = _make_rows(len(pieces))
    for row, ax in zip(pieces, axes, strict=True):
        _draw_along(ax, text[row], entropy[row], is_first[row], pieces[0].stop)
        ax.set_ylabel("entropy (bits)")
    axes[-1].set_xlabel("the character that comes next, ␣ is the space")
    _draw_legend(fig, "first letter of a word", "any other character")
    return fig


def surprise_along(
    texts: Mapping[str, tuple[str, Tensor]], known_words: Container[str]
) -> Figure:
    """Draw the surprise at each character of some texts, in rows.

    ``texts`` gives, by name, a text and the surprise at each of its
    characters, (len(text),), in bits. Words that are not among the
    ``known_words`` have a separate colour.
    """
    longest = max(len(text) for text, _ in texts.values())
    pieces = _split(longest, 2)
    fig, axes = _make_rows(len(texts) * len(pieces))
    starts = range(0, len(axes), len(pieces))
    for start, (name, (text, bits)) in zip(starts, texts.items(), strict=True):
        is_new = [
            word not in known_words
            for word in text.split(" ")
            for _ in f"{word} "  # the space belongs to the word before it
        ]
        axes[start].set_title(name, loc="left")
        for row, ax in zip(pieces, axes[start:], strict=False):
            _draw_along(ax, text[row], bits[row], is_new[row], pieces[0].stop)
            ax.set_ylabel("surprise (bits)")
    _draw_legend(fig, "new word", "word of the training text")
    return fig


def _split(length: int, count: int) -> list[slice]:
    """Split a range into pieces, of which only the last may be shorter."""
    size = -(-length // count)
    return [slice(start, start + size) for start in range(0, length, size)]


def _make_rows(count: int) -> tuple[Figure, list[Axes]]:
    """Return panels, one below another."""
    return stack_panels(count, 1.6 * count, sharey=True)


def _draw_along(
    ax: Axes, text: str, heights: Tensor, marked: Sequence[bool], length: int
) -> None:
    """Draw a bar above each character, in another colour where ``marked``."""
    places = range(len(text))
    colors = [VERMILION if marked[i] else BLUE for i in places]
    ax.bar(places, heights.tolist(), color=colors)
    letters = [visible(character) for character in text]
    ax.set_xticks(places, letters, family="monospace")
    ax.set_xlim(-0.7, length - 0.3)
    ax.tick_params(axis="x", length=0)


def _draw_legend(fig: Figure, marked: str, other: str) -> None:
    """Draw a legend of the two colours, above the figure."""
    fig.axes[0].bar([0], [0], color=VERMILION, label=marked)
    fig.axes[0].bar([0], [0], color=BLUE, label=other)
    fig.legend(loc="outside upper center", ncols=2)


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
