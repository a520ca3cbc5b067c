"""The directive ``times``: how long a page takes to read.

It stands under the title of a page. The time is computed from the page
itself: 200 words of prose a minute, captions among them, and 20 lines of
code. Left out are displayed equations, what cells print, all that is folded,
and exercises, because each of these states a time of its own. The contents
of the page say how long each of its sections takes to read.
"""

from collections.abc import Iterator

from bs4 import Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS, LINES = 200, 20  # are read in a minute
MINUTES = "minutes"  # of sections by their ids, among what is known of a page
APART = {"exercise", "solution", "output", "times"}  # by their classes


class Reading(nodes.inline):
    """The place of the time, until the page is known."""


class Times(SphinxDirective):
    """Say in a line how long a page takes to read."""

    def run(self) -> list[nodes.Node]:
        """Return the line; the time comes when the page has been read."""
        return [nodes.paragraph("", "", Reading(), classes=["times"])]


def fill(app: Sphinx, doctree: nodes.document) -> None:
    """Say how long a page takes to read, now that it is known.

    The templates say it of the sections, by what is noted here.
    """
    parts = doctree.findall(nodes.Element)
    has_exercises = any("exercise" in part["classes"] for part in parts)
    aside = " without the exercises" if has_exercises else ""
    for place in list(doctree.findall(Reading)):
        said = f"{time_to_read(doctree)} to read{aside}."
        place.replace_self(nodes.Text(said))
        app.env.metadata[app.env.docname][MINUTES] = {
            section["ids"][0]: round(minutes(section))
            for section in doctree.findall(nodes.section)
        }


def time_to_read(page: nodes.Element) -> str:
    """Return the time that a page takes to read, in words."""
    count = max(1, round(minutes(page)))
    return "About a minute" if count == 1 else f"About {count} minutes"


def minutes(part: nodes.Element) -> float:
    """Return how many minutes a page, or a part of it, takes to read."""
    words = lines = 0
    for node in shown(part):
        if isinstance(node, nodes.literal_block):
            lines += len(node.astext().splitlines())
        elif is_prose(node):
            words += len(node.astext().split())
    return words / WORDS + lines / LINES


def is_prose(node: nodes.Element) -> bool:
    """Return whether a node is a paragraph, a title, or a caption."""
    text, code = nodes.TextElement, nodes.FixedTextElement
    return isinstance(node, text) and not isinstance(
        node, (nodes.Inline, code)
    )


def shown(node: nodes.Element) -> Iterator[nodes.Element]:
    """Return the elements of a page that are read as they stand."""
    yield node
    for child in node.children:
        if isinstance(child, nodes.Element) and not is_apart(child):
            yield from shown(child)


def is_apart(node: nodes.Element) -> bool:
    """Return whether a part of a page is folded, printed, or an exercise."""
    part, folded = node.get("nb_element"), node.parent.get("hide_mode", "")
    return (
        bool(APART.intersection(node["classes"]))
        or node.get("design_component") == "dropdown"
        or folded == "all"
        or (part == "cell_code_source" and "input" in folded)
        or (part == "cell_code_output" and "output" in folded)
        # Of the kinds of an output, only a listing is Markdown.
        or node.get("mime_type", "text/markdown") != "text/markdown"
    )


def note_minutes(page: Tag, minutes: dict[str, int]) -> None:
    """Say in the contents of a page how long its sections take to read."""
    for link in page.select("#pst-page-toc-nav a"):
        if count := minutes.get(str(link["href"]).removeprefix("#")):
            said = Tag(name="span", attrs={"class": "minutes"})
            said.string = f"{count} min"
            link.extend([" ", said])
