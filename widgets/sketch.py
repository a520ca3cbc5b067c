"""A curve to draw, before the true one is laid over it."""

from collections.abc import Sequence

from widgets.embed import Widget

HIGHEST = 1000.0  # far off the axis


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
    shown = [
        [round(min(value, HIGHEST), 2) for value in perplexity]
        for perplexity in (values, curve)
    ]
    data = {
        "task": task, "known": {"name": name, "values": shown[0]},
        "curve": shown[1], "epochs": len(values), "surprise": surprise,
        "figure": figure,
    }  # fmt: skip
    return Widget("sketch", task, data)
