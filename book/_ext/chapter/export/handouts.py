"""Write the files of the lab: its notebooks, and what graders need.

The page of the lab is their source. Its code becomes the solution, with the
prose of the built page, but for parts of the class ``page-only``. All other
files are made of the solution.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import starmap
from pathlib import Path
from urllib.parse import urljoin

import nbformat
from bs4 import Tag
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from chapter import state
from chapter.execution import outputs
from chapter.export import launch, notebooks
from coursework import graders, handout, lab, plans, standalone

PAGE = "book/lab"
PLACE = "_downloads/lab"  # in the site
HANDOUTS: dict[str, tuple[str, Sequence[str]]] = {  # the level, and the parts
    "handout": ("steps", ()),
    "handout-whole": ("whole", ()),
    **{f"handout-{n}": ("steps", plans.parts_of(n)) for n in plans.plans()},
}
NOTEBOOKS = ["solution.ipynb", *(f"{name}.ipynb" for name in HANDOUTS)]
ZIPS = [file for name in HANDOUTS for file in graders.zips(name)]
LABELS = {".predict > :first-child": handout.PREDICT, ".task": handout.TASK}
SOURCE = "\n\n*From {}, © {} {}, under the MIT licence.*"


def write(app: Sphinx) -> None:
    """Write the files of the lab if its page is newer."""
    if PAGE not in outputs.notebook_pages(app):
        return
    folder, page = (Path(app.outdir, p) for p in (PLACE, f"{PAGE}.html"))
    if outputs.is_up_to_date(folder / "solution.ipynb", page):
        return
    executed = outputs.read_executed(app, PAGE)
    solution = handout.assemble(read(app, executed), executed.metadata)
    checks = standalone.files(lab.cells(), addresses(app))
    for name, (level, parts) in HANDOUTS.items():
        made = graders.files(solution, checks, name, parts, level)
        standalone.write(folder, made)
    standalone.write(folder / standalone.FOLDER, checks)
    standalone.write(folder, {"solution.ipynb": nbformat.writes(solution)})


def read(app: Sphinx, executed: NotebookNode) -> Iterator[NotebookNode]:
    """Return the cells of the solution, beginning with the set-up."""
    config, site = app.config, app.config.ogp_site_url
    article = notebooks.read_article(app, PAGE)
    adapt(article, site)
    images = Path(app.outdir, "_images")
    first, *texts = notebooks.prose_between_cells(article)
    shown = notebooks.visible_code_cells(executed)
    codes = lab.read(shown)
    yield handout.setup_cell(f"{site}{PLACE}/" if site else "")
    title = f"{config.html_title} (<{site}>)" if site else config.html_title
    source = SOURCE.format(title, config.copyright, config.author)
    yield notebooks.prose_cell(first + source, images)
    for (number, _), text in zip(shown, texts, strict=True):
        if number in codes:  # and not only on the page
            yield codes[number]
        if text:
            yield notebooks.prose_cell(text, images)


def addresses(app: Sphinx) -> dict[str, str]:
    """Return the whole address of each page, by title, if there is a site."""
    site = app.config.ogp_site_url
    pages = app.env.titles.items() if site else ()
    return {title.astext(): f"{site}{page}.html" for page, title in pages}


def adapt(article: Tag, site: str) -> None:
    """Fit the page for a notebook: with whole addresses, if there is a site.

    Questions and tasks begin with words that a style adds on the page.
    """
    for part in article.select(".page-only, .times"):
        part.decompose()
    for place, words in LABELS.items():
        for part in article.select(place):
            label = notebooks.new_element(words.strip("*"), "strong")
            part.insert(0, label, " ")
    for link in article.select("a[href]") if site else []:
        link["href"] = urljoin(f"{site}{PAGE}.html", str(link["href"]))


class Links(nodes.inline):
    """A placeholder for the links to a file of the lab."""


class LabFile(SphinxRole):
    """Link to a file of the lab: to download it, and to run a notebook."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a placeholder, or an error if there is no such file."""
        if self.text in (*NOTEBOOKS, *ZIPS, "slides.htm", "questions.txt"):
            return [Links(name=self.text)], []
        message = f"the lab has no {self.text}"
        return [], [self.inliner.reporter.error(message, line=self.lineno)]


def insert_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Replace the placeholders of a page by links."""
    here = app.builder.get_target_uri(page)
    for place in list(doctree.findall(Links)):
        name = place["name"]
        entries = {name: relative_uri(here, f"{PLACE}/{name}")}
        if name in NOTEBOOKS:
            path = f"lab/{name.removesuffix('.ipynb')}"
            entries |= launch.links(state.get_build(app).repository, path)
        links = ", ".join(starmap(link, entries.items()))
        place.replace_self(nodes.raw("", links, format="html"))


def link(text: str, address: str) -> str:
    """Return a link in HTML, which downloads a file of the site."""
    kind = 'external"' if ":" in address else 'internal" download'
    return f'<a class="reference {kind} href="{escape(address)}">{text}</a>'
