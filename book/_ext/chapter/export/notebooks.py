"""Each page as a notebook that plain Jupyter and Colab render and run.

They do not know all of the pages' Markdown. So the prose is converted from
the built page, where all references are resolved, and the code with its
outputs comes from the executed notebook. A first cell fetches what the others
need, if it is missing. After an exercise that asks for code stand a stub to
edit and a check of the answer.
"""

import mimetypes
import re
from base64 import b64encode
from collections.abc import Iterable
from html import escape
from pathlib import Path
from textwrap import indent

import nbformat
from bs4 import Tag
from markdownify import MarkdownConverter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from sphinx.application import Sphinx
from sphinx.util import logging

from chapter import state
from chapter.directives import equation_links
from chapter.execution import outputs
from chapter.export import definitions, launch, questions
from chapter.markup import bare_html, parse, select_one
from coursework import stubs

CELL = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for a code cell
TITLES = ".admonition-title, dt, :not(.admonition-title) > .caption-number"
Tags = set[str]  # the names of the elements around one
LEFT_OUT = ".headerlink, .equation-link, .page-code, svg"
ONLY_SITE = {"remove-cell", "question", "annotated", "moving"}  # tags
HIDDEN = {  # the tags that hide a part of a cell
    "source_hidden": {
        "hide-input", "hide-cell", "imports", "remove-input", "solution",
    },
    "outputs_hidden": {"hide-output", "hide-cell", "solution"},
}  # fmt: skip

# The check of an answer is off, so that a notebook runs to its end, with the
# same random numbers, before the exercises are solved.
CHECK_SWITCH = "if False:  # write True when you have typed your answer"
CHECKS_NOTHING = """\
the check of %s looks at nothing that its solution names: give the tag "check"
to the cells of the solution that check"""

FIRST_CELL = Path(__file__).with_name("first_cell.py")

logger = logging.getLogger(__name__)


class Markdown(MarkdownConverter):
    """Convert the simplified HTML of a page to Markdown."""

    def escape(self, text: str, parent_tags: Tags) -> str:
        """Escape what would be Markdown or HTML."""
        text = super().escape(text, parent_tags)  # type: ignore[misc]
        return text.replace("&", "&amp;").replace("<", "&lt;")

    def convert_tex(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Return a formula as it is."""
        return el.get_text()

    def convert_summary(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Return a summary as HTML, because Markdown has none."""
        return f"<summary>{bare_html(el)}</summary>\n\n"

    def convert_details(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Return a fold as HTML, closed before each cell in it."""
        summary, end, text = text.partition("</summary>")
        start = f"\n\n<details>\n{summary.strip()}{end}\n\n"
        parts = map(str.strip, text.split(CELL))
        return CELL.join(p and f"{start}{p}\n\n</details>\n\n" for p in parts)

    def convert_img(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Return an image as an attachment of the cell."""
        name = Path(str(el["src"])).name
        return f"![{el['alt']}](attachment:{name})"


def simplify(article: Tag) -> None:
    """Reduce an article to elements that can be converted to Markdown.

    Links within the site would lead nowhere. The caption of a figure
    follows its cell.
    """
    for element in article.select(LEFT_OUT):
        element.decompose()
    for cell in article.select("div.cell"):
        cell.replace_with(new_element(CELL), *cell.select("figcaption"))
    for formula in article.select("span.math, div.math"):
        formula.replace_with(latex_element(formula))
    append_references(article)
    for link in article.select("a[href]"):
        if ":" not in link["href"]:
            link.unwrap()
    for title in article.select(TITLES):
        title.wrap(Tag(name="p" if title.name != "span" else "span"))
        title.name = "strong"
    for element in article.select("div.admonition, dd"):
        element.name = "blockquote"


def append_references(article: Tag) -> None:
    """Append the sources that the page cites, from another page."""
    links = article.select(".bibtex-citation a[title]")
    cited = {int(link.get_text()): link["title"] for link in links}
    if cited:
        article.append(new_element("References", name="h2"))
    for number, entry in sorted(cited.items()):
        article.append(new_element(f"[{number}] {entry}"))


def new_element(text: str, name: str = "p") -> Tag:
    """Return a paragraph, or another element, with a text."""
    result = Tag(name=name)
    result.string = text
    return result


def latex_element(formula: Tag) -> Tag:
    """Return an element that holds a formula, and its number, as LaTeX.

    It is one line: a sign at the start of another might begin a list.
    """
    result = Tag(name="tex")
    latex = str(select_one(formula, "math")["alttext"])
    if number := formula.select_one(".eqno"):
        (tag, *_) = re.findall(r"[\d.]+", number.get_text())
        latex += rf" \tag{{{tag}}}"
    is_block = formula.name == "div"
    held = "".join(formula.find_all(string=True, recursive=False))  # a comma
    inline = f"${latex}${held}"
    result.string = f"\n\n$$ {latex} $$\n\n" if is_block else inline
    return result


def prose_between_cells(article: Tag) -> list[str]:
    """Return as Markdown what stands before and after each code cell."""
    simplify(article)
    converter = Markdown(heading_style="ATX", bullets="-")
    text = converter.convert_soup(article)
    return [part.strip() for part in text.split(CELL)]


def prose_cell(text: str, images: Path) -> NotebookNode:
    """Return a cell of prose, with the images that it refers to."""
    cell = new_markdown_cell(text)
    for name in re.findall(r"\(attachment:([^)]+)\)", text):
        data = b64encode((images / name).read_bytes()).decode()
        kind = mimetypes.guess_type(name)[0]
        cell.setdefault("attachments", {})[name] = {kind: data}
    return cell


def plain_code_cell(cell: NotebookNode) -> NotebookNode:
    """Return a code cell that hides what the page hides or folds."""
    for output in cell.outputs:
        embed_drawing(output, cell.metadata)
    tags = set(cell.metadata.get("tags", []))
    hidden = {part: True for part, by in HIDDEN.items() if tags & by}
    cell.metadata = NotebookNode({"jupyter": hidden} if hidden else {})
    return cell


def embed_drawing(output: NotebookNode, metadata: NotebookNode) -> None:
    """Make a drawing an image in HTML, with the alt text of the page.

    Jupyter shows no SVG of a notebook that it does not trust, because a script
    in it could run. In an image it cannot.
    """
    drawing = output.get("data", {}).pop("image/svg+xml", None)
    if drawing is not None:
        data = b64encode(drawing.encode()).decode()
        facts = metadata.get("mystnb", {}).get("image", {})
        alt = escape(facts.get("alt", ""))
        source = f"data:image/svg+xml;base64,{data}"
        output.data["text/html"] = f'<img alt="{alt}" src="{source}"/>'


def visible_code_cells(
    executed: NotebookNode,
) -> list[tuple[int, NotebookNode]]:
    """Return the code cells that a page shows, each with its number.

    A cell that the page leaves out is of use only to the site, and so is one
    that moves a figure. One that asks or annotates is prose here.
    """
    codes = outputs.code_cells(executed)
    return [
        (number, cell)
        for number, cell in enumerate(codes, start=1)
        if ONLY_SITE.isdisjoint(cell.metadata.get("tags", []))
    ]


def add_stubs(
    article: Tag, cells: list[NotebookNode], page: str
) -> list[NotebookNode]:
    """Return the code cells of a page, with stubs and checks among them.

    The two stand before each solution that has code. The article gets a mark
    for each, as it has for all cells.
    """
    result, left = [], list(cells)
    for part in article.select("details.solution, div.cell"):
        if part.name == "div":
            result.append(left.pop(0))
        elif solved := left[: len(part.select("div.cell"))]:
            result += stub_and_check(part, solved, page)
            for _ in range(2):
                part.insert_before(Tag(name="div", attrs={"class": "cell"}))
    return result


def stub_and_check(
    solution: Tag, cells: list[NotebookNode], page: str
) -> list[NotebookNode]:
    """Return a cell for the answer, and one that checks it."""
    exercise = solution.find_previous_sibling("div", class_="exercise")
    assert isinstance(exercise, Tag)  # solutions follow their exercises
    attempt = stubs.split(
        [(c.source, "check" in c.metadata.get("tags", [])) for c in cells],
        [block.get_text() for block in exercise.select("pre")],
    )
    if not attempt.names:
        logger.warning(CHECKS_NOTHING, exercise["id"], location=page)
    check = f"{CHECK_SWITCH}\n{indent(attempt.check, '    ')}"
    return [new_code_cell(attempt.stub), new_code_cell(check)]


def interleave(
    cells: list[NotebookNode], texts: list[str], images: Path
) -> Iterable[NotebookNode]:
    """Return code cells with the prose of the page between them."""
    first, *others = texts
    yield prose_cell(first, images)
    for cell, text in zip(cells, others, strict=True):
        yield plain_code_cell(cell)
        yield prose_cell(text, images)


def first_cell(repository: str) -> str:
    """Return code that fetches what is missing, or reports it.

    It prints nothing if all is there. In its file, a magic command is a
    comment.
    """
    archive = f"{launch.GITHUB}/{repository}/archive/{launch.BRANCH}.zip"
    code = FIRST_CELL.read_text("utf-8").rstrip().replace("# %", "%")
    return code.replace("ARCHIVE", archive if repository else "")


def read_article(app: Sphinx, page: str) -> Tag:
    """Return the article of a page of the site."""
    html = Path(app.outdir, f"{page}.html").read_text("utf-8")
    return select_one(parse(html), "article")


def convert_page(app: Sphinx, page: str) -> NotebookNode:
    """Return a page as a notebook."""
    notebook = outputs.read_executed(app, page)
    article = read_article(app, page)
    questions.put_answers_at_end(article)
    visible = [cell for _, cell in visible_code_cells(notebook)]
    codes = add_stubs(article, visible, page)
    texts, images = prose_between_cells(article), Path(app.outdir, "_images")
    merged = interleave(codes, texts, images)
    cells = definitions.define([cell for cell in merged if cell.source])
    for cell in cells:
        cell.source = equation_links.number_equations(app, cell.source)
    code = first_cell(state.get_build(app).repository)
    folded = {"jupyter": {"source_hidden": True}}
    notebook.cells = [new_code_cell(code, metadata=folded), *cells]
    outputs.number_cells(notebook)
    for key in ("jupytext", "myst", "source_map"):  # of the page's text
        notebook.metadata.pop(key, None)
    return notebook


def write_notebooks(app: Sphinx) -> None:
    """Write the notebooks of pages that have changed, beside their text."""
    for page in outputs.notebook_pages(app):
        target = Path(app.outdir, "_sources", f"{page}.ipynb")
        if not outputs.is_up_to_date(target, Path(app.outdir, f"{page}.html")):
            nbformat.write(convert_page(app, page), target)
