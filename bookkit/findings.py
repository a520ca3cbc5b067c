"""Findings: what training showed, checked where a page states it.

An invariant, such as a shape, an equality, or a mathematical bound, is true
wherever the page runs, and is asserted. A finding is true of trained networks,
and a different processor or seed may give different networks. So it is stated
by ``finding``. Where it is false, the page shows a note and continues. The
record of the replicas keeps findings by their names, so that a sentence can be
reworded, or move to another page; what is made weaker takes a new name.
"""

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

from bookkit.extracts import from_pages

BOOK = Path(__file__).resolve().parents[1] / "book"
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
CELL = re.compile(
    r"^```\{code-cell\}.*\n"
    r"(?:---\n(?s:.*?)^---\n|(?::.*\n)*)"  # its tags
    r"((?s:.*?))^```$",
    re.M,
)


def finding(name: str, sentence: str, *conditions: bool) -> None:
    """State a finding; show a note if one of its conditions is false.

    ``name``, such as ``held-out-rises``, is unique in the chapter. It and the
    sentence are literals, which ``stated`` reads in the page.

    Raises ValueError if ``name`` is not such a name, or if there is no
    condition.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            "a finding begins with a name such as 'held-out-rises', "
            f"and not with {name!r}"
        )
    if not conditions:
        raise ValueError("a finding needs a condition")
    if not all(conditions):
        show_note(sentence)


def show_note(sentence: str) -> None:
    """Show that a finding is false.

    The build lists these notes by the metadata of the output.
    """
    text = (
        f"The chapter found: “{sentence}” Here it came out differently. "
        "Processors do not all round alike, and hundreds of epochs can "
        "amplify that into a different network, just as a different seed "
        "does. How Far Can You Trust One Run? tells how many held elsewhere."
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
    from IPython.display import display  # is there wherever a page runs

    display(data, raw=True, metadata={"charrnn": {"finding": sentence}})


@from_pages
def stated() -> list[tuple[str, str, str]]:
    """Return the page, the name, and the sentence of each finding."""
    return [
        (page.stem, name, sentence)
        for page in sorted(BOOK.glob("*.md"))
        for code in CELL.findall(page.read_text("utf-8"))
        for name, sentence in calls(code)
    ]


def calls(code: str) -> Iterator[tuple[str, str]]:
    """Return the name and the sentence of each call of ``finding``."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # the build reports it when the cell runs
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Name("finding"),
                [ast.Constant(str(name)), ast.Constant(str(sentence)), *_],
            ):
                yield name, sentence
