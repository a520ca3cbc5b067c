"""Equations lead to the code and the tests that go with them, and back.

A page of its own has an entry for each equation that matters: the equation,
its code, its test. An equation that has an entry gets a link to it, and so
does each comment in code that names it, as in ``# (eq-hidden)``.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HUB = "book/equations"
COMMENT = re.compile(r'(<span class="c1">[^<]*?)\((eq-[a-z-]+)\)')


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


def read_entries(app: Sphinx) -> None:
    """Note which equations have an entry."""
    app.hub = Path(app.srcdir, f"{HUB}.md")
    text = app.hub.read_text("utf-8") if app.hub.exists() else ""
    entries = re.findall(r"^\(trace-(eq-[a-z-]+)\)=$", text, re.M)
    app.entries = set(entries)


def mark_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Note at each equation where its entry is, if it has one.

    A page that names equations is read again when the entries have changed.
    """
    page = app.env.docname
    text = Path(doctree["source"]).read_text("utf-8")
    if app.hub.exists() and "eq-" in text:
        app.env.dependencies[page].add(str(app.hub))
    for block in doctree.findall(nodes.math_block):
        if block.get("label") in app.entries:
            hub = app.builder.get_relative_uri(page, HUB)
            block["trace"] = f"{hub}#trace-{block['label']}"


def link_comments(
    app: Sphinx, page: str, template: str, context: dict, doctree
) -> None:
    """Link the comments in code that name an equation to its entry.

    Without an entry, the equation itself will do, if it is on this page.
    """

    def link(found: re.Match) -> str:
        start, label = found.groups()
        target = f"#equation-{label}"
        if label in app.entries:
            hub = app.builder.get_relative_uri(page, HUB)
            target = f"{hub}#trace-{label}"
        elif f'id="equation-{label}"' not in context["body"]:
            return found[0]
        return f'{start}(<a href="{target}">{label}</a>)'

    if page != HUB and "body" in context:
        context["body"] = COMMENT.sub(link, context["body"])


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    app.add_directive("same-equation", SameEquation)
    app.connect("builder-inited", read_entries)
    app.connect("doctree-read", mark_equations)
    app.connect("html-page-context", link_comments)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
