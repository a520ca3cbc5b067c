"""Mathematics typeset by KaTeX when the site is built.

The pages need no script and no other host for it, and KaTeX adds MathML for
screen readers. A formula with a mistake is a warning, which fails the build.
"""

import html
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).with_name("katex.min.js")
logger = logging.getLogger(__name__)


def start(app: Sphinx) -> None:
    """Load KaTeX."""
    app.katex = MiniRacer()
    app.katex.eval(KATEX.read_text("utf-8"))


def stop(app: Sphinx, exception: Exception | None) -> None:
    """Close KaTeX; left open, it can keep the process from ending."""
    app.katex.close()


def typeset(translator, node: nodes.Element, display: bool) -> str:
    """Return a formula as HTML."""
    latex = node.astext()
    options = {"displayMode": display, "throwOnError": True}
    engine = translator.builder.app.katex
    try:
        return engine.call("katex.renderToString", latex, options)
    except JSEvalException as error:
        message = str(error).splitlines()[0]
        logger.warning("formula %r: %s", latex, message, location=node)
        return html.escape(latex)


def visit_inline(translator, node: nodes.math) -> None:
    """Write a formula within a line, and keep what follows beside it.

    Without a word joiner, a comma after it could begin the next line.
    """
    formula = typeset(translator, node, display=False)
    translator.body.append(f'<span class="math">{formula}&#8288;</span>')
    raise nodes.SkipNode


def visit_block(translator, node: nodes.math_block) -> None:
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


def setup(app: Sphinx) -> dict:
    """Register the renderer."""
    app.add_html_math_renderer(
        "katex",
        inline_renderers=(visit_inline, None),
        block_renderers=(visit_block, None),
    )
    app.connect("builder-inited", start)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True}
