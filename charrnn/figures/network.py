"""Figures of the network: its parameters, its cell, and how it writes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from torch import Tensor

from charrnn.figures.style import BLUE, INK, PALE, VERMILION
from charrnn.interface import Vocabulary

INPUT, HIDDEN, OUTPUT = "#cfe6f5", "#fbdcc8", "#c9ebdf"  # fills of boxes
Point = tuple[float, float]


def parameter_shapes(shapes: Mapping[str, Sequence[int]]) -> Figure:
    """Draw tensors to scale, given their shapes by name.

    One of a single dimension is drawn as a row.
    """
    sizes = {
        name: (shape[0] if len(shape) == 2 else 1, shape[-1])
        for name, shape in shapes.items()
    }
    unit = max(max(size) for size in sizes.values())
    fig, ax = plt.subplots(figsize=(7, 3.6))
    x = 0.0
    for name, (height, width) in sizes.items():
        size = width / unit, max(height / unit, 0.006)
        ax.add_patch(
            Rectangle((x, -size[1]), *size, facecolor=HIDDEN, edgecolor=INK)
        )
        label = f"{name}\n" + " × ".join(map(str, shapes[name]))
        ax.text(
            x, 0.04, label, ha="left", va="bottom", family="monospace"
        )  # fmt: skip
        x += max(size[0], 0.6) + 0.1
    ax.set(xlim=(-0.02, x), ylim=(-1.04, 0.35))
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


def unrolled_network(num_steps: int = 3) -> Figure:
    """Draw the cell with its loop, and beside it unrolled in time."""
    fig, ax = plt.subplots(figsize=(7, 3.2))
    _draw_cell(ax, 0, "t")
    loop = {"connectionstyle": "arc3,rad=-1.9", "color": INK}
    ax.annotate(
        "", (0.38, 0.9), (0.38, 1.1),
        arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0} | loop,
    )  # fmt: skip
    ax.text(0.72, 1, r"$\mathbf{W}_{hh}$", ha="left", va="center")
    ax.text(1.55, 1, "=", ha="center", va="center", fontsize=20)
    first = 4.1
    _draw_box(ax, (first - 1.7, 1), r"$\mathbf{H}_0$", PALE)
    for step in range(num_steps):
        x = first + 1.7 * step
        _draw_cell(ax, x, str(step + 1))
        _draw_arrow(ax, (x - 1.32, 1), (x - 0.38, 1), r"$\mathbf{W}_{hh}$")
    ax.set(xlim=(-0.5, first + 1.7 * num_steps - 1.2), ylim=(-0.35, 2.35))
    ax.axis("off")
    return fig


def _draw_cell(ax: Axes, x: float, step: str) -> None:
    """Draw input, state, and outputs of a step, one above the other."""
    _draw_box(ax, (x, 0), rf"$\mathbf{{X}}_{step}$", INPUT)
    _draw_box(ax, (x, 1), rf"$\mathbf{{H}}_{step}$", HIDDEN)
    _draw_box(ax, (x, 2), rf"$\mathbf{{O}}_{step}$", OUTPUT)
    _draw_arrow(ax, (x, 0.26), (x, 0.74), r"$\mathbf{W}_{xh}$")
    _draw_arrow(ax, (x, 1.26), (x, 1.74), r"$\mathbf{W}_{hq}$")


def cell_with_shapes() -> Figure:
    """Draw what one step computes, with a shape on each arrow."""
    fig, ax = plt.subplots(figsize=(7, 3.6))
    boxes = {
        r"$\mathbf{X}_t$": (0, 0, INPUT),
        r"$\mathbf{H}_{t-1}$": (0, 1.5, HIDDEN),
        r"$+$": (2.6, 1.5, "white"),
        r"$\tanh$": (4.1, 1.5, "white"),
        r"$\mathbf{H}_t$": (6.1, 1.5, HIDDEN),
        r"$\mathbf{O}_t$": (6.1, 3, OUTPUT),
        r"$\mathbf{b}_h$": (2.6, 2.7, PALE),
    }
    for label, (x, y, color) in boxes.items():
        _draw_box(ax, (x, y), label, color, width=0.6)
    _draw_arrow(ax, (0.42, 0), (2.35, 1.22))
    ax.text(
        1.7, 0.45, r"$\mathbf{W}_{xh}$: $(V, h)$", ha="left", va="center"
    )  # fmt: skip
    _draw_arrow(
        ax, (0.42, 1.5), (2.18, 1.5), r"$\mathbf{W}_{hh}$: $(h, h)$"
    )  # fmt: skip
    _draw_arrow(ax, (2.6, 2.42), (2.6, 1.76))
    _draw_arrow(ax, (3.02, 1.5), (3.68, 1.5), "$(n, h)$")
    _draw_arrow(ax, (4.52, 1.5), (5.68, 1.5), "$(n, h)$")
    _draw_arrow(ax, (6.1, 1.78), (6.1, 2.72))
    ax.text(
        5.94, 2.25, r"$\mathbf{W}_{hq}$: $(h, V)$, then $+\,\mathbf{b}_q$",
        ha="right", va="center",
    )  # fmt: skip
    for x, y, shape in [
        (0, -0.5, "(n, V)"), (0, 2, "(n, h)"), (6.1, 0.95, "(n, h)"),
        (6.1, 3.5, "(n, V)"), (2.6, 3.2, "(h)"),
    ]:  # fmt: skip
        ax.text(x, y, f"${shape}$", ha="center", va="center", color=BLUE)
    ax.set(xlim=(-0.6, 6.7), ylim=(-0.75, 3.75))
    ax.axis("off")
    return fig


def writing_loop(prefix: str, written: str) -> Figure:
    """Draw which characters are read and chosen as a network writes.

    Each character of ``written`` is chosen from the outputs of a step and,
    but for the last, read by the next.
    """
    read = prefix + written[:-1]
    fig, ax = plt.subplots(figsize=(7, 2.9))
    for step, character in enumerate(read):
        own = step >= len(prefix)
        _draw_box(ax, (step, 0), _show(character), OUTPUT if own else INPUT)
        _draw_box(ax, (step, 1), r"$\mathbf{H}$", HIDDEN)
        _draw_arrow(ax, (step, 0.28), (step, 0.72))
        if step:
            _draw_arrow(ax, (step - 0.7, 1), (step - 0.3, 1))
    for i, character in enumerate(written):
        step = len(prefix) - 1 + i
        _draw_box(ax, (step, 2), _show(character), OUTPUT)
        _draw_arrow(ax, (step, 1.28), (step, 1.72))
        if i + 1 < len(written):
            path = (step + 0.31, 1.95), (step + 0.69, 0.1)
            _draw_arrow(ax, *path, color=VERMILION)
    middle = (len(prefix) - 1) / 2
    ax.text(middle, -0.55, "the prefix is read", ha="center", va="center")
    if len(written) > 1:
        ax.text(
            (len(prefix) + len(read) - 1) / 2, -0.55,
            "what was written is read", ha="center", va="center",
        )  # fmt: skip
    ax.set(xlim=(-0.6, len(read) - 0.4), ylim=(-0.8, 2.35))
    ax.axis("off")
    return fig


def one_prediction(
    probabilities: Tensor, truth: str, vocab: Vocabulary
) -> Figure:
    """Draw the loss of one prediction, the true character known.

    ``probabilities`` is (vocab_size,). The likeliest symbols and the true
    one are drawn at the left, the loss over the probability at the right.
    """
    index = vocab[[truth]][0]
    p = float(probabilities[index])
    best = probabilities.argsort(descending=True)[:7].tolist()
    shown = best if index in best else [*best[:-1], index]
    fig, (left, right) = plt.subplots(1, 2, figsize=(7, 3))
    left.bar(
        [_show(vocab.to_tokens(i)) for i in shown],
        [float(probabilities[i]) for i in shown],
        color=[VERMILION if i == index else BLUE for i in shown],
    )
    left.set(xlabel="next character", ylabel="probability")
    grid = torch.linspace(0.0005, 1, 2000)
    right.plot(grid, -grid.log(), color=INK)
    loss = -torch.tensor(p).log().item()
    right.plot([p, p, 0], [0, loss, loss], color=VERMILION, linestyle="--")
    right.plot(p, loss, "o", color=VERMILION)
    right.annotate(
        rf"$-\log\,{p:.2g} = {loss:.2f}$", (p, loss), (8, 6),
        textcoords="offset points", color=VERMILION,
    )  # fmt: skip
    right.set(
        xlabel="probability of the truth", ylabel="loss",
        xlim=(0, 1), ylim=(0, max(5.4, loss + 0.8)),
    )  # fmt: skip
    return fig


def _show(character: str) -> str:
    return character.replace(" ", "␣")


def _draw_box(
    ax: Axes, place: Point, label: str, color: str, *, width: float = 0.5
) -> None:
    x, y = place
    box = FancyBboxPatch(
        (x - width / 2, y - 0.18), width, 0.36,
        boxstyle="round,pad=0.06", facecolor=color, edgecolor=INK,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(x, y, label, ha="center", va="center", fontsize=16)


def _draw_arrow(
    ax: Axes, start: Point, end: Point, label: str = "", color: str = INK
) -> None:
    arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=arrow)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    vertical = start[0] == end[0]
    ax.text(
        x + (0.08 if vertical else 0), y + (0 if vertical else 0.1), label,
        ha="left" if vertical else "center",
        va="center" if vertical else "bottom",
    )  # fmt: skip
