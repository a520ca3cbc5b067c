"""The directive ``exercises``: a table of all exercises of the book.

It lists the page, number and title of each, its level and minutes, and
whether it asks for code, which it does if its solution has some. All of this
comes from the pages: the level and the minutes stand at the end of a title.
"""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from chapter.directives.book_facts import EXERCISES, note_use

TITLE = re.compile(r"(.+) – ([\w-]+).*\b(\d+) minutes.*")
HEAD = ("Page", "Exercise", "Level", "Minutes", "Asks for")
WIDTHS = (20, 40, 15, 10, 15)  # per cent
BAD_TITLE = """\
the title "%s" does not end as that of an exercise: with its level and the
minutes, as in: a sum – core, 10 minutes"""

logger = logging.getLogger(__name__)


class TablePlaceholder(nodes.General, nodes.Element):
    """Where the table goes once all exercises are known."""


class Exercises(SphinxDirective):
    """List all exercises of the book."""

    def run(self) -> list[nodes.Node]:
        """Return a placeholder for the table."""
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
        label, found = exercise["label"], TITLE.fullmatch(title)
        if found:
            kind = "code" if label in solved_by_code else "paper"
            exercises.append((label, *found.groups(), kind))
        else:
            logger.warning(BAD_TITLE, title, location=exercise)
    app.env.metadata[app.env.docname][EXERCISES] = exercises


def find_by_class(part: nodes.Element, name: str) -> Iterator[nodes.Element]:
    """Return the elements of a class within a part of a page."""
    elements = part.findall(nodes.Element)
    return (node for node in elements if name in node["classes"])


def insert_table(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Insert the table, now that all exercises have their numbers."""
    for placeholder in list(doctree.findall(TablePlaceholder)):
        rows = [
            row
            for other in app.env.collect_relations()
            for row in rows_of_page(app, page, other)
        ]
        placeholder.replace_self(new_table(rows))


def rows_of_page(app: Sphinx, page: str, other: str) -> Iterator[nodes.row]:
    """Return the rows for another page's exercises, linked from ``page``."""
    exercises: list[tuple[str, ...]]
    exercises = app.env.metadata[other].get(EXERCISES, [])
    address = app.builder.get_relative_uri(page, other)
    numbers: dict[str, Any] = app.env.toc_fignumbers.get(other, {})
    for i, (label, title, *others) in enumerate(exercises):
        number = ".".join(map(str, numbers["exercise"][label]))
        text = f"{number}. {title[:1].upper()}{title[1:]}"
        row = nodes.row("", new_cell(new_link(text, f"{address}#{label}")))
        row += [new_cell(nodes.Text(text)) for text in others]
        if i == 0:  # one cell for all of them
            link = new_link(app.env.titles[other].astext(), address)
            row.insert(0, new_cell(link, morerows=len(exercises) - 1))
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
    return nodes.table("", group, classes=["exercises"])
