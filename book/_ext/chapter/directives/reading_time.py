"""The directive ``times``: how long reading a page takes.

It stands under the title of a page. The time is computed from the page itself:
200 words of prose a minute, with captions, and 20 lines of code. Displayed
equations, printed outputs, exercises, and all that is folded do not count.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS, LINES = 200, 20  # read in a minute
# Paragraphs, titles, and captions; but not what stands within them, or code
PROSE, NO_PROSE = nodes.TextElement, (nodes.Inline, nodes.FixedTextElement)
EXCLUDED = {  # classes
    "exercise", "solution", "second-reading", "output", "times",
    "tag_imports", "tag_notebook", "tag_question",
}  # fmt: skip


class Times(SphinxDirective):
    """State in a line how long reading a page takes."""

    def run(self) -> list[nodes.Node]:
        """Return the line, to be filled when the page has been read."""
        return [nodes.paragraph(classes=["times"])]


def insert_time(app: Sphinx, doctree: nodes.document) -> None:
    """Fill the line of a page that has been read, if it has one."""
    for line in doctree.findall(nodes.paragraph):
        if "times" in line["classes"]:
            count = round(minutes(doctree))
            words = f"{count} minutes" if count > 1 else "a minute"
            line += nodes.Text(f"Reading takes about {words}.")


def minutes(page: nodes.document) -> float:
    """Return how many minutes a page takes to read."""
    words = lines = 0
    for node in counted_elements(page):
        if isinstance(node, nodes.literal_block):
            lines += len(node.astext().splitlines())
        elif isinstance(node, PROSE) and not isinstance(node, NO_PROSE):
            words += len(node.astext().split())
    return words / WORDS + lines / LINES


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
