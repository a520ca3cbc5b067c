"""Findings: what a training led to, stated where the page says so.

An invariant, such as a shape, an equality, or a bound that mathematics gives,
is true wherever the page runs, and is asserted. A finding is true of trained
networks, and another processor may train other ones, as another seed does.
So it is stated by ``finding``, counted over many trainings by
``experiments/replicas.py``, and where it comes out otherwise, the page says
so and goes on.
"""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

RECORD = Path(__file__).parents[1] / "experiments" / "replicas.json"


@dataclass(frozen=True)
class Ascending:
    """Hold the gaps between numbers that are said to ascend."""

    gaps: tuple[float, ...]

    def __bool__(self) -> bool:
        """Return whether each number is larger than the one before."""
        return all(gap > 0 for gap in self.gaps)


def ascending(*values: float) -> Ascending:
    """Compare numbers: true if each is larger than the one before.

    The gaps are kept, so that one can tell by how much it is true. Give the
    logarithms of numbers that differ by orders of magnitude.
    """
    return Ascending(tuple(float(b) - float(a) for a, b in pairwise(values)))


def finding(sentence: str, *conditions: bool | Ascending) -> None:
    """State a finding; show a note if one of its conditions is false.

    The build counts the notes by the metadata of the output. Numbers are to
    be compared by ``ascending``, for the record of ``replicas.py`` to say
    with how much room.

    Raises ValueError if there is no condition.
    """
    if not conditions:
        raise ValueError("a finding needs a condition")
    if not all(conditions):
        show_note(sentence, count_replicas(sentence))


def count_replicas(sentence: str) -> tuple[int, int]:
    """Return in how many recorded replicas a finding held, and of how many.

    Both are 0 if there is no record of it.
    """
    if not RECORD.is_file():
        return 0, 0
    pages = json.loads(RECORD.read_text("utf-8"))["results"]["findings"]
    for findings in pages.values():
        if sentence in findings:
            held: Sequence[bool] = findings[sentence]["held"]
            return sum(held), len(held)
    return 0, 0


def show_note(sentence: str, counts: tuple[int, int]) -> None:
    """Show that a finding came out otherwise, and how often it held."""
    held, total = counts
    share = "all" if held == total else str(held)
    recorded = (
        f"In the {total} runs recorded for this chapter it held in {share}. "
        if total else ""
    )  # fmt: skip
    text = (
        f"The chapter found: “{sentence}” Here it came out otherwise. "
        f"{recorded}"
        "Another processor rounds differently, and hundreds of epochs can "
        "amplify that until the network is another one, as with another seed."
    )
    title = "Not so in this build"
    data = {
        "text/plain": f"{title}. {text}",
        "text/markdown": f"> **{title}.** {text}",
        "text/html": (
            '<div class="admonition note finding">'
            f'<p class="admonition-title">{title}</p>'
            f"<p>{html.escape(text)}</p></div>"
        ),
    }
    try:
        from IPython.display import display
    except ModuleNotFoundError:
        print(data["text/plain"])
    else:
        metadata = {"charrnn": {"finding": sentence}}
        display(data, raw=True, metadata=metadata)
