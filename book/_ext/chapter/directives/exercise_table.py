"""The directive ``exercises``: a table of all exercises of the book.

It says of each where it stands, its number and title, its level, how many
minutes it takes, and whether it asks for code, as it does if its solution has
some. All of this comes from the pages themselves: the level and the minutes
stand at the end of a title.
"""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from chapter import state

TITLE = re.compile(r"(.+) – ([\w-]+).*\b(\d+) minutes.*")
HEAD = ("Page", "Exercise", "Level", "Minutes", "Asks for")
WIDTHS = (20, 40, 15, 10, 15)  # in parts of a hundred
FACTS = "exercises"  # of a page, among what is known of it
UNTITLED = """\
the title "%s" does not end as that of an exercise: with its level and the
minutes, as in: a sum – core, 10 minutes"""
LISTS = "lists exercises"  # as a page with the table does

logger = logging.getLogger(__name__)


class Table(nodes.General, nodes.Element):
    """The place of the table, until all exercises are known."""


class Exercises(SphinxDirective):
    """List all exercises of the book."""

    def run(self) -> list[nodes.Node]:
        """Return the place of the table."""
        self.env.metadata[self.env.docname][LISTS] = True
        return [Table()]


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Note the exercises of a page that has been read."""
    solved_by_code = {
        solution["target_label"]
        for solution in of_class(doctree, "solution")
        if any(of_class(solution, "cell"))
    }
    facts = []
    for exercise in of_class(doctree, "exercise"):
        said = " ".join(exercise.children[0].children[-1].astext().split())
        label, found = exercise["label"], TITLE.fullmatch(said)
        if found:
            kind = "code" if label in solved_by_code else "paper"
            facts.append((label, *found.groups(), kind))
        else:
            logger.warning(UNTITLED, said, location=exercise)
    app.env.metadata[app.env.docname][FACTS] = facts


def of_class(part: nodes.Element, name: str) -> Iterator[nodes.Element]:
    """Return the elements of a class in a part of a page."""
    every = part.findall(nodes.Element)
    return (node for node in every if name in node["classes"])


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let the table be written again if any page has been read."""
    pages = [page for page in env.found_docs if LISTS in env.metadata[page]]
    return pages if state.of(app).read else []


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Make the table, now that all exercises have their numbers."""
    for place in list(doctree.findall(Table)):
        rows = [
            row
            for other in app.env.collect_relations()
            for row in rows_of(app, page, other)
        ]
        place.replace_self(table(rows))


def rows_of(app: Sphinx, page: str, other: str) -> Iterator[nodes.row]:
    """Return the rows of the exercises of a page, as ``page`` shows them."""
    facts: list[tuple[str, ...]] = app.env.metadata[other].get(FACTS, [])
    address = app.builder.get_relative_uri(page, other)
    numbers: dict[str, Any] = app.env.toc_fignumbers.get(other, {})
    for i, (label, title, *others) in enumerate(facts):
        number = ".".join(map(str, numbers["exercise"][label]))
        named = f"{number}. {title[:1].upper()}{title[1:]}"
        row = nodes.row("", cell(link(named, f"{address}#{label}")))
        row += [cell(nodes.Text(text)) for text in others]
        if i == 0:  # for all of them
            about = link(app.env.titles[other].astext(), address)
            row.insert(0, cell(about, morerows=len(facts) - 1))
        yield row


def link(text: str, address: str) -> nodes.reference:
    """Return a link within the site."""
    return nodes.reference("", text, refuri=address, internal=True)


def cell(content: nodes.Node, **options: int) -> nodes.entry:
    """Return a cell of a table."""
    return nodes.entry("", nodes.paragraph("", "", content), **options)


def table(rows: list[nodes.row]) -> nodes.table:
    """Return the table with these rows."""
    group = nodes.tgroup(cols=len(HEAD))
    group += [nodes.colspec(colwidth=width) for width in WIDTHS]
    head = nodes.row("", *(cell(nodes.Text(text)) for text in HEAD))
    group += [nodes.thead("", head), nodes.tbody("", *rows)]
    return nodes.table("", group, classes=["exercises"])
