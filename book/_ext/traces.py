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


def mark_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Note at each equation where its entry is, if it has one."""
    hub, page = Path(app.env.doc2path(HUB)), app.env.docname
    blocks = list(doctree.findall(nodes.math_block))
    if not blocks or not hub.exists():
        return
    app.env.dependencies[page].add(str(hub))
    text = hub.read_text("utf-8")
    labels = re.findall(r"^\(trace-(eq-[a-z-]+)\)=$", text, re.M)
    for block in blocks:
        if block.get("label") in labels:
            entry = app.builder.get_relative_uri(page, HUB)
            block["trace"] = f"{entry}#trace-{block['label']}"


def link_comments(
    app: Sphinx, page: str, template: str, context: dict, doctree
) -> None:
    """Link the comments in code that name an equation."""
    if page == HUB or "body" not in context:
        return
    hub = app.builder.get_relative_uri(page, HUB)
    context["body"] = COMMENT.sub(
        rf'\1(<a href="{hub}#trace-\2">\2</a>)', context["body"]
    )


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    app.add_directive("same-equation", SameEquation)
    app.connect("doctree-read", mark_equations)
    app.connect("html-page-context", link_comments)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
