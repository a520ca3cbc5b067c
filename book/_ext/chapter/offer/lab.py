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
import json
import re
import runpy
import symtable
import tomllib
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from chapter import hooks, state
from chapter.check import strictness
from chapter.execute import outputs
from chapter.offer import blanks, launch, notebooks, offline, stubs
from chapter.page import traces
from chapter.page.markup import one, parse
from chapter.print.typeface import is_newer

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
CHECK = re.compile(r'charrnn\.check\("(\w+)"')
logger = logging.getLogger(__name__)

# What a handout needs beside its kit, by modules.
NEEDED = {
    "torch": "torch",
    "tqdm": "tqdm",
    "matplotlib": "matplotlib",
    "word_text_counter": "word-text-counter==0.3.0",
}

# The first cell. In the kit is a small package that checks, and solves
# nothing. A zip is enough for Python to import from.
SET_UP = """\
# Set up: what the cells below need, if it is not here.
import importlib.util
import subprocess
import sys

if importlib.util.find_spec("charrnn") is None:
    import base64
    import tempfile
    from pathlib import Path

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
    kit = Path(tempfile.mkdtemp(), "charrnn.zip")
    kit.write_bytes(base64.b64decode("{kit}"))
    sys.path.append(str(kit))
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
name = "{name}"
points = {points}


@test_case()
def test_check(env):
    exec({code!r}, env)
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
    """Write the files of the lab if its page or the rubric is newer."""
    if PAGE not in outputs.notebooks(app):
        return
    folder = Path(app.outdir, PLACE)
    made_of = (Path(app.outdir, f"{PAGE}.html"), rubric(app))
    files = [folder / name for name in (*RUN, *FOR_GRADERS)]
    if all(is_newer(file, source) for file in files for source in made_of):
        return
    try:
        made = make(app)
    except Unfit as error:
        line = strictness.code_cells(app, PAGE)[error.number - 1]
        logger.warning("%s", error, location=(PAGE, line))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in made.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    config = NBGRADER.format(stub=stubs.BLANK)
    (folder / "nbgrader_config.py").write_text(config, "utf-8")
    with zipfile.ZipFile(folder / "otter.zip", "w") as archive:
        for name, text in for_otter(made["solution"]).items():
            archive.writestr(offline.entry(name), text)


def rubric(app: Sphinx) -> Path:
    """Return the file that has the points of each check."""
    return Path(app.srcdir, "charrnn", "grade", "rubric.toml")


def make(app: Sphinx) -> dict[str, NotebookNode]:
    """Return the notebooks of the lab by their names."""
    executed = nbformat.read(hooks.executed(app, PAGE), as_version=4)
    cells = [*read(app, executed)]
    points = tomllib.loads(rubric(app).read_text("utf-8"))
    describe([cell for cell in cells if cell.kind], points)
    find_undefined(cells)
    given = [n for c in cells if c.kind == "given" for n in functions_in(c)]
    made = {"solution": assemble(executed, [cell.node for cell in cells])}
    for suffix, by_steps in (("", True), ("-whole", False)):
        marked = [mark(cell, given, by_steps=by_steps) for cell in cells]
        source = assemble(executed, marked)
        made[f"nbgrader{suffix}"] = source
        made[f"handout{suffix}"] = without_solutions(source)
    return made


def for_otter(solution: NotebookNode) -> dict[str, str]:
    """Return the checks as tests for Otter, and what they need, by place."""
    files = {"requirements.txt": "\n".join([*NEEDED.values(), ""])}
    for cell in solution.cells:
        if "check" in cell.metadata.get("tags", []):
            facts = cell.metadata.nbgrader
            name = facts.grade_id.removeprefix("check-")
            files[f"tests/{name}.py"] = OTTER.format(
                name=name, points=facts.points, code=cell.source
            )
    return files


def read(app: Sphinx, executed: NotebookNode) -> Iterator[Cell]:
    """Return the cells of the lab, the first of which sets it up."""
    html = Path(app.outdir, f"{PAGE}.html").read_text("utf-8")
    article = one(parse(html), "article")
    for part in article.select(".page-only, .times"):
        part.decompose()
    images = Path(app.outdir, "_images")
    first, *texts = notebooks.prose(article)
    modules = imported(executed, Path(app.srcdir, "charrnn"))
    yield Cell(0, "given", set_up(Path(app.srcdir)))
    yield Cell(0, "", notebooks.text_cell(first, images))
    shown = notebooks.shown(executed)
    for (number, cell), text in zip(shown, texts, strict=True):
        kind = kind_of(number, cell)
        if kind != "page-only":
            try:
                code = source_of(cell.source, modules)
            except LookupError as error:
                raise Unfit(number, str(error)) from None
            node = new_code_cell(traces.number_equations(app, code))
            node.metadata.tags = [kind]
            yield Cell(number, kind, node)
        if text:
            yield Cell(0, "", notebooks.text_cell(text, images))


def set_up(root: Path) -> NotebookNode:
    """Return the first cell, with the kit of the package."""
    pack = runpy.run_path(str(root / "charrnn" / "kit.py"))["pack"]
    code = SET_UP.format(
        needed=json.dumps(NEEDED), kit=b64encode(pack()).decode()
    )
    return new_code_cell(code.rstrip(), metadata={"tags": ["given"]})


def kind_of(number: int, cell: NotebookNode) -> str:
    """Return what becomes of a cell of the page."""
    kinds = KINDS.intersection(cell.metadata.get("tags", []))
    if len(kinds) != 1:
        raise Unfit(number, f"give it one of the tags {sorted(KINDS)}")
    return kinds.pop()


def imported(executed: NotebookNode, package: Path) -> dict[str, Path]:
    """Return the names that the cells import from the package, and whence."""
    codes = [c.source for c in executed.cells if c.cell_type == "code"]
    return {
        alias.name: package / f"{node.module.partition('.')[2]}.py"
        for node in ast.walk(ast.parse("\n".join(codes)))
        if isinstance(node, ast.ImportFrom)
        if node.module and node.module.startswith("charrnn.")
        for alias in node.names
    }


def source_of(code: str, modules: dict[str, Path]) -> str:
    """Return the code of a cell, or the source that it shows.

    Raises LookupError if the package does not have what is shown.
    """
    match ast.parse(code).body[-1]:
        case ast.Expr(ast.Call(ast.Name("Source"), shown)):
            names = map(ast.unparse, shown)
            parts = groupby(names, lambda name: name.rpartition(".")[0])
            return "\n\n\n".join(
                source
                for owner, found in parts
                for source in definitions(owner, [*found], modules)
            )
    return code


def definitions(
    owner: str, names: list[str], modules: dict[str, Path]
) -> Iterator[str]:
    """Return the source of functions, or of a class with some methods."""
    for name in [owner] if owner else names:
        if name not in modules:
            raise LookupError(f"{name} is imported from no module")
        source = modules[name].read_text("utf-8")
        node = find(name, ast.parse(source).body)
        if isinstance(node, ast.ClassDef):
            found = [find(n.rpartition(".")[2], node.body) for n in names]
            methods = [lines_of(source, method, method) for method in found]
            docstring = lines_of(source, node, node.body[0])
            yield "\n\n".join([docstring, *methods])
        else:
            yield lines_of(source, node, node)


def find(name: str, body: list[ast.stmt]) -> ast.stmt:
    """Return the definition of a name among statements."""
    for node in body:
        if getattr(node, "name", None) == name:
            return node
    raise LookupError(f"the package defines no {name}")


def lines_of(source: str, first: ast.stmt, last: ast.stmt) -> str:
    """Return the lines of a source from a definition to a statement."""
    lines = source.splitlines()
    return "\n".join(lines[blanks.first_line(first) - 1 : last.end_lineno])


def describe(codes: list[Cell], points: dict[str, dict[str, float]]) -> None:
    """Say of each code cell what it is to nbgrader, and fold what is given.

    A blank has the name of the check that follows, and a check the points
    that its properties have in the rubric. The settings are nothing to
    nbgrader, so that a student may change them.
    """
    followers = [*codes[1:], codes[-1]]
    pairs = zip(codes, followers, strict=True)
    for count, (cell, after) in enumerate(pairs):
        kind, metadata = cell.kind, cell.node.metadata
        name = f"given-{count}"
        if kind == "given":
            metadata.jupyter = {"source_hidden": True}
            metadata.cellView = "form"  # which says the same to Colab
        elif kind == "blank":
            name = name_of(after)
        elif kind == "check":
            name = f"check-{name_of(cell)}"
        if kind != "settings":
            metadata.nbgrader = {
                "schema_version": 3, "cell_type": "code", "grade_id": name,
                "solution": kind == "blank", "locked": kind != "blank",
                "grade": kind == "check", "task": False,
            }  # fmt: skip
        if kind == "check":
            properties = points.get(name_of(cell), {})
            metadata.nbgrader.points = sum(properties.values())


def name_of(check: Cell) -> str:
    """Return the name of a check, given its cell."""
    found = CHECK.match(check.node.source)
    if found is None:
        raise Unfit(check.number, "a check is expected here, or below")
    return found[1]


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
        if missing := used(table) - known:
            raise Unfit(number, f"no cell gives {', '.join(sorted(missing))}")


def used(table: symtable.SymbolTable) -> set[str]:
    """Return the global names that code uses, also within functions."""
    is_top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_top or symbol.is_global())
    }
    return found.union(*map(used, table.get_children()))


def functions_in(cell: Cell) -> list[str]:
    """Return the names of the functions that a cell defines."""
    body = ast.parse(cell.node.source).body
    return [node.name for node in blanks.functions(body)]


def mark(cell: Cell, given: list[str], *, by_steps: bool) -> NotebookNode:
    """Return a cell in which nbgrader finds what it is to take out.

    A cell without functions is taken out as a whole.
    """
    node = copy.deepcopy(cell.node)
    if cell.kind == "blank":
        try:
            node.source = blanks.mark(node.source, given, by_steps=by_steps)
        except ValueError as error:
            raise Unfit(cell.number, str(error)) from None
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


def without_solutions(source: NotebookNode) -> NotebookNode:
    """Return what nbgrader makes of a source for students."""
    # It takes a second to import.
    from nbgrader import preprocessors as nbgrader

    steps = [
        nbgrader.LockCells(),
        nbgrader.ClearSolutions(code_stub={"python": stubs.BLANK}),
        nbgrader.ComputeChecksums(),
        nbgrader.CheckCellMetadata(),
    ]
    notebook = copy.deepcopy(source)
    for step in steps:
        notebook, _ = step.preprocess(notebook, {})
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
            links += launch_links(state.of(app), name.removesuffix(".ipynb"))
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
