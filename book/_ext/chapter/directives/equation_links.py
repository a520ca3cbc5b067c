"""Equations lead to the code and the tests that go with them, and back.

A page of its own has an entry for each equation that matters: the equation,
its code, its test. An equation that has an entry gets a link to it, and so
does each comment in code that names it, as in ``# (eq-hidden)``. In place of
the label, a reader sees the number of the equation.
"""

import re
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.domains.math import MathDomain
from sphinx.util.docutils import SphinxDirective

from chapter import hooks, state

HUB = "book/equations"
LABEL = re.compile(r"\((eq-[a-z-]+)\)")
COMMENT = re.compile(r'<span class="c1">[^<]*</span>')


class SameEquation(SphinxDirective):
    """Show an equation of another page, given its label, without a number."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the formula as it stands in its page."""
        (label,) = self.arguments
        formula = re.compile(
            rf"^\$\$\n((?:(?!\$\$).)*)\n\$\$ \({label}\)$", re.M | re.S
        )
        for page in sorted(Path(self.env.srcdir, "book").glob("*.md")):
            if found := formula.search(page.read_text("utf-8")):
                self.env.note_dependency(str(page))
                latex = found[1]
                return [nodes.math_block(latex, latex, number=None)]
        raise self.error(f"no page has an equation with the label {label}")


class EquationCode(LiteralInclude):
    """Include code, and emphasise the lines that name an equation."""

    def run(self) -> list[nodes.Node]:
        """Return the listing."""
        listing = cast(nodes.Element, super().run()[0])
        lines = enumerate(listing.astext().splitlines(), start=1)
        named = [number for number, line in lines if LABEL.search(line)]
        listing["highlight_args"]["hl_lines"] = named
        return [listing]


def equations(app: Sphinx) -> dict[str, tuple[str, int]]:
    """Return the pages and the numbers of equations by their labels."""
    return cast(MathDomain, app.env.get_domain("math")).equations


def number(app: Sphinx, label: str) -> str | None:
    """Return the number of an equation, if a page has such a label.

    On a page whose sections are not numbered, Sphinx counts from 1.
    """
    if label not in equations(app):
        return None
    page, count = equations(app)[label]
    numbers = app.env.toc_fignumbers.get(page, {}).get("displaymath", {})
    return ".".join(map(str, numbers.get(f"equation-{label}", (count,))))


def number_equations(app: Sphinx, code: str) -> str:
    """Return code with the numbers of equations in place of labels."""
    return LABEL.sub(
        lambda label: f"({number(app, label[1]) or label[1]})", code
    )


def read_entries(app: Sphinx) -> None:
    """Note which equations have an entry."""
    hub = Path(app.srcdir, f"{HUB}.md")
    text = hub.read_text("utf-8") if hub.exists() else ""
    entries = re.findall(r"^\(trace-(eq-[a-z-]+)\)=$", text, re.M)
    state.of(app).equations = set(entries)


def mark_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Note at each equation where its entry is, if it has one.

    A page that names equations is read again when the entries have changed.
    """
    page, hub = app.env.docname, Path(app.srcdir, f"{HUB}.md")
    text = Path(doctree["source"]).read_text("utf-8")
    if hub.exists() and "eq-" in text:
        app.env.dependencies[page].add(str(hub))
    for block in doctree.findall(nodes.math_block):
        if block.get("label") in state.of(app).equations:
            address = app.builder.get_relative_uri(page, HUB)
            block["trace"] = f"{address}#trace-{block['label']}"


def link_comments(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Let comments in code that name an equation have its number, linked.

    They lead to the entry of the equation, from there to the equation, and
    without an entry to the equation if it is on this page.
    """

    def link(found: re.Match[str]) -> str:
        label = found[1]
        target = f"#equation-{label}"
        if page == HUB:
            place = equations(app)[label][0]
            target = app.builder.get_relative_uri(page, place) + target
        elif label in state.of(app).equations:
            hub = app.builder.get_relative_uri(page, HUB)
            target = f"{hub}#trace-{label}"
        elif f'id="equation-{label}"' not in context["body"]:
            return number_equations(app, found[0])
        return f'(<a href="{target}">{number(app, label)}</a>)'

    if "body" in context:
        before = context["body"]
        context["body"] = COMMENT.sub(
            lambda comment: LABEL.sub(link, comment[0]), before
        )
        if page == HUB and context["body"] == before:
            raise hooks.Broken("Pygments does not mark up comments as before")
