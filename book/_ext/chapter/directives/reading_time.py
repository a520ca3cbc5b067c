"""The directive ``times``: how long a page takes to read.

It stands under the title of a page. The time is computed from the page
itself: 200 words of prose a minute, with captions, and 20 lines of code.
Displayed equations, printed outputs, and all that is folded do not count.
Nor do exercises, because each states a time of its own. The table of
contents of the page states the time of each section.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS, LINES = 200, 20  # read in a minute
EXCLUDED = {"exercise", "solution", "output", "times"}  # classes


class TimePlaceholder(nodes.inline):
    """Where the time goes once the page has been read."""


class Times(SphinxDirective):
    """State in a line how long a page takes to read."""

    def run(self) -> list[nodes.Node]:
        """Return the line with a placeholder."""
        line = nodes.paragraph("", "", TimePlaceholder(), classes=["times"])
        return [line]


def insert_times(app: Sphinx, doctree: nodes.document) -> None:
    """Insert the time of a page, and add those of its sections."""
    elements = doctree.findall(nodes.Element)
    has_exercises = any("exercise" in node["classes"] for node in elements)
    without = " without the exercises" if has_exercises else ""
    for placeholder in list(doctree.findall(TimePlaceholder)):
        text = f"{time_to_read(doctree)} to read{without}."
        placeholder.replace_self(nodes.Text(text))
        add_to_contents(app, doctree)


def add_to_contents(app: Sphinx, doctree: nodes.document) -> None:
    """Add the times of sections to the table of contents of the page."""
    times = {
        f"#{section['ids'][0]}": round(minutes(section))
        for section in doctree.findall(nodes.section)
    }
    for link in app.env.tocs[app.env.docname].findall(nodes.reference):
        if count := times.get(link["anchorname"]):
            time = nodes.inline("", f"{count} min", classes=["minutes"])
            link += [nodes.Text(" "), time]


def time_to_read(page: nodes.Element) -> str:
    """Return the time that a page takes to read, in words."""
    count = max(1, round(minutes(page)))
    return "About a minute" if count == 1 else f"About {count} minutes"


def minutes(part: nodes.Element) -> float:
    """Return how many minutes a page, or a part of it, takes to read."""
    words = lines = 0
    for node in counted_elements(part):
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


def counted_elements(node: nodes.Element) -> Iterator[nodes.Element]:
    """Return an element and those within it that count."""
    yield node
    for child in node.children:
        if isinstance(child, nodes.Element) and not is_excluded(child):
            yield from counted_elements(child)


def is_excluded(node: nodes.Element) -> bool:
    """Return whether a part of a page is folded, printed, or an exercise."""
    part, folded = node.get("nb_element"), node.parent.get("hide_mode", "")
    return (
        bool(EXCLUDED.intersection(node["classes"]))
        or node.get("design_component") == "dropdown"
        or folded == "all"
        or (part == "cell_code_source" and "input" in folded)
        or (part == "cell_code_output" and "output" in folded)
        # Of the kinds of output, only a listing is Markdown.
        or node.get("mime_type", "text/markdown") != "text/markdown"
    )
