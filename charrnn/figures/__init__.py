"""The figures of the chapter, in one style, a module for each topic.

Each function draws a figure and returns it. In a notebook it then appears
below the cell.
"""

from matplotlib import pyplot as plt

from charrnn.figures.curves import (
    clinic_curves,
    compare_curves,
    compare_thresholds,
    held_out_curves,
    learning_curve,
    loss_floors,
)
from charrnn.figures.decoding import (
    diversity_plane,
    entropy_along,
    strategy_panels,
)
from charrnn.figures.gates import (
    gated_memory,
    gradient_reach,
    recall_curves,
)
from charrnn.figures.gradients import (
    clipping_plane,
    clipping_shapes,
    jacobian_norms,
    product_norms,
)
from charrnn.figures.inside import (
    next_characters,
    spectra,
    state_groups,
    state_letters,
    unit_activations,
)
from charrnn.figures.network import unrolled_network
from charrnn.figures.runs import growth, ladder, replica_spread
from charrnn.figures.style import INK, show
from charrnn.figures.text import (
    minibatch_map,
    one_hot_matrix,
    symbol_frequencies,
)

__all__ = [
    "INK",
    "clinic_curves",
    "clipping_plane",
    "clipping_shapes",
    "compare_curves",
    "compare_thresholds",
    "diversity_plane",
    "entropy_along",
    "gated_memory",
    "gradient_reach",
    "growth",
    "held_out_curves",
    "jacobian_norms",
    "ladder",
    "learning_curve",
    "loss_floors",
    "minibatch_map",
    "next_characters",
    "one_hot_matrix",
    "plt",
    "product_norms",
    "recall_curves",
    "replica_spread",
    "show",
    "spectra",
    "state_groups",
    "state_letters",
    "strategy_panels",
    "symbol_frequencies",
    "unit_activations",
    "unrolled_network",
]
