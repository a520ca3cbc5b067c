"""The lab: a page of which we make handouts, and the solution.

The tags of its cells say what becomes of them. A cell that is ``given``
stays as it is, and so do the ``settings``. What is ``blank`` is left to the
student, and the ``check`` that follows looks at it. A cell that is
``page-only`` serves the page, and so does prose of the class ``page-only``.

A cell that shows source by ``Source`` becomes that source, as the package
has it. So a change of the package is a change of the lab, or the build fails
and names the cell that does not fit any more.
"""

import ast
import builtins
import copy
import inspect
import json
import re
import symtable
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from chapter import hooks, state
from chapter.directives import equation_links
from chapter.execution import outputs
from chapter.export import launch, notebooks
from chapter.markup import parse, select_one
from chapter.strictness import failures
from coursework import blanks, stubs

PAGE = "book/lab"
PLACE = "_downloads/lab"  # in the site
RUN = ("handout.ipynb", "handout-whole.ipynb", "solution.ipynb")
# The sources of the two handouts, as nbgrader has them, and tests for Otter.
FOR_GRADERS = (
    "nbgrader.ipynb",
    "nbgrader-whole.ipynb",
    "nbgrader_config.py",
    "otter.zip",
)
KINDS = {"given", "settings", "blank", "check", "page-only"}
CHECK = re.compile(r'check\("(\w+)".*\)')
logger = logging.getLogger(__name__)

# What a handout needs beside its kit, by modules.
NEEDED = {
    "torch": "torch",
    "tqdm": "tqdm",
    "matplotlib": "matplotlib",
    "word_text_counter": "word-text-counter==0.3.0",
}

# The first cell. The checks come with it, as a zip.
SET_UP = """\
# Set up: what the cells below need, if it is not here.
import importlib.util
import subprocess
import sys

if importlib.util.find_spec("coursework") is None:
    import base64
    import io
    import tempfile
    import zipfile

    needed = {needed}
    missing = [
        package
        for module, package in needed.items()
        if importlib.util.find_spec(module) is None
    ]
    if missing:
        print("installing", *missing)
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *missing], check=True)
        importlib.invalidate_caches()
    folder = tempfile.mkdtemp()
    packed = base64.b64decode("{packed}")
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    sys.path.append(folder)
"""

# Blanks that look as in our handouts, and time enough for the trainings.
NBGRADER = """\
c = get_config()
c.ClearSolutions.code_stub = {{"python": "{stub}"}}
c.Execute.timeout = 600
"""

OTTER = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "{}"
points = None
"""
OTTER_CASE = """

@test_case(name="{0}", points={2})
def test_{0}(env):
    exec({1!r}, env)
"""


class Unfit(Exception):
    """The error that a code cell of the page does not fit the package."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"code cell {number}: {what}")
        self.number = number


class Cell(NamedTuple):
    """A cell of the lab: prose, or the code of the solution."""

    number: int  # of the code cell on the page; that of prose is 0
    kind: str
    node: NotebookNode


def write(app: Sphinx) -> None:
    """Write the files of the lab if its page is newer."""
    if PAGE not in outputs.notebook_pages(app):
        return
    folder = Path(app.outdir, PLACE)
    page = Path(app.outdir, f"{PAGE}.html")
    files = [folder / name for name in (*RUN, *FOR_GRADERS)]
    if all(outputs.is_up_to_date(file, page) for file in files):
        return
    try:
        made = make(app)
    except Unfit as error:
        line = failures.code_cell_lines(app, PAGE)[error.number - 1]
        logger.warning("%s", error, location=(PAGE, line))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in made.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    config = NBGRADER.format(stub=stubs.BLANK)
    (folder / "nbgrader_config.py").write_text(config, "utf-8")
    with zipfile.ZipFile(folder / "otter.zip", "w") as archive:
        for name, text in for_otter(made["solution"]).items():
            archive.writestr(name, text)


def make(app: Sphinx) -> dict[str, NotebookNode]:
    """Return the notebooks of the lab by their names."""
    executed = nbformat.read(hooks.executed_file(app, PAGE), as_version=4)
    cells = [*read(app, executed)]
    find_undefined(cells)
    names = check_names([cell for cell in cells if cell.kind])
    given = [n for c in cells if c.kind == "given" for n in functions_in(c)]
    made = {"solution": assemble(executed, [cell.node for cell in cells])}
    for suffix, by_steps in (("", True), ("-whole", False)):
        marked = [mark(cell, given, by_steps=by_steps) for cell in cells]
        cleared = [clear(cell) for cell in marked]
        made[f"handout{suffix}"] = assemble(executed, cleared)
        source = [*for_nbgrader(marked, names)]
        made[f"nbgrader{suffix}"] = assemble(executed, source)
    return made


def check_names(codes: list[Cell]) -> dict[int, str]:
    """Return the names of checks, by the numbers of their cells and blanks.

    A blank has the name of the check that follows.
    """
    names = {}
    for cell, after in zip(codes, [*codes[1:], codes[-1]], strict=True):
        if cell.kind in ("blank", "check"):
            check = cell if cell.kind == "check" else after
            found = CHECK.fullmatch(check.node.source)
            if found is None:
                raise Unfit(check.number, "a check is expected here, or below")
            names[cell.number] = found[1]
    return names


def property_tests(name: str, code: str) -> Iterator[tuple[str, str, int]]:
    """Return each property of a check, the code to test it, its points."""
    from coursework.checks import CHECKS  # imports PyTorch

    for key, found in CHECKS[name].items():
        test = f'{code.removesuffix(")")}, only="{key}")'
        yield key, test, found.points


def for_otter(solution: NotebookNode) -> dict[str, str]:
    """Return the checks as tests for Otter, and what they need, by place."""
    files = {"requirements.txt": "\n".join([*NEEDED.values(), ""])}
    for cell in solution.cells:
        if found := CHECK.fullmatch(cell.source):
            name = found[1]
            cases = [
                OTTER_CASE.format(*t)
                for t in property_tests(name, cell.source)
            ]
            files[f"tests/{name}.py"] = OTTER.format(name) + "".join(cases)
    return files


def for_nbgrader(
    cells: list[Cell], names: dict[int, str]
) -> Iterator[NotebookNode]:
    """Return the cells as nbgrader has them, a test for each property.

    The settings are nothing to nbgrader, so that a student may change them.
    """
    for cell in cells:
        node, name = copy.deepcopy(cell.node), names.get(cell.number, "")
        if cell.kind == "given":
            yield described(node, f"given-{cell.number}")
        elif cell.kind == "blank":
            yield described(node, name, solution=True, locked=False)
        elif cell.kind == "check":
            for key, code, points in property_tests(name, node.source):
                test = new_code_cell(f"{code};")  # without an output
                yield described(
                    test, f"{name}-{key}", grade=True, points=points
                )
        else:
            yield node


def described(
    node: NotebookNode, grade_id: str, **facts: bool | int
) -> NotebookNode:
    """Return a cell that tells nbgrader what it is: locked, if not said."""
    node.metadata.nbgrader = {
        "schema_version": 3, "cell_type": "code", "grade_id": grade_id,
        "solution": False, "locked": True, "grade": False, "task": False,
        **facts,
    }  # fmt: skip
    return node


def read(app: Sphinx, executed: NotebookNode) -> Iterator[Cell]:
    """Return the cells of the lab, the first of which sets it up."""
    html = Path(app.outdir, f"{PAGE}.html").read_text("utf-8")
    article = select_one(parse(html), "article")
    for part in article.select(".page-only, .times"):
        part.decompose()
    images = Path(app.outdir, "_images")
    first, *texts = notebooks.prose_between_cells(article)
    names = imported(executed)
    yield Cell(0, "given", set_up())
    yield Cell(0, "", notebooks.prose_cell(first, images))
    shown = notebooks.visible_code_cells(executed)
    for (number, cell), text in zip(shown, texts, strict=True):
        kind = kind_of(number, cell)
        if kind != "page-only":
            code = source_of(cell.source, names)
            node = new_code_cell(equation_links.number_equations(app, code))
            node.metadata.tags = [kind]
            if kind == "given":
                fold(node)
            yield Cell(number, kind, node)
        if text:
            yield Cell(0, "", notebooks.prose_cell(text, images))


def set_up() -> NotebookNode:
    """Return the first cell, with what a handout carries."""
    from coursework import standalone  # imports PyTorch

    packed = b64encode(standalone.pack()).decode()
    code = SET_UP.format(needed=json.dumps(NEEDED), packed=packed)
    node = new_code_cell(code.rstrip(), metadata={"tags": ["given"]})
    fold(node)
    return node


def fold(node: NotebookNode) -> None:
    """Let a cell be folded in Jupyter, and in Colab."""
    node.metadata.jupyter = {"source_hidden": True}
    node.metadata.cellView = "form"


def kind_of(number: int, cell: NotebookNode) -> str:
    """Return what becomes of a cell of the page."""
    kinds = KINDS.intersection(cell.metadata.get("tags", []))
    if len(kinds) != 1:
        raise Unfit(number, f"give it one of the tags {sorted(KINDS)}")
    return kinds.pop()


def imported(executed: NotebookNode) -> dict[str, Any]:
    """Return what the cells import from modules of the package, by name."""
    codes = [c.source for c in executed.cells if c.cell_type == "code"]
    return {
        alias.name: getattr(import_module(node.module), alias.name)
        for node in ast.walk(ast.parse("\n".join(codes)))
        if isinstance(node, ast.ImportFrom)
        if node.module and node.module.startswith("charrnn.")
        for alias in node.names
    }


def source_of(code: str, names: dict[str, Any]) -> str:
    """Return the code of a cell, or the source that it shows.

    Methods stand under the name and the docstring of their class.
    """
    match ast.parse(code).body[-1]:
        case ast.Expr(ast.Call(ast.Name("Source"), shown)):
            sources = [
                inspect.getsource(eval(ast.unparse(one), names)).rstrip()
                for one in shown
            ]
            if isinstance(shown[0], ast.Attribute):
                owner = inspect.getsource(names[ast.unparse(shown[0].value)])
                head, *_ = owner.partition("\n\n    def ")
                return "\n\n".join([head, *sources])
            return "\n\n\n".join(sources)
    return code


def find_undefined(cells: list[Cell]) -> None:
    """Raise an error if code uses a name that no cell of the lab gives."""
    tables = [
        (cell.number, symtable.symtable(cell.node.source, "cell", "exec"))
        for cell in cells
        if cell.kind
    ]
    known = set(dir(builtins))
    for _, table in tables:
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported():
                known.add(symbol.get_name())
    for number, table in tables:
        if missing := stubs.used(table) - known:
            raise Unfit(number, f"no cell gives {', '.join(sorted(missing))}")


def functions_in(cell: Cell) -> list[str]:
    """Return the names of the functions that a cell defines."""
    body = ast.parse(cell.node.source).body
    return [node.name for node in blanks.functions(body)]


def mark(cell: Cell, given: list[str], *, by_steps: bool) -> Cell:
    """Return a cell in which the lines to be taken out are marked.

    A cell without functions is taken out as a whole.
    """
    if cell.kind != "blank":
        return cell
    node = copy.deepcopy(cell.node)
    try:
        node.source = blanks.mark(node.source, given, by_steps=by_steps)
    except ValueError as error:
        raise Unfit(cell.number, str(error)) from None
    return cell._replace(node=node)


def clear(cell: Cell) -> NotebookNode:
    """Return a cell without what is marked in it."""
    node = copy.deepcopy(cell.node)
    if cell.kind == "blank":
        node.source = blanks.clear(node.source, stubs.BLANK)
    return node


def assemble(
    executed: NotebookNode, nodes: list[NotebookNode]
) -> NotebookNode:
    """Return a notebook of some cells, for the kernel of the page."""
    kept = ("kernelspec", "language_info")
    metadata = {key: executed.metadata[key] for key in kept}
    notebook = new_notebook(cells=copy.deepcopy(nodes), metadata=metadata)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook


class Files(nodes.inline):
    """The place of the links to a file, until a page is written."""


class Offer(SphinxRole):
    """Offer a notebook of the lab, by its name, to take and to open."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the place of the links."""
        if self.text not in (*RUN, *FOR_GRADERS):
            known = ", ".join((*RUN, *FOR_GRADERS))
            message = f"the lab has no {self.text}, but {known}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [Files(name=self.text)], []


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put links in their places: to the file, and to where it runs."""
    for place in list(doctree.findall(Files)):
        name = place["name"]
        here = relative_uri(
            app.builder.get_target_uri(page), f"{PLACE}/{name}"
        )
        links = [link(name, here, " download")]
        if name in RUN:
            links += launch_links(
                state.get_build(app), name.removesuffix(".ipynb")
            )
        place.replace_self(nodes.raw("", ", ".join(links), format="html"))


def launch_links(build: state.Build, name: str) -> list[str]:
    """Return links to where a notebook of the lab runs, where it can."""
    entries = launch.links(build.repository, f"lab/{name}")
    return [link(text, address) for text, address, _ in entries]


def link(text: str, address: str, also: str = "") -> str:
    """Return a link in HTML."""
    kind = "external" if ":" in address else "internal"
    return (
        f'<a class="reference {kind}" href="{escape(address)}"{also}>'
        f"{text}</a>"
    )
