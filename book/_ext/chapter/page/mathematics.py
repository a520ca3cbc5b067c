"""Mathematics as MathML, which browsers set, by Temml when the site is built.

The pages need no script and no other host for it, and a screen reader reads
what is seen. Its source is the ``alttext`` of a formula. A formula with a
mistake is a warning, which fails the build.

Temml runs in an engine that comes by pip, and needs no Node.js.
"""

import html
import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from chapter import state

TEMML = Path(__file__).with_name("temml.min.js")
LINK = (nodes.reference, nodes.inline, pending_xref)
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
APPLIED = "\N{FUNCTION APPLICATION}"  # stands after the name of a function
BINARY, RELATIONS = (
    "+\u2212\u00b1\u00d7\u2299\u22c5",
    "=<>\u2208\u2248\u2260\u2264\u2265",
)
OPENING, CLOSING = "([{", ")]}"
TALL = {"mfrac", "msqrt", "mtable", "munder", "munderover"}
SUMS = "\N{N-ARY SUMMATION}\N{N-ARY PRODUCT}"
ACCENTS = {"~": "\N{SMALL TILDE}", "\N{OVERLINE}": "\N{MACRON}"}  # less wide
THIN = 0.1667  # of a space, in em
TRAILING = re.compile(r"<mspace [^>]*></mspace>(?=(</\w+>)*$)")
logger = logging.getLogger(__name__)


def engine(build: state.Build) -> MiniRacer:
    """Return Temml, which is loaded when the first formula is set."""
    if build.temml is None:
        build.temml = MiniRacer()
        build.temml.eval(TEMML.read_text("utf-8"))
    return build.temml


def stop(app: Sphinx) -> None:
    """Close Temml; left open, it can keep the process from ending."""
    if temml := state.of(app).temml:
        temml.close()


def typeset(
    translator: HTML5Translator, node: nodes.Element, display: bool
) -> str:
    """Return a formula as MathML."""
    latex = " ".join(node.astext().split())
    options = {"displayMode": display, "throwOnError": True, "wrap": "tex"}
    temml = engine(state.of(translator.builder.app))
    try:
        mathml = str(temml.call("temml.renderToString", latex, options))
    except JSEvalException as error:
        message = str(error).splitlines()[0]
        logger.warning("formula %r: %s", latex, message, location=node)
        return html.escape(latex)
    return mended(mathml, latex, display)


def mended(mathml: str, latex: str, display: bool) -> str:
    """Return MathML with its source, and with the spaces that TeX leaves."""
    formula = ElementTree.fromstring(TRAILING.sub("", mathml))
    formula.attrib = {"alttext": latex}
    if display:
        formula.set("display", "block")
    for element in list(formula.iter()):
        if element.tag == "mo":
            mend_operator(element)
        elif element.tag in ("mrow", "mtd"):
            settle_brackets(element)
            space_functions(element)
            space_sums(element)
    for scripted in filter(lambda e: e.tag in SCRIPTS, formula.iter()):
        tighten(scripted)
    for row in formula.findall("mrow"):
        space_alone(row)
    return ElementTree.tostring(formula, "unicode", short_empty_elements=False)


def space(operator: Element, before: float, after: float) -> None:
    """Set the space before and after an operator, in em."""
    operator.set("lspace", f"{before:g}em")
    operator.set("rspace", f"{after:g}em")


def mend_operator(operator: Element) -> None:
    """Set the space of an operator that a browser would misjudge.

    It takes a sign at the end of a part that can be broken off for one that
    follows a term, and a sign that begins a line for one before a term.
    """
    sign = str(operator.text)
    if sign == "+":  # a number has no such sign, though a line may begin so
        operator.attrib.pop("form", None)
    if sign in "…⋯":
        space(operator, 0, THIN)
    elif sign == APPLIED:
        space(operator, 0, 0)
    elif "form" not in operator.attrib and sign in BINARY:
        space(operator, 0.2222, 0.2222)
        operator.set("form", "infix")  # or Firefox enlarges some
    elif sign in RELATIONS:
        space(operator, 0.2778, 0.2778)


def tighten(scripted: Element) -> None:
    """Leave no space in a script, and make an accent as narrow as TeX's."""
    for operator in (o for script in scripted[1:] for o in script.iter("mo")):
        if operator.text in ACCENTS:
            operator.text = ACCENTS[operator.text]
        else:
            space(operator, 0, 0)


def space_functions(row: Element) -> None:
    """Leave a thin space at names of functions, but not at a bracket."""
    for name in [part for part in row if is_function(part)]:
        index = list(row).index(name)
        row[index : index + 1] = list(name)
    for index in reversed(range(1, len(row))):
        if row[index].text == APPLIED:
            after, before = row[index + 1 : index + 2], row[: index - 1][-1:]
            if after and is_operand(after[0]) and not opens(after[0]):
                row.insert(index + 1, thin_space())
            if before and is_operand(before[0]):
                row.insert(index - 1, thin_space())


def settle_brackets(row: Element) -> None:
    """Let brackets stretch round what is tall alone: it widens them too."""
    is_tall = any(part.tag in TALL for part in row.iter())
    for bracket in row.findall("mo"):
        sign = str(bracket.text)
        if sign in OPENING + CLOSING and bracket.get("stretchy") != "false":
            form = "prefix" if sign in OPENING else "postfix"
            stretchy = str(is_tall).lower()
            bracket.attrib = {"form": form, "stretchy": stretchy}


def space_sums(row: Element) -> None:
    """Leave no more space between a sign and a sum than the sign has."""
    for before, part in zip([None, *row], row, strict=False):
        sign = next(part.iter("mo"), None)
        if sign is None or str(sign.text) not in SUMS or len(row) == 1:
            continue
        follows = before is not None and is_operand(before)
        is_unary = before is not None and before.get("form") == "prefix"
        sign.set("lspace", f"{THIN if follows or is_unary else 0}em")


def space_alone(row: Element) -> None:
    """Leave space after a sign that is all of a part of a formula.

    The part takes the place of the sign in a row, and a browser leaves the
    sign's own space only within the row.
    """
    if [part.tag for part in row] == ["mo"] and "rspace" in row[0].attrib:
        row.append(Element("mspace", {"width": row[0].attrib["rspace"]}))


def thin_space() -> Element:
    """Return the space that stands beside the name of a function."""
    return Element("mspace", {"width": f"{THIN}em"})


def is_function(part: Element) -> bool:
    """Return whether a part is the name of a function and no more."""
    return part.tag == "mrow" and [e.text for e in part[1:2]] == [APPLIED]


def is_operand(part: Element) -> bool:
    """Return whether a part of a formula is the end of a term."""
    is_sign = part.tag in ("mo", "mspace", "mtext")
    return not is_sign or part.get("form") == "postfix"


def opens(part: Element) -> bool:
    """Return whether a part begins with a bracket that does not stretch."""
    while part.tag == "mrow" and len(part):
        part = part[0]
    return part.tag == "mo" and part.get("stretchy") != "true"


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
    formula = typeset(translator, node, display=True)
    translator.body.append(f'<div class="formula">{formula}</div>')
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
