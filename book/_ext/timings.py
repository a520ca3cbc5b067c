"""Speeds stay out of the search index.

A speed differs from build to build. On the page it teaches; in the index it
would be two odd words, and the only thing there that differs.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

SPEED = re.compile(r"[\d,]+ tokens/s")


class timed_output(nodes.literal_block, nodes.comment):  # noqa: N801
    """Be an output to the reader, and to the index a comment."""


def mark_timings(app: Sphinx, doctree: nodes.document) -> None:
    """Mark the outputs that state a speed."""
    for output in list(doctree.findall(nodes.literal_block)):
        if "output" in output["classes"] and SPEED.search(output.astext()):
            text = output.astext()
            output.replace_self(timed_output(text, text, **output.attributes))


def visit(translator: HTML5Translator, node: timed_output) -> None:
    """Write the output as any other."""
    translator.visit_literal_block(node)


def depart(translator: HTML5Translator, node: timed_output) -> None:
    """Close the output."""
    translator.depart_literal_block(node)


def setup(app: Sphinx) -> dict:
    """Connect the hook."""
    app.add_node(timed_output, html=(visit, depart))
    app.connect("doctree-read", mark_timings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
