"""Write the files of the lab: its notebooks, and what graders need.

The page of the lab is their source. ``coursework`` makes them of its code,
which the package provides, and of its prose, which is read from the built
page without parts of the class ``page-only``.
"""

import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from chapter import state
from chapter.directives import equation_links
from chapter.execution import outputs
from chapter.export import launch, notebooks
from chapter.markup import parse, select_one
from chapter.strictness import failures
from coursework import graders, handout
from coursework.handout import LabCell

PAGE = "book/lab"
PLACE = "_downloads/lab"  # in the site
NOTEBOOKS = ("handout.ipynb", "handout-whole.ipynb", "solution.ipynb")
FOR_GRADERS = (
    "nbgrader.ipynb",
    "nbgrader-whole.ipynb",
    "nbgrader_config.py",
    "otter.zip",
)
logger = logging.getLogger(__name__)


def write(app: Sphinx) -> None:
    """Write the files of the lab if its page is newer.

    If a cell does not fit the package, log a warning with its line.
    """
    if PAGE not in outputs.notebook_pages(app):
        return
    folder = Path(app.outdir, PLACE)
    page = Path(app.outdir, f"{PAGE}.html")
    files = [folder / name for name in (*NOTEBOOKS, *FOR_GRADERS)]
    if all(outputs.is_up_to_date(file, page) for file in files):
        return
    executed = outputs.read_executed(app, PAGE)
    try:
        cells = [*read(app, executed)]
        made = handout.make(cells, executed.metadata)
        made |= graders.nbgrader_sources(cells, executed.metadata)
    except handout.CellError as error:
        line = failures.code_cell_lines(app, PAGE)[error.number - 1]
        logger.warning("%s", error, location=(PAGE, line))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in made.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    config = folder / "nbgrader_config.py"
    config.write_text(graders.NBGRADER_CONFIG, "utf-8")
    with zipfile.ZipFile(folder / "otter.zip", "w") as archive:
        for name, content in graders.otter_files(cells).items():
            archive.writestr(zipfile.ZipInfo(name), content)  # no date


def read(app: Sphinx, executed: NotebookNode) -> Iterator[LabCell]:
    """Return the cells of the lab, beginning with the set-up."""
    html = Path(app.outdir, f"{PAGE}.html").read_text("utf-8")
    article = select_one(parse(html), "article")
    for part in article.select(".page-only, .times"):
        part.decompose()
    images = Path(app.outdir, "_images")
    first, *texts = notebooks.prose_between_cells(article)
    names = handout.imported_names(executed)
    yield handout.setup_cell()
    yield LabCell(0, "", notebooks.prose_cell(first, images))
    shown = notebooks.visible_code_cells(executed)
    for (number, page_cell), text in zip(shown, texts, strict=True):
        cell = handout.read_cell(number, page_cell, names)
        if cell.kind != "page-only":
            code = cell.node.source
            cell.node.source = equation_links.number_equations(app, code)
            yield cell
        if text:
            yield LabCell(0, "", notebooks.prose_cell(text, images))


class Links(nodes.inline):
    """A placeholder for the links to a file of the lab."""


class LabFile(SphinxRole):
    """Link to a file of the lab: to download it, and to run a notebook."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a placeholder, or an error if there is no such file."""
        if self.text not in (*NOTEBOOKS, *FOR_GRADERS):
            known = ", ".join((*NOTEBOOKS, *FOR_GRADERS))
            message = f"the lab has no {self.text}, but {known}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [Links(name=self.text)], []


def insert_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Replace the placeholders of a page by links."""
    here = app.builder.get_target_uri(page)
    for place in list(doctree.findall(Links)):
        name = place["name"]
        file = relative_uri(here, f"{PLACE}/{name}")
        links = [link(name, file, " download")]
        if name in NOTEBOOKS:
            path = f"lab/{name.removesuffix('.ipynb')}"
            entries = launch.links(state.get_build(app).repository, path)
            links += [link(text, address) for text, address, _ in entries]
        place.replace_self(nodes.raw("", ", ".join(links), format="html"))


def link(text: str, address: str, attributes: str = "") -> str:
    """Return a link in HTML."""
    kind = "external" if ":" in address else "internal"
    return (
        f'<a class="reference {kind}" href="{escape(address)}"{attributes}>'
        f"{text}</a>"
    )
