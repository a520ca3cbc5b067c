"""Figures of the network: its parameters, its cell, and how it writes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from bookkit.figures.diagrams import FORMULA, draw_arrow, draw_box
from bookkit.figures.style import (
    HIDDEN,
    INK,
    INPUT,
    LETTERS,
    MUTED,
    OUTPUT,
    PALE,
    SMALL,
    Point,
    is_narrow,
    make_panels,
    subplots,
    two_layouts,
    visible,
    write_near,
)
from bookkit.numerals import typeset
from charrnn.interface import Vocabulary

# The parts of a cell, each with its position on a page and on a phone
BOXES = {
    r"$\mathbf{X}_t$": (INPUT, (0, 0), (0.5, 0)),
    r"$\mathbf{H}_{t-1}$": (HIDDEN, (0, 1.5), (2.7, 0)),
    r"$+$": ("white", (2.6, 1.5), (1.6, 1.6)),
    r"$\tanh$": ("white", (4.1, 1.5), (1.6, 2.9)),
    r"$\mathbf{H}_t$": (HIDDEN, (6.1, 1.5), (1.6, 4.2)),
    r"$\mathbf{O}_t$": (OUTPUT, (6.1, 3), (1.6, 5.5)),
    r"$\mathbf{b}_h$": (PALE, (2.6, 2.7), (3.3, 1.6)),
}
ARROWS = [
    (((0.42, 0), (2.35, 1.22)), ((0.6, 0.28), (1.3, 1.32))),
    (((0.42, 1.5), (2.18, 1.5)), ((2.6, 0.28), (1.9, 1.32))),
    (((2.6, 2.42), (2.6, 1.76)), ((2.88, 1.6), (2.02, 1.6))),
    (((3.02, 1.5), (3.68, 1.5)), ((1.6, 1.88), (1.6, 2.62))),
    (((4.52, 1.5), (5.68, 1.5)), ((1.6, 3.18), (1.6, 3.92))),
    (((6.1, 1.78), (6.1, 2.72)), ((1.6, 4.48), (1.6, 5.22))),
]
LABELS = [  # with the side at which each of them is aligned
    (INK, r"$\mathbf{W}_{xh}$: $(V, h)$",
     (1.7, 0.45, "left"), (0.8, 0.8, "right")),
    (INK, r"$\mathbf{W}_{hh}$: $(h, h)$",
     (1.3, 1.72, "center"), (2.4, 0.8, "left")),
    (INK, r"$\mathbf{W}_{hq}$: $(h, V)$, then $+\,\mathbf{b}_q$",
     (5.94, 2.25, "right"), (1.7, 4.85, "left")),
    (MUTED, "$(n, V)$", (0, -0.5, "center"), (0.5, -0.5, "center")),
    (MUTED, "$(n, h)$", (0, 2, "center"), (2.7, -0.5, "center")),
    (MUTED, "$(h)$", (2.6, 3.2, "center"), (3.3, 2.05, "center")),
    (MUTED, "$(n, h)$", (3.35, 1.72, "center"), (1.7, 2.25, "left")),
    (MUTED, "$(n, h)$", (5.1, 1.72, "center"), (1.7, 3.55, "left")),
    (MUTED, "$(n, h)$", (6.1, 0.95, "center"), (1.1, 4.2, "right")),
    (MUTED, "$(n, V)$", (6.1, 3.5, "center"), (1.1, 5.5, "right")),
]  # fmt: skip


@two_layouts
def parameter_shapes(shapes: Mapping[str, Sequence[int]]) -> Figure:
    """Draw tensors to scale, given their shapes by name.

    One of a single dimension is drawn as a row. What leaves a phone's width
    continues in a second line.
    """
    narrow = is_narrow()
    sizes = {
        name: (shape[0] if len(shape) == 2 else 1, shape[-1])
        for name, shape in shapes.items()
    }
    unit = max(max(size) for size in sizes.values())
    fig, ax = subplots(7.2 if narrow else 3.6)
    x, y, ends, reach = 0.0, 0.0, [0.0], 2.4 if narrow else float("inf")
    for name, (rows, columns) in sizes.items():
        size = columns / unit, max(rows / unit, 0.006)
        column = max(size[0], 0.6)
        if x + column > reach:
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


@two_layouts
def unrolled_network(num_steps: int = 3) -> Figure:
    """Draw the cell with its loop, and beside it unrolled in time.

    On a phone, the unrolled network is below.
    """
    narrow = is_narrow()
    fig, ax = subplots(5.6 if narrow else 3.2)
    gap, left, top = (1.45, 1.8, 3.4) if narrow else (1.7, 0, 0)
    first, equals = (gap, (left + 0.3, 2.8)) if narrow else (4.1, (1.55, 1))
    _draw_cell(ax, left, "t", top)
    loop = {"connectionstyle": "arc3,rad=-1.9", "color": INK}
    ax.annotate(
        "", (left + 0.38, top + 0.9), (left + 0.38, top + 1.1),
        arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0} | loop,
    )  # fmt: skip
    ax.text(
        left + (0.85 if narrow else 0.72), top + 1, r"$\mathbf{W}_{hh}$",
        va="center", fontsize=FORMULA,
    )  # fmt: skip
    ax.text(equals[0], equals[1], "=", ha="center", va="center", fontsize=20)
    draw_box(ax, (first - gap, 1), r"$\mathbf{H}_0$", PALE)
    for step in range(num_steps):
        x = first + gap * step
        _draw_cell(ax, x, str(step + 1))
        start, end = (x - gap + 0.38, 1), (x - 0.38, 1)
        draw_arrow(ax, start, end, label=r"$\mathbf{W}_{hh}$")
    right = first + gap * (num_steps - 1) + 0.7
    ax.set(xlim=(-0.5, right), ylim=(-0.35, top + 2.35))
    ax.axis("off")
    return fig


def _draw_cell(ax: Axes, x: float, step: str, y: float = 0) -> None:
    """Draw input, state, and outputs of a step, one above the other."""
    draw_box(ax, (x, y), rf"$\mathbf{{X}}_{step}$", INPUT)
    draw_box(ax, (x, y + 1), rf"$\mathbf{{H}}_{step}$", HIDDEN)
    draw_box(ax, (x, y + 2), rf"$\mathbf{{O}}_{step}$", OUTPUT)
    draw_arrow(ax, (x, y + 0.26), (x, y + 0.74), label=r"$\mathbf{W}_{xh}$")
    draw_arrow(ax, (x, y + 1.26), (x, y + 1.74), label=r"$\mathbf{W}_{hq}$")


@two_layouts
def cell_with_shapes() -> Figure:
    """Draw what one step computes, with a shape on each arrow.

    It goes from the left to the right or, on a phone, upwards.
    """
    narrow = is_narrow()
    fig, ax = subplots(5.4 if narrow else 3.6)
    for label, (color, *places) in BOXES.items():
        draw_box(ax, places[narrow], label, color, (0.6, 0.36))
    for arrows in ARROWS:
        draw_arrow(ax, *arrows[narrow])
    for color, label, *ends in LABELS:
        x, y, side = ends[narrow]
        ax.text(
            x, y, label, ha=side, va="center", color=color, fontsize=FORMULA
        )
    ax.axis("off")
    ax.set(xlim=(-0.5, 3.9) if narrow else (-0.6, 6.7))
    ax.set(ylim=(-0.75, 5.85 if narrow else 3.75))
    return fig


@two_layouts
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


@two_layouts
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
    fig, (bars, curve) = make_panels(2, 3, 2.5)
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
    write_near(curve, formula, (p, loss), (8, 6), fontsize=FORMULA)
    curve.set(
        xlabel="probability of the truth", ylabel="loss",
        xlim=(-0.06, 1), ylim=(0, max(5.4, loss + 0.8)),
    )  # fmt: skip
    return fig


# Of one step with its numbers: the positions across of what is read, of units,
# and of symbols. All pairs below are for a page, and for a phone.
READ, UNITS = (0.3, 1.2, 2.2, 2.8, 3.4), (0.85, 2.45)
SYMBOLS = (0.4, 1.65, 2.9)
LAYERS = (0, 1.6, 2.55, 4.05, 5.3, 6.35), (0, 1.6, 2.45, 4, 4.85, 5.7)
EDGE = (0.29, 0), (0, 0.22)  # of a box, from its middle
BEHIND, BESIDE = ((-0.4, 0), (0, -0.36)), ((0, 0.3), (0.44, 0))
NAMES = {
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
) -> Figure:
    """Draw one step of a network of three symbols and two hidden units.

    From ``X`` and ``H_before`` follow ``A``, the argument of tanh, then the
    new state, the logits, and the probabilities. All are (1, 3) or (1, 2),
    and ``truth`` is the index of the next symbol. Weights have
    one decimal, results two. The step goes from the left to the right or, on
    a phone, upwards.
    """
    narrow = is_narrow()
    W_xh, W_hh, b_h, W_hq, b_q = params
    fig, ax = subplots(6.4 if narrow else 3.6)
    inputs, loss = torch.cat([H_before, X], dim=1), -P[:, [truth]].log()
    chosen = [OUTPUT if i == truth else "white" for i in range(3)]
    rows = [
        (READ, inputs, [HIDDEN] * 2 + [INPUT] * 3),
        (UNITS, A, ["white"] * 2),
        (UNITS, H, [HIDDEN] * 2),
        (SYMBOLS, O, [OUTPUT] * 3),
        (SYMBOLS, P, chosen),
        ((SYMBOLS[truth],), loss, ["white"]),
    ]
    layers: list[list[Point]] = []
    for y, (across, numbers, colors) in zip(LAYERS[narrow], rows, strict=True):
        layers.append([(x, y) if narrow else (y, -0.9 * x) for x in across])
        cells = zip(layers[-1], numbers[0], colors, strict=True)
        for place, number, color in cells:
            # Inputs are short.
            text = typeset(format(number, ".2f" if y else ".2g"))
            draw_box(ax, place, text, color, (0.36, 0.22), fontsize=SMALL)
    read, sums, units, logits, chances, end = layers
    edge, behind, beside = EDGE[narrow], BEHIND[narrow], BESIDE[narrow]
    _draw_weights(ax, edge, read, sums, inputs[0], [*W_hh, *W_xh], 0.22)
    _draw_weights(ax, edge, units, logits, H[0], W_hq, 0.3)
    arrows = [
        *zip(sums, units, ["tanh"] * 2, strict=True),
        *zip(logits, chances, ["softmax"] * 3, strict=True),
        (chances[truth], end[0], r"$-\log$"),
    ]
    for start, stop, name in arrows:
        points = _between(start, stop, edge)
        draw_arrow(ax, *points, label=name, fontsize=SMALL)
    _write(ax, read[2:], symbols, behind, family=LETTERS)
    _write(ax, chances, symbols, beside, family=LETTERS)
    biases = [typeset(f"{bias:+.1f}") for bias in [*b_h, *b_q]]
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
    inputs: Iterable[Tensor],
    weights: Iterable[Tensor],
    part: float,
) -> None:
    """Draw an arrow for each weight, and its number at a part of the way.

    What starts at a zero is pale and has no number.
    """
    look: dict[str, Any] = {
        "bbox": {"color": "white", "pad": 0.3},
        "zorder": 4,
    }
    for start, value, row in zip(starts, inputs, weights, strict=True):
        for end, weight in zip(ends, row, strict=True):
            (a, b), (x, y) = places = _between(start, end, edge)
            draw_arrow(ax, *places, INK if value else PALE)
            if value:
                place = a + part * (x - a), b + part * (y - b)
                _write(ax, [place], [typeset(f"{weight:.1f}")], **look)


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
    look.setdefault("fontsize", SMALL)
    for (x, y), text in zip(places, texts, strict=True):
        x, y = x + offset[0], y + offset[1]
        ax.text(x, y, text, ha="center", va="center", **look)
