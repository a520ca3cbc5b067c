"""The directive ``times``: what a page asks, and how long reading it takes.

It stands under the title of a page. The question is what follows the colon in
the page's title in ``_toc.yml``. The time is computed from the page itself:
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
    """State the question of a page, and how long reading it takes."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph, to be filled when the page has been read."""
        return [nodes.paragraph(classes=["times"])]


def insert_time(app: Sphinx, doctree: nodes.document) -> None:
    """State the time of a page that has been read, if it has a place."""
    for paragraph in places(doctree):
        count = round(minutes(doctree))
        words = f"{count} minutes" if count > 1 else "a minute"
        paragraph += nodes.Text(f"Reading takes about {words}.")


def insert_question(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the question of a page, if it has one, before its time.

    The titles may have changed since the page was read.
    """
    title = app.config.external_site_map[page].title or ""
    _, _, question = title.partition(": ")
    for paragraph in places(doctree) if question else []:
        paragraph[:0] = [nodes.emphasis("", question), nodes.Text(" ")]


def places(doctree: nodes.document) -> list[nodes.paragraph]:
    """Return the paragraphs that the directive has made."""
    paragraphs = doctree.findall(nodes.paragraph)
    return [each for each in paragraphs if "times" in each["classes"]]


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
