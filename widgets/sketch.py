"""A curve to draw, before the true one is laid over it."""

import math
from collections.abc import Sequence

from widgets.embed import Widget


def sketch(
    task: str,
    known: tuple[str, Sequence[float]],
    curve: Sequence[float],
    *,
    surprise: str,
    figure: str,
) -> Widget:
    """Let a reader draw how a perplexity continues, and show how it did.

    ``known`` is the name and the perplexity by epoch of a run that is shown
    from the beginning, and ``curve`` belongs to the run to draw. ``surprise``
    says what most people do not expect of it. The figure with the id
    ``figure`` stays covered until the reader has drawn, or skips it.
    """
    name, values = known
    data = {
        "task": task, "known": {"name": name, "values": shorten(values)},
        "curve": shorten(curve), "epochs": len(values), "surprise": surprise,
        "figure": figure,
    }  # fmt: skip
    return Widget("sketch", task, data)


def shorten(values: Sequence[float]) -> list[float | None]:
    """Return values with three digits; None is infinite, or not a number."""
    return [float(f"{x:.3g}") if math.isfinite(x) else None for x in values]
