"""A figure of rules for the initial state of each minibatch."""

from collections.abc import Mapping, Sequence
from typing import Literal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from bookkit.figures.style import BROWN, INK, PALE, two_layouts, width

PLACES = ["#e4f1f9", "#cbe4f3", "#a9d1ea", "#86bde0"]  # along the text
WIDTH, GAP = 1.0, 0.6  # of a minibatch, and of what lies before it
LINKS: dict[str, tuple[str, str, Literal["-", "--"]]] = {  # of states
    "right": ("to what follows", INK, "-"),
    "foreign": ("to another place", BROWN, "--"),
    "graph": ("not detached", BROWN, "-"),
}


@two_layouts
def state_timeline(
    rules: Mapping[str, tuple[Sequence[int], Sequence[str]]],
    per_epoch: int,
    *,
    narrow: bool = False,
) -> Figure:
    """Draw the minibatches of a training under each rule, along time.

    ``rules`` gives, for each rule by name, the places of the text that the
    minibatches read, counted from 1, and what each starts from: ``"zeros"``,
    ``"carried"``, or ``"graph"``, a state that was not detached. A rule
    with such a state ends with an error after its last minibatch. There are
    ``per_epoch`` minibatches in an epoch.
    """
    fig, axes = plt.subplots(
        len(rules), figsize=(width(narrow), 0.3 + 0.78 * len(rules)),
        sharex=True, squeeze=False,
    )  # fmt: skip
    longest = max(len(places) for places, _ in rules.values())
    for ax, (name, (places, starts)) in zip(
        axes[:, 0], rules.items(), strict=True
    ):
        ax.set_title(name, loc="left", pad=2)
        _draw_rule(ax, places, starts)
        for epoch in range(per_epoch, longest, per_epoch):
            x = epoch * (WIDTH + GAP) - GAP / 2
            ax.axvline(x, color=PALE, linewidth=6, zorder=0)
        ax.set(xlim=(-GAP, longest * (WIDTH + GAP)), ylim=(-0.1, 1.1))
        ax.axis("off")
    handles = [
        Line2D([], [], color=color, linestyle=line, linewidth=2, label=label)
        for label, color, line in LINKS.values()
    ]
    fig.legend(
        handles=handles, title="state carried", ncols=2 if narrow else 3,
        loc="outside lower center", columnspacing=1.2, handlelength=1.8,
    )  # fmt: skip
    return fig


def _draw_rule(ax: Axes, places: Sequence[int], starts: Sequence[str]) -> None:
    for i, (place, start) in enumerate(zip(places, starts, strict=True)):
        x = i * (WIDTH + GAP)
        color = PLACES[(place - 1) % len(PLACES)]
        ax.add_patch(Rectangle((x, 0), WIDTH, 1, fc=color, ec=INK))
        ax.text(x + WIDTH / 2, 0.47, str(place), ha="center", va="center")
        if start == "zeros":
            ax.text(x - GAP / 2, 0.47, "0", ha="center", va="center")
        else:
            follows = i > 0 and place == places[i - 1] + 1
            _draw_link(ax, x, start, follows)
    if "graph" in starts:
        x = len(places) * (WIDTH + GAP) - GAP
        ax.text(x + 0.25, 0.47, "error", va="center", weight="bold")


def _draw_link(ax: Axes, x: float, start: str, follows: bool) -> None:
    kind = "graph" if start == "graph" else "right" if follows else "foreign"
    _, color, line = LINKS[kind]
    style = "<|-|>" if kind == "graph" else "-|>"
    ax.annotate(
        "", (x - 0.02, 0.5), (x - GAP + 0.02, 0.5),
        arrowprops={
            "arrowstyle": style, "color": color, "linestyle": line,
            "linewidth": 2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11,
        },
    )  # fmt: skip
