"""The directive ``exercises``: a table of the exercises of each part.

It lists the number and title of each, its level and minutes, and whether it
asks for code, which it does if its solution has some. All of this comes from
the pages: the level and the minutes stand at the end of a title, and what a
student can do after a page is the ``goal`` in its front matter.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from chapter.directives.book_facts import EXERCISES, note_use

TITLE = re.compile(r"(.+) – ([\w-]+).*\b(\d+) minutes.*")
HEAD = ("Exercise", "Level", "Min", "Asks for")
WIDTHS = (60, 15, 10, 15)  # per cent


class TablePlaceholder(nodes.General, nodes.Element):
    """Where the tables go once all exercises are known."""


class Exercises(SphinxDirective):
    """List all exercises of the book."""

    def run(self) -> list[nodes.Node]:
        """Return a placeholder for the tables."""
        note_use(self.env)
        return [TablePlaceholder()]


def collect_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """Add the exercises of a page to its metadata."""
    solved_by_code = {
        solution["target_label"]
        for solution in find_by_class(doctree, "solution")
        if any(find_by_class(solution, "cell"))
    }
    exercises = []
    for exercise in find_by_class(doctree, "exercise"):
        title = " ".join(exercise.children[0].children[-1].astext().split())
        if found := TITLE.fullmatch(title):  # as a test demands
            label = exercise["label"]
            kind = "code" if label in solved_by_code else "paper"
            exercises.append((label, *found.groups(), kind))
    app.env.metadata[app.env.docname][EXERCISES] = exercises


def find_by_class(part: nodes.Element, name: str) -> Iterator[nodes.Element]:
    """Return the elements of a class within a part of a page."""
    elements = part.findall(nodes.Element)
    return (node for node in elements if name in node["classes"])


def insert_table(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Insert the tables, now that all exercises have their numbers."""
    for placeholder in list(doctree.findall(TablePlaceholder)):
        parts = app.env.tocs[app.config.root_doc].findall(addnodes.toctree)
        folds = [new_fold(app, page, part) for part in parts]
        placeholder.replace_self([node for fold in folds for node in fold])


def new_fold(app: Sphinx, page: str, part: nodes.Element) -> list[nodes.Node]:
    """Return the table of a part, to be folded, if the part has exercises."""
    metadata = app.env.metadata
    pages = [p for p in part["includefiles"] if metadata[p][EXERCISES]]
    minutes = [int(m) for p in pages for *_, m, _ in metadata[p][EXERCISES]]
    rows = [row for other in pages for row in rows_of_page(app, page, other)]
    count = f"{len(minutes)} exercises, {sum(minutes)} minutes"
    summary = nodes.paragraph("", f"{part['caption']} ({count})")
    fold = nodes.container("", summary, new_table(rows), classes=["exercises"])
    return [fold] if rows else []


def rows_of_page(app: Sphinx, page: str, other: str) -> Iterator[nodes.row]:
    """Return the rows for another page and its exercises."""
    metadata = app.env.metadata[other]
    address = app.builder.get_relative_uri(page, other)
    numbers = app.env.toc_fignumbers[other]["exercise"]
    link = new_link(app.env.titles[other].astext(), address)
    heading = new_cell(nodes.strong("", "", link), morecols=len(HEAD) - 1)
    heading += nodes.paragraph("", metadata.get("goal", ""))
    yield nodes.row("", heading)
    for label, title, *others in metadata[EXERCISES]:
        number = ".".join(map(str, numbers[label]))
        text = f"{number}. {title[:1].upper()}{title[1:]}"
        row = nodes.row("", new_cell(new_link(text, f"{address}#{label}")))
        row += [new_cell(nodes.Text(text)) for text in others]
        yield row


def new_link(text: str, address: str) -> nodes.reference:
    """Return a link within the site."""
    return nodes.reference("", text, refuri=address, internal=True)


def new_cell(content: nodes.Node, **options: int) -> nodes.entry:
    """Return a cell of a table."""
    return nodes.entry("", nodes.paragraph("", "", content), **options)


def new_table(rows: list[nodes.row]) -> nodes.table:
    """Return a table with a head and these rows."""
    group = nodes.tgroup(cols=len(HEAD))
    group += [nodes.colspec(colwidth=width) for width in WIDTHS]
    head = nodes.row("", *(new_cell(nodes.Text(text)) for text in HEAD))
    group += [nodes.thead("", head), nodes.tbody("", *rows)]
    return nodes.table("", group)
