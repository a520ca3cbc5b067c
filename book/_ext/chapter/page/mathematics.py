"""Mathematics typeset by KaTeX when the site is built.

The pages need no script and no other host for it, and KaTeX adds MathML for
screen readers. A formula with a mistake is a warning, which fails the build.

sphinxcontrib-katex needs Node.js in a build. The engine here comes by pip.
"""

import html
import re
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from chapter import state

KATEX = Path(__file__).with_name("katex.min.js")
LINK = (nodes.reference, nodes.inline, pending_xref)
logger = logging.getLogger(__name__)


def engine(build: state.Build) -> MiniRacer:
    """Return KaTeX, which is loaded when the first formula is set."""
    if build.katex is None:
        build.katex = MiniRacer()
        build.katex.eval(KATEX.read_text("utf-8"))
    return build.katex


def stop(app: Sphinx) -> None:
    """Close KaTeX; left open, it can keep the process from ending."""
    if katex := state.of(app).katex:
        katex.close()


def typeset(
    translator: HTML5Translator, node: nodes.Element, display: bool
) -> str:
    """Return a formula as HTML."""
    latex = node.astext()
    options = {"displayMode": display, "throwOnError": True}
    katex = engine(state.of(translator.builder.app))
    try:
        return str(katex.call("katex.renderToString", latex, options))
    except JSEvalException as error:
        message = str(error).splitlines()[0]
        logger.warning("formula %r: %s", latex, message, location=node)
        return html.escape(latex)


def short(latex: str) -> bool:
    """Return whether a formula is short, in its source or on the page."""
    signs = re.sub(r"[{}_^\s\\]", "", re.sub(r"\\[A-Za-z]+", "x", latex))
    return len(latex) < 40 or len(signs) < 20


def keep_together(app: Sphinx, doctree: nodes.document) -> None:
    """Let no line begin with the comma or stop that follows a formula.

    A long formula must still be able to break, and is left as it is.
    """
    formulas = [f for f in doctree.findall(nodes.math) if short(f.astext())]
    for formula in formulas:
        node: nodes.Element = formula  # or the link that it is all of
        while isinstance(node.parent, LINK) and len(node.parent) == 1:
            node = node.parent
        index = node.parent.index(node)
        following = node.parent[index + 1 : index + 2]
        if not (following and isinstance(following[0], nodes.Text)):
            continue
        if mark := re.match(r"[,.;:?!)]+", following[0]):
            parent, rest = node.parent, following[0][mark.end() :]
            unit = nodes.inline("", "", classes=["together"])
            parent[index : index + 2] = [unit, nodes.Text(rest)]
            unit += [node, nodes.Text(mark[0])]


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    formula = typeset(translator, node, display=False)
    translator.body.append(f'<span class="math">{formula}</span>')
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number and its links."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(typeset(translator, node, display=True))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        if "trace" in node:
            link = f'<a class="trace" href="{node["trace"]}">code, test</a>'
            translator.body.append(link)
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


VISITORS = (visit_inline, None), (visit_block, None)
