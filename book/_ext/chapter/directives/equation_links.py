"""Links from equations to their code and tests, and back.

A page of its own has an entry for each important equation: the equation, its
code, and its test. An equation with an entry is linked to it, and so is each
comment in code that names the equation, as in ``# (eq-hidden)``. The reader
sees the number of the equation in place of the label.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.domains.math import MathDomain
from sphinx.util.docutils import SphinxDirective

ENTRIES = "book/equations"  # the page
LABEL = re.compile(r"\((eq-[a-z-]+)\)")
COMMENT = re.compile(r'<span class="c1">[^<]*</span>')
FORMULA = re.compile(
    r"^\$\$\n((?:(?!\$\$).)*)\n\$\$ \((eq-[a-z-]+)\)$", re.M | re.S
)


@cache
def formulas(root: str) -> dict[str, tuple[str, Path]]:
    """Return the formulas of all equations, and their pages, by label."""
    return {
        label: (latex, page)
        for page in sorted(Path(root, "book").glob("*.md"))
        for latex, label in FORMULA.findall(page.read_text("utf-8"))
    }


class SameEquation(SphinxDirective):
    """Show an equation of another page, given its label, without a number."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the formula as the other page has it."""
        (label,) = self.arguments
        known = formulas(str(self.env.srcdir))
        if label not in known:
            raise self.error(f"no page has an equation with the label {label}")
        latex, page = known[label]
        self.env.note_dependency(str(page))
        return [nodes.math_block(latex, latex, number=None)]


class EquationCode(LiteralInclude):
    """Include code, and emphasise the lines that name an equation."""

    def run(self) -> list[nodes.Node]:
        """Return the listing."""
        listing = cast(nodes.Element, super().run()[0])
        lines = enumerate(listing.astext().splitlines(), start=1)
        emphasised = [number for number, line in lines if LABEL.search(line)]
        listing["highlight_args"]["hl_lines"] = emphasised
        return [listing]


def equations(app: Sphinx) -> dict[str, tuple[str, int]]:
    """Return the page of each labelled equation, and its count there."""
    return cast(MathDomain, app.env.get_domain("math")).equations


def equation_number(app: Sphinx, label: str) -> str | None:
    """Return the number of an equation, if a page has such a label.

    On a page whose sections are not numbered, Sphinx counts from 1.
    """
    if label not in equations(app):
        return None
    page, count = equations(app)[label]
    numbers = app.env.toc_fignumbers.get(page, {}).get("displaymath", {})
    return ".".join(map(str, numbers.get(f"equation-{label}", (count,))))


def number_equations(app: Sphinx, code: str) -> str:
    """Return code with the numbers of equations in place of their labels."""
    return LABEL.sub(
        lambda found: f"({equation_number(app, found[1]) or found[1]})", code
    )


@cache
def entries(root: str) -> set[str]:
    """Return the labels of the equations that have an entry."""
    file = Path(root, f"{ENTRIES}.md")
    text = file.read_text("utf-8") if file.exists() else ""
    return {*re.findall(r"^\(trace-(eq-[a-z-]+)\)=$", text, re.M)}


def add_addresses(app: Sphinx, doctree: nodes.document) -> None:
    """Add to each equation the address of its entry, if it has one.

    A page that names equations is read again when the entries have changed.
    """
    page, linked = app.env.docname, entries(str(app.srcdir))
    text = Path(doctree["source"]).read_text("utf-8")
    if linked and "eq-" in text:
        app.env.note_dependency(f"{ENTRIES}.md")
    for block in doctree.findall(nodes.math_block):
        if block.get("label") in linked:
            address = app.builder.get_relative_uri(page, ENTRIES)
            block["entry"] = f"{address}#trace-{block['label']}"


def link_comments(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Replace labels in the comments of listings by numbers with a link.

    It leads to the entry of the equation, and from there to the equation.
    Without an entry it leads to the equation.
    """

    def link(found: re.Match[str]) -> str:
        label = found[1]
        if label not in equations(app):
            return found[0]
        if page != ENTRIES and label in entries(str(app.srcdir)):
            other, place = ENTRIES, f"trace-{label}"
        else:
            other, place = equations(app)[label][0], f"equation-{label}"
        target = f"{app.builder.get_relative_uri(page, other)}#{place}"
        return f'(<a href="{target}">{equation_number(app, label)}</a>)'

    if "body" in context:
        context["body"] = COMMENT.sub(
            lambda comment: LABEL.sub(link, comment[0]), context["body"]
        )
