"""The directive ``times`` and the role ``part-times``: how long it takes.

The directive stands under the title of a page, and states how long reading
the page takes, and its core exercises. In a sentence, the role states the
first for a part of the book: ``Reading Part I takes {part-times}`I`.``

The time is computed from the page itself: 200 words of prose a minute, with
captions, and 20 lines of code. Displayed equations, printed outputs, and all
that is folded do not count. Exercises state the minutes in their titles. The
table of contents of the page states the time of each section.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

from chapter.directives.book_facts import EXERCISES, MINUTES, note_use

WORDS, LINES = 200, 20  # read in a minute
# Paragraphs, titles, and captions; but not what stands within them, or code
PROSE, NO_PROSE = nodes.TextElement, (nodes.Inline, nodes.FixedTextElement)
EXCLUDED = {  # classes
    "exercise", "solution", "second-reading", "output", "times",
    "tag_imports", "tag_notebook", "tag_question",
}  # fmt: skip


class TimePlaceholder(nodes.inline):
    """Where the time of a part goes, or those of the page if it has none."""


class Times(SphinxDirective):
    """State in a line how long a page takes."""

    def run(self) -> list[nodes.Node]:
        """Return the line with a placeholder."""
        line = nodes.paragraph("", "", TimePlaceholder(), classes=["times"])
        return [line]


class PartTimes(SphinxRole):
    """State in a sentence how long reading a part takes, by its number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a placeholder."""
        note_use(self.env)
        return [TimePlaceholder(part=self.text)], []


def collect_minutes(app: Sphinx, doctree: nodes.document) -> None:
    """Add the minutes to read a page to its metadata, and to its contents."""
    app.env.metadata[app.env.docname][MINUTES] = minutes(doctree)
    if any(doctree.findall(TimePlaceholder)):
        add_to_contents(app, doctree)


def insert_times(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Insert the times, now that those of all pages are known."""
    for placeholder in list(doctree.findall(TimePlaceholder)):
        if part := placeholder.get("part"):
            text = time_to_read(app.env, pages_of_part(app.env, part))
        else:
            text = times_of_page(app.env, page)
        placeholder.replace_self(nodes.Text(text))


def pages_of_part(env: BuildEnvironment, part: str) -> list[str]:
    """Return the pages of a part, whose caption begins with its number."""
    return [
        page
        for toctree in env.tocs[env.config.root_doc].findall(addnodes.toctree)
        if str(toctree["caption"]).startswith(f"{part}.")
        for page in toctree["includefiles"]
    ]


def times_of_page(env: BuildEnvironment, page: str) -> str:
    """Return a sentence on how long a page and its core exercises take."""
    text = f"Reading alone takes {time_to_read(env, [page])}"
    exercises = env.metadata[page][EXERCISES]
    core = sum(int(c) for *_, level, c, _ in exercises if level == "core")
    if core:
        text += f", and the core exercises another {in_words(core)}"
    return f"{text}."


def time_to_read(env: BuildEnvironment, pages: list[str]) -> str:
    """Return in words how long reading some pages takes."""
    count = sum(env.metadata[page][MINUTES] for page in pages)
    return f"about {in_words(max(1, count))}"


def in_words(count: float) -> str:
    """Return minutes in words."""
    return "a minute" if round(count) == 1 else f"{round(count)} minutes"


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


def minutes(part: nodes.Element) -> float:
    """Return how many minutes a page, or a part of it, takes to read."""
    words = lines = 0
    for node in counted_elements(part):
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
