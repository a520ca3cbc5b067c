"""The style of the figures, and their two layouts.

Importing this module sets style and typeface for the session, so that a
reader's own figures look like those of the chapter, and lets a kernel show
figures as SVG. Each figure has two layouts, one as wide as the text of a page,
and one as wide as a phone. What the site needs beside a figure are attributes
of it: ``draw_narrow`` draws it for a phone, and ``moving``, which ``move``
sets, lets it move.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from functools import partial, wraps
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


PAGE, PHONE = 7, 3.9  # inches, the width of a figure
STYLE = {
    "figure.figsize": (PAGE, 3),  # of a reader's own
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
SMALL = 10  # points, on a phone: what is set smaller has 8.25, or 11 px
fonts = font_manager.fontManager
for face in "literata", "literata-semibold":  # the typeface of the pages
    fonts.addfont(Path(__file__).with_name(f"{face}.ttf"))
fonts.ttflist.append(replace(fonts.ttflist[-1], weight=700))  # is the bold
plt.style.use(["default", STYLE])  # whatever the reader's own settings


NARROW = ContextVar("narrow", default=False)


def two_layouts(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Let a function draw for a page or, with ``narrow=True``, for a phone.

    Within the function, ``is_narrow`` tells which. A figure for a page has
    the attribute ``draw_narrow``.
    """

    @wraps(draw)
    def draw_either(
        *args: Any, narrow: bool = False, **options: Any
    ) -> Figure:
        letters = SMALL if narrow else plt.rcParams["font.size"]
        before = NARROW.set(narrow)
        try:
            with plt.rc_context({"font.size": letters}):
                fig = draw(*args, **options)
        finally:
            NARROW.reset(before)
        if not narrow:
            other = partial(draw_either, *args, narrow=True, **options)
            fig.draw_narrow = other  # type: ignore[attr-defined]
        return fig

    return draw_either


def is_narrow() -> bool:
    """Return whether the figure that is drawn is for a phone."""
    return NARROW.get()


def subplots(
    height: float, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """Return a new figure of some height, as wide as its layout, and axes."""
    width = PHONE if is_narrow() else PAGE
    return plt.subplots(rows, columns, figsize=(width, height), **options)


def make_panels(
    count: int, height: float, narrow_height: float, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Return panels side by side or, on a phone, one below another.

    ``height`` is for the figure, and ``narrow_height`` for each panel.
    """
    if is_narrow():
        return stack_panels(count, count * narrow_height, **options)
    fig, axes = subplots(height, 1, count, squeeze=False, **options)
    return fig, list(axes.flat)


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


if "ipykernel" in sys.modules:
    from IPython import get_ipython
    from IPython.core.pylabtools import print_figure
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    def as_svg(fig: Figure) -> tuple[str, dict[str, Any]]:
        """Return a figure as SVG, and what goes along with it as metadata."""
        metadata: dict[str, Any] = {}
        if hasattr(fig, "draw_narrow"):
            narrow = fig.draw_narrow()
            plt.close(narrow)  # it is not shown by itself
            metadata["narrow"] = svg_of(narrow)
        if hasattr(fig, "moving"):
            metadata["moving"] = fig.moving
        return svg_of(fig), metadata

    def svg_of(fig: Figure) -> str:
        """Return a figure as SVG, without the date."""
        return str(print_figure(fig, "svg", metadata={"Date": None}))

    set_matplotlib_formats("svg")
    formatters = get_ipython().display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, as_svg)


def show(fig: Figure) -> None:
    """Show ``fig`` at once, and close it."""
    plt.show()
    plt.close(fig)
