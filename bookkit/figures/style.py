"""The style of the figures: ``use`` switches it on, and an import does not.

A figure is drawn once, so that its letters are legible on a phone.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from widgets.palette import read_palette

# The colours and their roles; palette.css says what they are for.
PALETTE = read_palette()
BLUE, VERMILION = PALETTE["blue"], PALETTE["vermilion"]
GREEN, PURPLE = PALETTE["green"], PALETTE["purple"]
BROWN, INK = PALETTE["brown"], PALETTE["ink"]
COLORS = [BLUE, VERMILION, GREEN, PURPLE, BROWN, INK]
SKY, PALE, MUTED = PALETTE["sky"], PALETTE["pale"], PALETTE["muted"]
SEQUENTIAL, RANDOM = PALETTE["sequential"], PALETTE["random"]
TRAINED, HELD_OUT = PALETTE["trained"], PALETTE["held-out"]
FORWARD, GRADIENT = PALETTE["forward"], PALETTE["gradient"]
THRESHOLD, UNCLIPPED = PALETTE["threshold"], PALETTE["unclipped"]
BEFORE, AFTER = PALETTE["before"], PALETTE["after"]
ORIGINAL, ADJUSTED = PALETTE["original"], PALETTE["adjusted"]
EXCLUDED = PALETTE["excluded"]
INPUT, HIDDEN = PALETTE["input"], PALETTE["hidden"]
OUTPUT = PALETTE["output"]
LETTERS = "DejaVu Sans Mono"  # for characters of the text, and for names
HALO = withStroke(linewidth=3, foreground="white")  # keeps text legible

Point = tuple[float, float]
Dash = str | tuple[float, tuple[float, ...]]
DOTTED_DASH: Dash = (0, (5, 1, 1, 1, 1, 1))


class Look(NamedTuple):
    """Tell how a line is drawn."""

    color: str
    dash: Dash = "-"
    marker: str = ""


STRATEGIES = {
    "sequential": Look(SEQUENTIAL),
    "random": Look(RANDOM, "-."),
}
RULES = {  # for the state
    "in order, never reset": Look(GREEN, "--"),
    "in order, reset each epoch": Look(SEQUENTIAL),
    "in order, reset each minibatch": Look(PURPLE, "-."),
    "random, never reset": Look(INK, ":"),
    "random, reset each minibatch": Look(RANDOM, DOTTED_DASH),
}
MODELS = {  # of language
    "counting": Look(INK, ":", "o"),
    "compressor": Look(BLUE, DOTTED_DASH, "D"),
    "plain": Look(GREEN, "-", "s"),
    "GRU": Look(PURPLE, "-.", "^"),
    "LSTM": Look(BROWN, "--", "v"),
    "minGRU": Look(INK, "--", "o"),  # the last that a name has is its look
    "orthogonal": Look(VERMILION, ":", "x"),
    "identity": Look(BLUE, "-", "D"),
}


def looks_of(
    names: Iterable[str], roles: Mapping[str, Look]
) -> dict[str, Look]:
    """Return the look of each name, by the role whose name is in it.

    A name without a role gets one of the looks that are left.
    """
    names = list(names)
    found = {
        name: look
        for name in names
        for role, look in roles.items()
        if role in name
    }
    taken = {look.color for look in found.values()}
    others = map(Look, COLORS, ("-", "--", "-.", ":") * 2, "osD^vP")
    free = (look for look in others if look.color not in taken)
    return {name: found.get(name) or next(free) for name in names}


WIDTH = 5.2  # inches, of a figure: 12 points are 11 pixels on a phone
STYLE = {
    "figure.figsize": (WIDTH, 3),  # of a reader's own
    "figure.constrained_layout.use": True,
    "font.family": ["Literata", "DejaVu Sans"],  # it lacks the sign "␣"
    "font.size": 12,
    "mathtext.fontset": "cm",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.prop_cycle": cycler(color=COLORS),
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


def use() -> None:
    """Draw in the style of the chapter from now on, in a kernel as SVG.

    A reader's own figures then look like those of the chapter.
    """
    _add_typeface()
    plt.style.use(["default", STYLE])  # whatever the reader's own settings
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        # Not at the top: this import changes settings in a kernel.
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})


@cache
def _add_typeface() -> None:
    """Let figures have the typeface of the pages."""
    fonts = font_manager.fontManager
    for face in "literata", "literata-semibold":
        fonts.addfont(Path(__file__).with_name(f"{face}.ttf"))
    fonts.ttflist.append(replace(fonts.ttflist[-1], weight=700))  # is the bold


def subplots(
    height: float, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """Return a new figure of some height, and its axes."""
    return plt.subplots(rows, columns, figsize=(WIDTH, height), **options)


def stack_panels(
    count: int, height: float, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Return panels one below another, in a figure of some height."""
    fig, axes = subplots(height, count, squeeze=False, **options)
    return fig, list(axes.flat)


def write_near(
    ax: Axes, text: str, place: Point, offset: Point, **look: Any
) -> None:
    """Write a text at an offset, in points, from a point of the axes."""
    ax.annotate(text, place, offset, textcoords="offset points", **look)


def visible(text: str) -> str:
    """Return a text with visible spaces."""
    return text.replace(" ", "␣")


def show(fig: Figure) -> None:
    """Show ``fig`` at once, and close it."""
    plt.show()
    plt.close(fig)
