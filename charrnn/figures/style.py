"""The style of the figures, and what they ask of a training's history.

Importing this module sets the style for the session, so that a reader's own
figures look like those of the chapter.
"""

import sys
from typing import Protocol

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

# The palette of Okabe and Ito, which colour-blind readers tell apart.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY = "#E69F00", "#56B4E9"
COLORS = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY]
INK, PALE = "#222222", "#d9d9d9"
HALO = withStroke(linewidth=3, foreground="white")  # keeps text legible

STYLE = {
    "figure.figsize": (7, 3),
    "figure.constrained_layout.use": True,
    "font.size": 12,  # to be read on a phone too
    "mathtext.fontset": "cm",
    "axes.titlesize": "medium",
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
plt.style.use(["default", STYLE])  # whatever the reader's own settings
if "ipykernel" in sys.modules:
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", metadata={"Date": None})


class Recorded(Protocol):
    """Stand for the history of a training, as ``History`` does."""

    theta: float
    perplexity: list[float]
    norms: list[list[float]]
    held_out: list[tuple[int, float]]

    def __len__(self) -> int:
        """Return the number of epochs recorded."""

    @property
    def grad_norm(self) -> list[float]:
        """Return the largest gradient norm of each epoch."""


def show(fig: Figure) -> None:
    """Show ``fig`` at once, and forget it."""
    plt.show()
    plt.close(fig)
