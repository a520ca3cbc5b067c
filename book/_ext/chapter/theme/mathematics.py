"""Formulas are converted to MathML by Temml when the site is built.

Pages need no script and no other host for them, and a screen reader reads
what is seen. The ``alttext`` of a formula is its LaTeX. A formula with a
mistake is a warning, which fails the build.

Temml runs in a JavaScript engine from PyPI, so Node.js is not needed.
"""

import atexit
import html
from functools import cache
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

TEMML = Path(__file__).with_name("temml.min.js")
logger = logging.getLogger(__name__)


@cache
def load_temml() -> MiniRacer:
    """Return an engine with Temml, loaded for the first formula.

    If it were not closed, it could keep the process from ending.
    """
    engine = MiniRacer()
    atexit.register(engine.close)
    engine.eval(TEMML.read_text("utf-8"))
    return engine


def to_mathml(node: nodes.Element, display: bool) -> str:
    """Return a formula as MathML."""
    latex = " ".join(node.astext().split())
    options = {"displayMode": display, "throwOnError": True, "wrap": "tex"}
    try:
        mathml = str(load_temml().call("temml.renderToString", latex, options))
    except JSEvalException as error:
        message = str(error).splitlines()[0]
        logger.warning("formula %r: %s", latex, message, location=node)
        return html.escape(latex)
    _, _, content = mathml.partition(">")
    kind = ' display="block"' if display else ""
    return f'<math alttext="{html.escape(latex)}"{kind}>{content}'


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    formula = to_mathml(node, display=False)
    translator.body.append(f'<span class="math">{formula}</span>')
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number and its links."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    formula = to_mathml(node, display=True)
    # The box may have to scroll. The keyboard reaches it until figures.js
    # finds that it does not.
    box = f'<div class="formula" tabindex="0">{formula}</div>'
    translator.body.append(box)
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        if "entry" in node:
            attributes = f'class="equation-link" href="{node["entry"]}"'
            translator.body.append(f"<a {attributes}>code, test</a>")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


VISITORS = (visit_inline, None), (visit_block, None)
