"""The directive ``times``: what a page asks, and how long it takes.

It stands under the title of a page. The question is what follows the colon in
the page's title in ``_toc.yml``. The time is computed from the page itself,
for a reader who answers its questions and follows its equations with a pencil.
Exercises, printed outputs, and all that is folded do not count.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

# Minutes, fitted to readings of all pages with a pencil
WORDS, LINES = 90, 12  # in a minute
QUESTION, PICTURE, EQUATION = 2.5, 2.0, 3.0  # minutes; a table is a picture
# Paragraphs, titles, and captions; but not what stands within them, or code
PROSE, NO_PROSE = nodes.TextElement, (nodes.Inline, nodes.FixedTextElement)
EXCLUDED = {  # classes
    "exercise", "solution", "second-reading", "output", "times",
    "tag_imports", "tag_notebook",
}  # fmt: skip


class Times(SphinxDirective):
    """State the question of a page, and how long it takes."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph, to be filled when the page has been read."""
        return [nodes.paragraph(classes=["times"])]


def insert_time(app: Sphinx, doctree: nodes.document) -> None:
    """State the time of a page that has been read, if it has a place."""
    for paragraph in places(doctree):
        count = max(5, 5 * round(sum(map(minutes, doctree.children)) / 5))
        paragraph += nodes.Text(f"About {count} minutes, with a pencil.")


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


def minutes(node: nodes.Node) -> float:
    """Return how many minutes a part of a page takes."""
    if not isinstance(node, nodes.Element):
        return 0
    if "tag_question" in node["classes"]:
        return QUESTION
    if node.get("mime_type") == "text/html":
        return PICTURE * ('class="results"' in node.astext())
    if is_excluded(node):
        return 0
    return own_minutes(node) + sum(map(minutes, node.children))


def own_minutes(node: nodes.Element) -> float:
    """Return how many minutes an element takes, without those within it."""
    if isinstance(node, nodes.literal_block):
        return len(node.astext().splitlines()) / LINES
    if isinstance(node, nodes.math_block):
        return EQUATION
    if isinstance(node, nodes.figure | nodes.table):
        return PICTURE
    if isinstance(node, PROSE) and not isinstance(node, NO_PROSE):
        return len(node.astext().split()) / WORDS
    return 0


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
