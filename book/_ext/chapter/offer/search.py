"""The search: its page, and what it knows of all the others.

A search finds sections, and beside them what has a place of its own within
one: exercises, functions, and terms of the glossary. All of these are entries
of a script, ``sections.js``, which the page of the search loads, so that it
needs no server. An entry has the prose, with captions and the heads of
tables, and the names in code. Left out are displayed equations, what cells
print, and what is folded, so that a search gives no solution away.

The entries of a page are noted as it is written, in a file beside its
doctree. A build that writes few pages thus knows those of all.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from html.entities import html5
from itertools import chain
from pathlib import Path

from docutils import nodes
from pygments.lexers.python import PythonLexer
from pygments.token import Name
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.search.en import SearchEnglish

from chapter.page.markup import parse

SCRIPT = "sections.js"
PYTHON = {"python", "ipython3"}
# How much a find counts, compared to one in a section. A page without a
# number is for reference, and repeats what others say.
PAGE, EXERCISE, TERM, FUNCTION, REFERENCE = 1.5, 0.4, 0.8, 0.5, 0.4
# What LaTeX has no name for that is also one of HTML.
LATEX = {
    "cdot": "·", "dots": "…", "infty": "∞", "lVert": "‖", "partial": "∂",
    "rVert": "‖", "sqrt": "√", "tilde": "", "to": "→",
}  # fmt: skip
FUNCTIONS = {"exp", "ln", "log", "max", "min", "tanh"}


@dataclass
class Entry:
    """Something that a search finds."""

    title: str
    page: str  # its title
    address: str
    weight: float
    text: list[str] = field(default_factory=list)  # by paragraphs
    bold: list[str] = field(default_factory=list)  # the terms defined in it
    names: list[str] = field(default_factory=list)  # of Python

    def add(self, paragraph: nodes.Node) -> None:
        """Add a paragraph, unless it is empty."""
        self.text += filter(None, [plain(paragraph)])
        self.bold += [plain(bold) for bold in paragraph.findall(nodes.strong)]

    def add_names(self, code: str) -> None:
        """Add the names in a piece of Python."""
        tokens = PythonLexer().get_tokens(code)
        found = " ".join(name for kind, name in tokens if kind in Name)
        self.names = sorted({*self.names, *re.findall(r"\w+", found)})


class Reader(nodes.SparseNodeVisitor):
    """Gather the entries of a page."""

    def __init__(self, app: Sphinx, page: str, doctree: nodes.document):
        super().__init__(doctree)
        self.env = app.env
        self.name = page
        self.address = app.builder.get_target_uri(page)
        self.page = self.number("") + plain(app.env.titles[page])
        self.weight = 1 if self.number("") else REFERENCE
        self.entries: list[Entry] = []
        self.open: list[Entry] = []  # from the page to the innermost

    def number(self, anchor: str) -> str:
        """Return the number of a section, empty if it has none."""
        parts = self.env.toc_secnumbers.get(self.name, {}).get(anchor)
        return ".".join(map(str, parts)) + ". " if parts else ""

    def begin(self, title: str, anchor: str = "", weight: float = 1) -> None:
        """Begin an entry."""
        address, weight = self.address + anchor, weight * self.weight
        entry = Entry(title, self.page, address, round(weight, 2))
        self.entries.append(entry)
        self.open.append(entry)

    def end(self, node: nodes.Node) -> None:
        """End an entry."""
        self.open.pop()

    def visit_document(self, node: nodes.document) -> None:
        """Begin the page, whose entry is also that of its only section."""
        self.begin(self.page, weight=PAGE)

    def visit_section(self, node: nodes.section) -> None:
        """Begin a section, or the content of a page or an exercise."""
        if isinstance(node.parent, (nodes.document, nodes.Admonition)):
            self.open.append(self.open[-1])
        else:
            anchor = f"#{node['ids'][0]}"
            self.begin(self.number(anchor) + plain(node[0]), anchor)

    def visit_exercise_enumerable_node(self, node: nodes.Element) -> None:
        """Begin an exercise, with the number that the page shows."""
        name = node["ids"][0]
        numbers = self.env.toc_fignumbers[self.name]["exercise"][name]
        title = f"Exercise {'.'.join(map(str, numbers))}"
        if said := plain(node.children[0]):
            said = said.removeprefix("(").removesuffix(")")
            title += f". {said[:1].upper()}{said[1:]}"
        self.begin(title, f"#{name}", EXERCISE)

    def visit_solution_node(self, node: nodes.Element) -> None:
        """Take nothing but names, for the exercise, which stands before."""
        for code in node.findall(is_python):
            self.entries[-1].add_names(code.astext())
        raise nodes.SkipNode

    def visit_desc(self, node: addnodes.desc) -> None:
        """Begin what the package says of one of its functions."""
        signature = next(node.findall(addnodes.desc_signature))
        self.begin(signature["fullname"], f"#{signature['ids'][0]}", FUNCTION)
        self.open[-1].add_names(signature.astext())

    def visit_glossary(self, node: addnodes.glossary) -> None:
        """Make an entry of each term."""
        for term in node.findall(nodes.term):
            self.begin(plain(term), f"#{term['ids'][0]}", TERM)
            self.open.pop().add(term.parent[-1])
        raise nodes.SkipNode

    def visit_paragraph(self, node: nodes.Element) -> None:
        """Take the text, unless it says how long the page takes."""
        if "times" not in node["classes"]:
            self.open[-1].add(node)
        raise nodes.SkipNode

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Take the names of Python."""
        if is_python(node):
            self.open[-1].add_names(node.astext())
        raise nodes.SkipNode

    def visit_table(self, node: nodes.table) -> None:
        """Take the caption, the head, and what is said in words."""
        rows = [
            "; ".join(cell for cell in map(plain, row) if is_said(cell))
            for row in node.findall(nodes.row)
        ]
        captions = [plain(title) for title in node.findall(nodes.title)]
        self.open[-1].text += filter(None, captions + rows)
        raise nodes.SkipNode

    def visit_raw(self, node: nodes.raw) -> None:
        """Take the captions and the heads of tables that cells make."""
        parts = parse(node.astext()).select("table caption, table thead tr")
        texts = [part.get_text(" ", strip=True) for part in parts]
        self.open[-1].text += filter(None, texts)
        raise nodes.SkipNode

    def skip(self, node: nodes.Node) -> None:
        """Leave a node out."""
        raise nodes.SkipNode

    def unknown_visit(self, node: nodes.Node) -> None:
        """Go on to what is in a node of an extension."""

    unknown_departure = unknown_visit
    visit_caption = visit_rubric = visit_term = visit_line = visit_paragraph
    depart_section = depart_exercise_enumerable_node = depart_desc = end
    visit_title = visit_math_block = visit_comment = visit_image = skip
    visit_exercise_title = visit_desc_signature = skip
    visit_HideCodeCellNode = visit_dropdown_main = skip


def is_python(node: nodes.Node) -> bool:
    """Return whether a node is code that has names."""
    if not isinstance(node, nodes.literal_block):
        return False
    return node.get("language") in PYTHON


def is_said(cell: str) -> bool:
    """Return whether a cell of a table has letters, and not only numbers."""
    return re.search(r"[^\W\d_]", cell) is not None


def plain(node: nodes.Node) -> str:
    """Return the text of a node in one line, formulas as one types them."""
    node = node.deepcopy()
    for formula in list(node.findall(nodes.math)):
        text = unset(formula.astext())
        formula.parent.replace(formula, nodes.Text(text))
    return " ".join(node.astext().split())


def unset(latex: str) -> str:
    """Return a formula in plain text, such as ``W_hh`` and ``θ ≥ 0``."""
    text = re.sub(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex)
    text = re.sub(r"\\([A-Za-z]+)", lambda command: symbol(command[1]), text)
    text = re.sub(r"([_^])\{([^{}]*\W[^{}]*)\}", r"\1(\2)", text)
    return re.sub(r"\\.|[{}]", "", text)


def symbol(command: str) -> str:
    """Return what a command of LaTeX shows, empty if it shows nothing."""
    if command in FUNCTIONS:
        return command
    return LATEX.get(command, html5.get(f"{command};", ""))


def replace_default(app: Sphinx) -> None:
    """Let Sphinx make no search of its own, which is one by pages."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def noted(app: Sphinx, page: str) -> Path:
    """Return the file of the entries of a page."""
    return Path(app.doctreedir, "entries", f"{page}.json")


def note(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Note the entries of a page that is about to be written."""
    if app.builder.name != "html":
        return
    reader = Reader(app, page, doctree)
    doctree.walkabout(reader)
    file = noted(app, page)
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = [asdict(entry) for entry in reader.entries]
    file.write_text(json.dumps(entries, ensure_ascii=False), "utf-8")


def write(app: Sphinx) -> None:
    """Write the script with the entries of all pages.

    It also has what makes words comparable: a stemmer, and the words that
    are too common to be looked for. Both are those of Sphinx, whose own index
    may be left from before.
    """
    pages = [noted(app, page) for page in sorted(app.env.found_docs)]
    parts = [json.loads(page.read_text("utf-8")) for page in pages]
    entries = list(chain.from_iterable(parts))
    script = (
        f"const entries = {json.dumps(entries, ensure_ascii=False)};\n"
        f"const commonWords = {sorted(SearchEnglish.stopwords)};\n"
        f"{SearchEnglish.js_stemmer_code}"
    )
    Path(app.outdir, SCRIPT).write_text(script, "utf-8")
    Path(app.outdir, "searchindex.js").unlink(missing_ok=True)
