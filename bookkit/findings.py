"""Findings: what training led to, checked where a page states it.

An invariant, such as a shape, an equality, or a mathematical bound, is true
wherever the page runs, and is asserted. A finding is true of trained
networks, and another processor or another seed may lead to other networks.
So it is stated by ``finding``. Where it is false, the page shows a note and
goes on.
"""

import html


def finding(sentence: str, *conditions: bool) -> None:
    """State a finding; show a note if one of its conditions is false.

    Raises ValueError if there is no condition.
    """
    if not conditions:
        raise ValueError("a finding needs a condition")
    if not all(conditions):
        show_note(sentence)


def show_note(sentence: str) -> None:
    """Show that a finding is false.

    The build lists these notes by the metadata of the output.
    """
    text = (
        f"The chapter found: “{sentence}” Here it came out otherwise. "
        "Another processor rounds differently, and hundreds of epochs can "
        "amplify that until the network is another one, as with another "
        "seed. How Far to Trust One Run lists how often each finding held."
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
