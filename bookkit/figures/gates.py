"""Figures of networks with gates, and of what they remember."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from bookkit.figures.diagrams import draw_arrow, draw_box
from bookkit.figures.line_labels import label_lines
from bookkit.figures.style import (
    BLUE,
    EXCLUDED,
    HALO,
    HIDDEN,
    INK,
    INPUT,
    LETTERS,
    MODELS,
    MUTED,
    PALE,
    Point,
    looks_of,
    stack_panels,
    subplots,
    visible,
)

FLOWS: dict[str, list[tuple[Point, Point]]] = {  # what each gate lets pass
    "input": [
        ((0.66, -1.4), (0.98, -0.88)), ((1.08, -1.4), (1.08, -0.9)),
        ((1.08, -0.64), (1.08, -0.13)), ((1.21, 0), (2.15, 0)),
    ],
    "forget": [
        ((0.2, -1.4), (0.2, -0.13)), ((-0.4, 0), (0.07, 0)),
        ((0.33, 0), (0.95, 0)), ((1.21, 0), (2.15, 0)),
    ],
    "output": [
        ((1.48, -1.4), (1.79, -0.88)), ((1.88, 0), (1.88, -0.64)),
        ((1.88, -0.9), (1.88, -1.4)),
    ],
}  # fmt: skip
SYMBOLS = {"input": (0.62, "I"), "forget": (0.2, "F"), "output": (1.46, "O")}
SIGNS = [(0.2, 0), (1.08, -0.77), (1.88, -0.77)]  # of multiplication


def gates_in_turn(clauses: Mapping[str, str]) -> Figure:
    """Draw the cell of an LSTM for each gate, with what this gate lets pass.

    ``clauses`` has below which cell to write what, and orders the gates.
    """
    fig, axes = subplots(2.35, columns=len(clauses))
    for ax, (gate, clause) in zip(axes, clauses.items(), strict=True):
        ax.set(xlim=(-0.45, 2.2), ylim=(-2.75, 0.4), aspect="equal")
        ax.set_title(f"{gate} gate")
        ax.axis("off")
        ax.text(0.9, -1.95, clause, ha="center", va="top")
        _draw_cell(ax, gate)
    return fig


def _draw_cell(ax: Axes, lit: str) -> None:
    """Draw the cell of an LSTM, in colour what one of its gates lets pass."""
    strong = MODELS["LSTM"].color
    for gate in sorted(FLOWS, key=lit.__eq__):  # on top of the others
        line, width, face, ink = EXCLUDED, 1, "white", MUTED
        if gate == lit:
            line, width, face, ink = strong, 2, strong, "white"
        for start, end in FLOWS[gate]:
            draw_arrow(ax, start, end, line, width)
        x, symbol = SYMBOLS[gate]
        draw_box(ax, (x, -1.58), "", face, (0.24, 0.24))
        _write(ax, x, -1.58, rf"\mathbf{{{symbol}}}_t", ink)
    _write(ax, -0.2, 0.25, r"\mathbf{C}_{t-1}")
    _write(ax, 1.95, 0.25, r"\mathbf{C}_t")
    _write(ax, 1.06, -1.58, r"\tilde{\mathbf{C}}_t")
    _write(ax, 1.9, -1.58, r"\mathbf{H}_t")
    _write(ax, 1.5, -0.35, r"\tanh")
    _write(ax, 1.08, 0.05, r"\oplus", size=18)
    for x, y in SIGNS:
        _write(ax, x, y + 0.05, r"\odot", size=18)  # its box hangs low


def _write(
    ax: Axes,
    x: float,
    y: float,
    formula: str,
    color: str = INK,
    size: int = 12,
) -> None:
    ax.text(
        x, y, f"${formula}$", ha="center", va="center", color=color,
        fontsize=size,
    )  # fmt: skip


def gates_along_text(
    text: str, panels: Mapping[str, Sequence[Sequence[float]]]
) -> Figure:
    """Draw gates at each character of a text, a row of fields for each unit.

    Each panel has a list for each unit, with a value for each character.
    """
    fig, axes = stack_panels(len(panels), 0.5 + 0.85 * len(panels))
    shades = LinearSegmentedColormap.from_list("gates", ["white", BLUE, INK])
    for ax, (name, units) in zip(axes, panels.items(), strict=True):
        fields = ax.pcolormesh(
            units, vmin=0, vmax=1, cmap=shades, edgecolor=PALE,
            linewidth=0.5,
        )  # fmt: skip
        ax.set_title(name, loc="left")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    places = [place + 0.5 for place in range(len(text))]
    axes[0].set_xticks(places, list(visible(text)), family=LETTERS)
    axes[0].tick_params(length=0, labeltop=True, labelbottom=False)
    bar = fig.colorbar(fields, ax=axes, ticks=[0, 0.5, 1], aspect=30)
    bar.ax.set_yticklabels(["0, shut", "0.5", "1, open"])
    return fig


def scan_rounds(num_steps: int) -> Figure:
    """Draw which steps each entry of a parallel scan covers, by round.

    Arrows come from the two entries that are joined.
    """
    fig, ax = subplots(3.4)
    last_round = (num_steps - 1).bit_length()
    for row in range(last_round + 1):
        for step in range(1, num_steps + 1):
            first = max(1, step - 2**row + 1)
            label = f"{first}–{step}" if first < step else str(step)
            color = HIDDEN if first == 1 else INPUT
            draw_box(ax, (step, -row), label, color, (0.6, 0.3), 0.05, 12)
            for end in (step, step + 2**row):
                if row < last_round and end <= num_steps:
                    draw_arrow(ax, (step, -row - 0.2), (end, -row - 0.8))
    ax.set(
        xlim=(0.5, num_steps + 0.5), ylim=(-last_round - 0.3, 0.3),
        xticks=[], xlabel="step", ylabel="round",
        yticks=range(-last_round, 1), yticklabels=range(last_round, -1, -1),
    )  # fmt: skip
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return fig


def recall_curves(
    learning: tuple[Sequence[int], Mapping[str, Sequence[Sequence[float]]]],
    recalled: tuple[Sequence[int], Mapping[str, Sequence[Sequence[float]]]],
    trained: tuple[int, int],
    levels: Mapping[str, float],
) -> Figure:
    """Draw the share of digits recalled, over the steps and over the gap.

    Both have the positions on the axis and, for each network, a list for each
    seed, with a value for each position. The mean over the seeds is a line,
    and the band reaches from the worst seed to the best. The gaps ``trained``
    are shaded, and ``levels`` are marked by their names.
    """
    fig, axes = subplots(4.8, 2)
    looks = looks_of(learning[1], MODELS)
    for ax, (places, networks) in zip(axes, (learning, recalled), strict=True):
        for name, runs in networks.items():
            color, dash, marker = looks[name]
            columns = list(zip(*runs, strict=True))  # one per position
            ax.plot(
                places, list(map(fmean, columns)), color=color, label=name,
                linestyle=dash, marker=marker, markersize=5,
            )  # fmt: skip
            ax.fill_between(
                places, list(map(min, columns)), list(map(max, columns)),
                color=color, alpha=0.15, linewidth=0,
            )  # fmt: skip
        for name, level in levels.items():
            ax.axhline(level, color=INK, linewidth=1, linestyle=(0, (1, 2)))
            ax.annotate(
                name, (places[-1], level), ha="right", va="bottom",
                path_effects=[HALO],
            )  # fmt: skip
        ax.set(ylim=(0, 1.08), yticks=[0, 0.25, 0.5, 0.75, 1])
        ax.grid(axis="y")
        ax.set_axisbelow(True)
    axes[0].set_xlabel("steps of training")
    axes[1].axvspan(*trained, color=PALE, alpha=0.5, linewidth=0)
    axes[1].set_xlabel("characters between digits and question")
    fig.supylabel("digits recalled", fontsize="medium")
    handles = axes[0].get_legend_handles_labels()
    fig.legend(*handles, loc="outside upper center", ncols=2)
    return fig


def gradient_reach(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how much of a gradient arrives, over the steps that it goes back.

    ``norms`` has for each network the norms at the memory, the first at the
    last step. A network that is not trained has a thin dotted line.
    """
    fig, ax = subplots(2.9)
    looks = looks_of(norms, MODELS)
    for name, values in norms.items():
        color, dash, _ = looks[name]
        untrained = "untrained" in name
        ax.plot(
            values, ":" if untrained else dash, color=color,
            linewidth=1.5 if untrained else 2, label=name.replace(", ", ",\n"),
        )  # fmt: skip
    ax.set(
        yscale="log", xlabel="steps back from the question",
        ylabel="gradient that arrives",
    )  # fmt: skip
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    label_lines(ax)
    return fig
