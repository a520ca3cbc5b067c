"""Findings: what a training led to, stated where the page says so.

An invariant, such as a shape, an equality, or a bound that mathematics gives,
is true wherever the page runs, and is asserted. A finding is true of trained
networks, and another processor may train other ones, as another seed does.
So it is stated by ``finding``, and where it is false, the page says so and
goes on. ``studies/replicas.py`` counts in how many trainings it held.
"""

import html
import json
from pathlib import Path

RECORD = Path(__file__).parents[1] / "studies" / "replicas.json"


def finding(sentence: str, *conditions: bool) -> None:
    """State a finding; show a note if one of its conditions is false.

    Raises ValueError if there is no condition.
    """
    if not conditions:
        raise ValueError("a finding needs a condition")
    if not all(conditions):
        show_note(sentence)


def show_note(sentence: str) -> None:
    """Show that a finding is false, and how often it held.

    The build lists these notes by the metadata of the output.
    """
    text = (
        f"The chapter found: “{sentence}” Here it came out otherwise. "
        f"{recorded_share(sentence)}"
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


def recorded_share(sentence: str) -> str:
    """Return in how many recorded runs a finding held, as a sentence.

    It is empty if there is no record of it.
    """
    if not RECORD.is_file():
        return ""
    results = json.loads(RECORD.read_text("utf-8"))["results"]
    for held in results["findings"].values():
        if sentence in held:
            total = len(results["replicas"])
            return (
                f"It held in {held[sentence]} of the {total} runs recorded "
                "for this chapter. "
            )
    return ""
