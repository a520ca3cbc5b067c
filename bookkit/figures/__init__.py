"""The figures of the chapter, in one style, a module for each topic.

Each function draws a figure and returns it.
"""

from bookkit.figures.basics import (
    repeated_products,
    softmax_bars,
    tanh_arguments,
    tanh_steps,
)
from bookkit.figures.curves import (
    clinic_curves,
    compare_curves,
    compare_thresholds,
    first_characters,
    held_out_curves,
    learning_curve,
    loss_along,
    loss_floors,
    marked_curve,
    places_left,
)
from bookkit.figures.decoding import (
    diversity_plane,
    entropy_along,
    likely_symbols,
    strategy_panels,
    surprise_along,
)
from bookkit.figures.gates import (
    gated_memory,
    gradient_reach,
    recall_curves,
    scan_rounds,
)
from bookkit.figures.gradients import (
    clipping_plane,
    gradient_flow,
    jacobian_norms,
    loss_cliff,
    product_norms,
    routes,
    spectra,
)
from bookkit.figures.inside import (
    forgetting,
    state_groups,
    state_letters,
    unit_activations,
)
from bookkit.figures.moving import move
from bookkit.figures.network import (
    cell_with_shapes,
    one_prediction,
    parameter_shapes,
    unrolled_network,
    worked_step,
    writing_loop,
)
from bookkit.figures.runs import (
    ladder,
    replica_spread,
    strings_seen,
)
from bookkit.figures.style import show
from bookkit.figures.text import (
    minibatch_map,
    minibatch_rows,
    one_hot_matrix,
    state_timeline,
    symbol_frequencies,
)
