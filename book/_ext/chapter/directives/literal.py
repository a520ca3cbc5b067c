"""The role ``literal``: a number that the text may state by itself.

It is chosen, true by definition, or from a source that is cited. All other
decimals, percentages, and numbers of three digits or more must come from a
cell, as the tests check. A reader sees no difference.
"""

from types import SimpleNamespace

from docutils import nodes
from sphinx.util.docutils import SphinxRole


class Literal(SphinxRole):
    """Mark text, which may hold formulas and code, for the tests."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text, parsed, in an element with a class."""
        node = nodes.inline(self.rawtext, "", classes=["literal-value"])
        children, messages = self.inliner.parse(
            self.text.strip(), self.lineno, SimpleNamespace(), node
        )
        node.extend(children)
        return [node], messages
