"""The role ``given``: a number that the text may state by itself.

It is chosen, true by definition, or from a source that is cited. All other
decimals, percentages, and numbers of three digits or more must come from a
cell, as the tests check. A reader sees no difference.
"""

from types import SimpleNamespace

from docutils import nodes
from sphinx.util.docutils import SphinxRole


class Given(SphinxRole):
    """Mark text, which may hold formulas and code, and leave it as it is."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text in an element that tests can tell."""
        mark = nodes.inline(self.rawtext, "", classes=["given"])
        children, messages = self.inliner.parse(
            self.text.strip(), self.lineno, SimpleNamespace(), mark
        )
        mark.extend(children)
        return [mark], messages
