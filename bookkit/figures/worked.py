"""A figure of one step of a small network, with its numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from bookkit.figures.diagrams import FORMULA, Point, draw_arrow, draw_box
from bookkit.figures.style import (
    HIDDEN,
    INK,
    INPUT,
    LETTERS,
    MUTED,
    OUTPUT,
    PALE,
    SMALL,
    two_layouts,
    width,
)

# Places across: of the previous state and the input, the units, the symbols
READ, UNITS, SYMBOLS = (
    (0.3, 1.2, 2.2, 2.8, 3.4),
    (0.85, 2.45),
    (0.4, 1.65, 2.9),
)
# Places along, from what is read to the loss, for a page and for a phone
LAYERS = (0, 1.6, 2.55, 4.05, 5.3, 6.35), (0, 1.6, 2.45, 4, 4.85, 5.7)
NAMES = {  # and where they stand, for a page and for a phone
    r"$\mathbf{H}_{t-1}$": ((0, 0.2), (0.75, -0.65)),
    r"$\mathbf{W}_{hh}$": ((0.85, -0.2), (0.25, 1)),
    r"$\mathbf{X}_t$": ((0, -1.6), (2.8, -0.65)),
    r"$\mathbf{W}_{xh}$": ((0.85, -3), (3.3, 1)),
    "sum": ((1.6, 0.2), (-0.15, 1.6)),
    r"$\mathbf{H}_t$": ((2.55, 0.2), (-0.15, 2.45)),
    r"$\mathbf{W}_{hq}$": ((3.2, -0.3), (0.3, 3.15)),
    r"$\mathbf{O}_t$": ((4.05, 0.2), (-0.15, 4)),
    "$P$": ((5.3, 0.2), (-0.15, 4.85)),
}


@two_layouts
def worked_step(
    symbols: Sequence[str],
    X: Tensor,
    H_before: Tensor,
    params: Sequence[Tensor],
    A: Tensor,
    H: Tensor,
    O: Tensor,
    P: Tensor,
    truth: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw one step of a network of three symbols and two hidden units.

    From ``X`` and ``H_before`` follow ``A``, the argument of tanh, then the
    new state, the logits, and the probabilities. All are (1, 3) or (1, 2),
    and ``truth`` is the index of the next symbol. Weights have
    one decimal, results two. The step goes from the left to the right or, on
    a phone, upwards.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    inputs, W = torch.cat([H_before, X], dim=-1), torch.cat([W_hh, W_xh])
    values = [value.flatten() for value in (inputs, A, H, O, P)]
    values.append(-values[-1][[truth]].log())
    across = READ, UNITS, UNITS, SYMBOLS, SYMBOLS, [SYMBOLS[truth]]
    layers = read, sums, units, logits, chances, end = [
        [(x, y) if narrow else (y, -0.9 * x) for x in row]
        for row, y in zip(across, LAYERS[narrow], strict=True)
    ]
    fig, ax = plt.subplots(figsize=(width(narrow), 6.4 if narrow else 3.6))
    colors = (
        [HIDDEN] * 2 + [INPUT] * 3, ["white"] * 2, [HIDDEN] * 2, [OUTPUT] * 3,
        [OUTPUT if i == truth else "white" for i in range(3)], ["white"],
    )  # fmt: skip
    rows = zip(layers, values, colors, strict=True)
    for places, numbers, fills in rows:
        spec = ".2g" if numbers is values[0] else ".2f"
        for place, number, fill in zip(places, numbers, fills, strict=True):
            text = _format(number, spec)
            draw_box(ax, place, text, fill, (0.36, 0.22), fontsize=SMALL)
    edge = (0, 0.22) if narrow else (0.29, 0)  # from the middle of a box
    _draw_weights(ax, edge, read, sums, values[0], W, 0.22)
    _draw_weights(ax, edge, units, logits, values[2], W_hq, 0.3)
    arrows = [
        *zip(sums, units, ["tanh"] * 2, strict=True),
        *zip(logits, chances, ["softmax"] * 3, strict=True),
        (chances[truth], end[0], r"$-\log$"),
    ]
    for start, stop, name in arrows:
        points = _between(start, stop, edge)
        draw_arrow(ax, *points, label=name, fontsize=SMALL)
    behind, beside = (
        ((0, -0.36), (0.44, 0)) if narrow else ((-0.4, 0), (0, 0.3))
    )
    _write(ax, read[2:], symbols, behind, family=LETTERS)
    _write(ax, chances, symbols, beside, family=LETTERS)
    biases = [_format(bias, "+.1f") for bias in [*b_h, *b_q]]
    _write(ax, sums + logits, biases, beside, color=MUTED)
    _write(ax, end, ["loss"], beside)
    names = [places[narrow] for places in NAMES.values()]
    _write(ax, names, NAMES, fontsize=FORMULA)
    ax.set(xlim=(-0.35, 3.65) if narrow else (-0.55, 6.7))
    ax.set(ylim=(-0.75, 5.95) if narrow else (-3.3, 0.35))
    ax.axis("off")
    return fig


def _draw_weights(
    ax: Axes,
    edge: Point,
    starts: Sequence[Point],
    ends: Sequence[Point],
    inputs: Tensor,
    weights: Tensor,
    part: float,
) -> None:
    """Draw an arrow for each weight, and its number at a part of the way.

    What starts at a zero is pale and has no number.
    """
    for start, value, row in zip(starts, inputs, weights, strict=True):
        for end, weight in zip(ends, row, strict=True):
            (a, b), (x, y) = places = _between(start, end, edge)
            draw_arrow(ax, *places, INK if value else PALE)
            if value:
                place = a + part * (x - a), b + part * (y - b)
                patch = {"color": "white", "pad": 0.3}
                _write(
                    ax, [place], [_format(weight, ".1f")], bbox=patch, zorder=4
                )


def _between(start: Point, end: Point, edge: Point) -> tuple[Point, Point]:
    """Return where an arrow between two boxes starts and ends."""
    (a, b), (x, y), (dx, dy) = start, end, edge
    return (a + dx, b + dy), (x - dx, y - dy)


def _write(
    ax: Axes,
    places: Iterable[Point],
    texts: Iterable[str],
    offset: Point = (0, 0),
    **look: Any,
) -> None:
    options: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "fontsize": SMALL,
        **look,
    }
    for (x, y), text in zip(places, texts, strict=True):
        ax.text(x + offset[0], y + offset[1], text, **options)


def _format(number: Tensor, spec: str) -> str:
    """Return a number with a real minus sign."""
    return format(number, spec).replace("-", "\N{MINUS SIGN}")
