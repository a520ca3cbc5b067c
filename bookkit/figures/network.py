"""Figures of the network: its parameters, its cell, and how it writes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from bookkit.figures.diagrams import LABEL, draw_arrow, draw_box
from bookkit.figures.style import (
    HIDDEN,
    INK,
    INPUT,
    LETTERS,
    MUTED,
    OUTPUT,
    PALE,
    Point,
    subplots,
    visible,
    write_near,
)
from bookkit.numerals import typeset
from charrnn.interface import Vocabulary

# The parts of a cell
BOXES = {
    r"$\mathbf{X}_t$": (INPUT, (0, 0)),
    r"$\mathbf{H}_{t-1}$": (HIDDEN, (2.2, 0)),
    r"$+$": ("white", (1.1, 1.6)),
    r"$\tanh$": ("white", (1.1, 2.9)),
    r"$\mathbf{H}_t$": (HIDDEN, (1.1, 4.2)),
    r"$\mathbf{O}_t$": (OUTPUT, (1.1, 5.5)),
    r"$\mathbf{b}_h$": (PALE, (2.8, 1.6)),
}
ARROWS = [
    ((0.1, 0.28), (0.8, 1.32)),
    ((2.1, 0.28), (1.4, 1.32)),
    ((2.38, 1.6), (1.52, 1.6)),
    ((1.1, 1.88), (1.1, 2.62)),
    ((1.1, 3.18), (1.1, 3.92)),
    ((1.1, 4.48), (1.1, 5.22)),
]
LABELS = [  # with the side at which each of them is aligned
    (INK, r"$\mathbf{W}_{xh}$: $(V, h)$", (0.3, 0.8), "right"),
    (INK, r"$\mathbf{W}_{hh}$: $(h, h)$", (1.9, 0.8), "left"),
    (INK, r"$\mathbf{W}_{hq}$: $(h, V)$, then $+\,\mathbf{b}_q$",
     (1.2, 4.85), "left"),
    (MUTED, "$(n, V)$", (0, -0.5), "center"),
    (MUTED, "$(n, h)$", (2.2, -0.5), "center"),
    (MUTED, "$(h)$", (2.8, 2.05), "center"),
    (MUTED, "$(n, h)$", (1.2, 2.25), "left"),
    (MUTED, "$(n, h)$", (1.2, 3.55), "left"),
    (MUTED, "$(n, h)$", (0.6, 4.2), "right"),
    (MUTED, "$(n, V)$", (0.6, 5.5), "right"),
]  # fmt: skip


def parameter_shapes(shapes: Mapping[str, Sequence[int]]) -> Figure:
    """Draw tensors to scale, given their shapes by name.

    One of a single dimension is drawn as a row. What leaves the width
    continues in a second line.
    """
    sizes = {
        name: (shape[0] if len(shape) == 2 else 1, shape[-1])
        for name, shape in shapes.items()
    }
    unit = max(max(size) for size in sizes.values())
    fig, ax = subplots(5.6)
    x, y, ends = 0.0, 0.0, [0.0]
    for name, (rows, columns) in sizes.items():
        size = columns / unit, max(rows / unit, 0.006)
        column = max(size[0], 0.6)
        if x + column > 2.4:
            x, y = 0.0, min(ends) - 0.4
        ax.add_patch(
            Rectangle((x, y - size[1]), *size, facecolor=HIDDEN, edgecolor=INK)
        )
        label = f"{name}\n" + " × ".join(map(str, shapes[name]))
        ax.text(x, y + 0.04, label, va="bottom", family=LETTERS)
        x += column + 0.1
        ends += [x, y - size[1]]
    ax.set(xlim=(-0.02, max(ends)), ylim=(min(ends) - 0.04, 0.35))
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


def unrolled_network(num_steps: int = 3) -> Figure:
    """Draw the cell with its loop, and beside it unrolled in time."""
    fig, ax = subplots(3)
    gap, first = 1.4, 3.5
    _draw_cell(ax, 0, "t")
    loop = {"connectionstyle": "arc3,rad=-1.9", "color": INK}
    ax.annotate(
        "", (0.38, 0.9), (0.38, 1.1),
        arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0} | loop,
    )  # fmt: skip
    ax.text(0.72, 1, r"$\mathbf{W}_{hh}$", va="center", fontsize=LABEL)
    ax.text(1.5, 1, "=", ha="center", va="center", fontsize=20)
    draw_box(ax, (first - gap, 1), r"$\mathbf{H}_0$", PALE)
    for step in range(num_steps):
        x = first + gap * step
        _draw_cell(ax, x, str(step + 1))
        start, end = (x - gap + 0.38, 1), (x - 0.38, 1)
        draw_arrow(ax, start, end, label=r"$\mathbf{W}_{hh}$")
    right = first + gap * (num_steps - 1) + 0.6
    ax.set(xlim=(-0.4, right), ylim=(-0.35, 2.35))
    ax.axis("off")
    return fig


def _draw_cell(ax: Axes, x: float, step: str) -> None:
    """Draw input, state, and outputs of a step, one above the other."""
    draw_box(ax, (x, 0), rf"$\mathbf{{X}}_{step}$", INPUT)
    draw_box(ax, (x, 1), rf"$\mathbf{{H}}_{step}$", HIDDEN)
    draw_box(ax, (x, 2), rf"$\mathbf{{O}}_{step}$", OUTPUT)
    draw_arrow(ax, (x, 0.26), (x, 0.74), label=r"$\mathbf{W}_{xh}$")
    draw_arrow(ax, (x, 1.26), (x, 1.74), label=r"$\mathbf{W}_{hq}$")


def cell_with_shapes() -> Figure:
    """Draw what one step computes, upwards, with a shape on each arrow."""
    fig, ax = subplots(4.8)
    for label, (color, place) in BOXES.items():
        draw_box(ax, place, label, color, (0.6, 0.36))
    for start, end in ARROWS:
        draw_arrow(ax, start, end)
    for color, label, place, side in LABELS:
        ax.text(
            *place, label, ha=side, va="center", color=color, fontsize=LABEL
        )
    ax.axis("off")
    ax.set(xlim=(-1, 3.4), ylim=(-0.75, 5.85))
    return fig


def writing_loop(prefix: str, written: str) -> Figure:
    """Draw which characters are read and chosen as a network writes.

    Each character of ``written`` is chosen from the outputs of a step and,
    but for the last, read by the next.
    """
    read = prefix + written[:-1]
    fig, ax = subplots(2.9)
    for step, character in enumerate(read):
        color = OUTPUT if step >= len(prefix) else INPUT
        draw_box(ax, (step, 0), visible(character), color, family=LETTERS)
        draw_box(ax, (step, 1), r"$\mathbf{H}$", HIDDEN)
        draw_arrow(ax, (step, 0.28), (step, 0.72))
        if step:
            draw_arrow(ax, (step - 0.7, 1), (step - 0.3, 1))
    for i, character in enumerate(written):
        step = len(prefix) - 1 + i
        draw_box(ax, (step, 2), visible(character), OUTPUT, family=LETTERS)
        draw_arrow(ax, (step, 1.28), (step, 1.72))
        if i + 1 < len(written):
            draw_arrow(ax, (step + 0.31, 1.95), (step + 0.69, 0.1), dash="--")
    for middle, name in [
        ((len(prefix) - 1) / 2, "the prefix\nis read"),
        ((len(prefix) + len(read) - 1) / 2, "what was\nwritten is read"),
    ]:
        ax.text(middle, -0.4, name, ha="center", va="top")
    ax.set(xlim=(-0.6, len(read) - 0.4), ylim=(-1.2, 2.35))
    ax.axis("off")
    return fig


def one_prediction(
    probabilities: Tensor, truth: str, vocab: Vocabulary
) -> Figure:
    """Draw the loss of one prediction, the true character known.

    ``probabilities`` is (vocab_size,). The likeliest symbols and the true
    one are drawn first, then the loss over the probability.
    """
    index = vocab[[truth]][0]
    p = float(probabilities[index])
    best = probabilities.argsort(descending=True)[:7].tolist()
    shown = best if index in best else [*best[:-1], index]
    fig, (bars, curve) = subplots(2.6, 1, 2)
    bars.bar(
        [visible(vocab.to_tokens(i)) for i in shown],
        [float(probabilities[i]) for i in shown],
        color=[INK if i == index else PALE for i in shown], edgecolor=INK,
    )  # fmt: skip
    bars.set(xlabel="next character", ylabel="probability")
    bars.tick_params("x", labelfontfamily=LETTERS)
    grid = torch.linspace(0.0005, 1, 2000)
    curve.plot(grid, -grid.log(), color=MUTED)
    loss = -torch.tensor(p).log().item()
    curve.plot([p, p, 0], [0, loss, loss], color=INK, linestyle="--")
    curve.plot(p, loss, "o", color=INK)
    formula = rf"$-\log\,{p:.2g} = {loss:.2f}$"
    write_near(curve, formula, (p, loss), (8, 6))
    curve.set(
        xlabel="probability of the truth", ylabel="loss",
        xlim=(-0.06, 1), ylim=(0, max(5.4, loss + 0.8)),
    )  # fmt: skip
    return fig


# Of one step with its numbers: the positions across of what is read, of units,
# and of symbols, and the heights of the layers
READ, UNITS = (0.3, 1.2, 2.2, 2.8, 3.4), (0.85, 2.45)
SYMBOLS = (0.4, 1.65, 2.9)
LAYERS = (0, 1.6, 2.45, 4, 4.85, 5.7)
BELOW, BESIDE = (0, -0.36), (0.44, 0)  # of a box, for what is written there
NAMES = {
    r"$\mathbf{H}_{t-1}$": (0.75, -0.65),
    r"$\mathbf{W}_{hh}$": (0.25, 1),
    r"$\mathbf{X}_t$": (2.8, -0.65),
    r"$\mathbf{W}_{xh}$": (3.3, 1),
    "sum": (-0.15, 1.6),
    r"$\mathbf{H}_t$": (-0.15, 2.45),
    r"$\mathbf{W}_{hq}$": (0.3, 3.15),
    r"$\mathbf{O}_t$": (-0.15, 4),
    "$P$": (-0.15, 4.85),
}


def worked_step(
    symbols: Sequence[str],
    X: Tensor,
    H_before: Tensor,
    params: Sequence[Tensor],
    truth: int | None = None,
) -> Figure:
    """Draw one step of a network of three symbols and two hidden units.

    From the input ``X``, (1, 3), and ``H_before``, (1, 2), follow the argument
    of tanh, the new state, the logits, and the probabilities. The loss is
    drawn if ``truth``, the index of the next symbol, is known. Weights have
    one decimal, results two.
    """
    W_xh, W_hh, b_h, W_hq, b_q = params
    A = X @ W_xh + H_before @ W_hh + b_h  # (1, 2)
    H = A.tanh()
    O = H @ W_hq + b_q  # (1, 3)
    P = O.softmax(dim=1)
    fig, ax = subplots(5 if truth is None else 5.6)
    inputs = torch.cat([H_before, X], dim=1)
    chosen = [OUTPUT if i == truth else "white" for i in range(3)]
    rows = [
        (READ, inputs, [HIDDEN] * 2 + [INPUT] * 3),
        (UNITS, A, ["white"] * 2),
        (UNITS, H, [HIDDEN] * 2),
        (SYMBOLS, O, [OUTPUT] * 3),
        (SYMBOLS, P, chosen),
    ]
    if truth is not None:
        loss = -P[:, [truth]].log()
        rows.append(((SYMBOLS[truth],), loss, ["white"]))
    layers: list[list[Point]] = []
    for y, (across, numbers, colors) in zip(LAYERS, rows, strict=False):
        layers.append([(x, y) for x in across])
        cells = zip(layers[-1], numbers[0], colors, strict=True)
        for place, number, color in cells:
            # Inputs are short.
            text = typeset(format(number, ".2f" if y else ".2g"))
            draw_box(ax, place, text, color, (0.36, 0.22), fontsize=12)
    read, sums, units, logits, chances, *end = layers
    _draw_weights(ax, read, sums, inputs[0], [*W_hh, *W_xh], [0.22] * 5)
    # Where arrows cross, nobody could tell which is whose.
    _draw_weights(ax, units, logits, H[0], W_hq, [0.75, 0.29])
    arrows = [
        *zip(sums, units, ["tanh"] * 2, strict=True),
        *zip(logits, chances, ["softmax"] * 3, strict=True),
    ]
    if truth is not None:
        arrows.append((chances[truth], end[0][0], r"$-\log$"))
        _write(ax, end[0], ["loss"], BESIDE)
    for start, stop, name in arrows:
        draw_arrow(ax, *_between(start, stop), label=name)
    _write(ax, read[2:], symbols, BELOW, family=LETTERS)
    _write(ax, chances, symbols, BESIDE, family=LETTERS)
    biases = [typeset(f"{bias:+.1f}") for bias in [*b_h, *b_q]]
    _write(ax, sums + logits, biases, BESIDE, color=MUTED)
    _write(ax, NAMES.values(), NAMES, fontsize=LABEL)
    ax.set(xlim=(-0.35, 3.65), ylim=(-0.75, layers[-1][0][1] + 0.25))
    ax.axis("off")
    return fig


def _draw_weights(
    ax: Axes,
    starts: Sequence[Point],
    ends: Sequence[Point],
    inputs: Iterable[Tensor],
    weights: Iterable[Tensor],
    parts: Iterable[float],
) -> None:
    """Draw an arrow for each weight, and its number at a part of the way.

    The part depends on the start. What starts at a zero is pale and has no
    number.
    """
    look: dict[str, Any] = {
        "bbox": {"color": "white", "pad": 2},
        "zorder": 4,
    }
    given = zip(starts, inputs, weights, parts, strict=True)
    for start, value, row, part in given:
        for end, weight in zip(ends, row, strict=True):
            (a, b), (x, y) = places = _between(start, end)
            draw_arrow(ax, *places, INK if value else PALE)
            if value:
                place = a + part * (x - a), b + part * (y - b)
                _write(ax, [place], [typeset(f"{weight:.1f}")], **look)


def _between(start: Point, end: Point) -> tuple[Point, Point]:
    """Return where an arrow starts at a box, and ends at one above it."""
    (a, b), (x, y) = start, end
    return (a, b + 0.22), (x, y - 0.22)


def _write(
    ax: Axes,
    places: Iterable[Point],
    texts: Iterable[str],
    offset: Point = (0, 0),
    **look: Any,
) -> None:
    for (x, y), text in zip(places, texts, strict=True):
        x, y = x + offset[0], y + offset[1]
        ax.text(x, y, text, ha="center", va="center", **look)
