"""Make the notebooks of the lab: its solution, and handouts with blanks.

Each code cell has a tag that says what becomes of it. A ``given`` cell stays
as it is, and so do the ``settings``. A ``blank`` is left to the student, and
the ``check`` after it tests the answer. A ``page-only`` cell is left out.

A cell that calls ``Source`` becomes the source that it shows. The lab
therefore follows the package, or a CellError names the cell that no longer
fits.
"""

import ast
import builtins
import copy
import inspect
import json
import symtable
from base64 import b64encode
from importlib import import_module
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from coursework import blanks, standalone, stubs

KINDS = {"given", "settings", "blank", "check", "page-only"}
FORMS = {"": True, "-whole": False}  # by steps or not, by suffix of the name
REQUIREMENTS = {  # of a handout, by the module that each of them provides
    "torch": "torch",
    "tqdm": "tqdm",
    "matplotlib": "matplotlib",
    "word_text_counter": "word-text-counter==0.3.0",
}
SETUP = """\
# Set up: install the packages that are missing, and unpack the checks.
import base64
import importlib
import io
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec

packages = {packages}
missing = [name for module, name in packages.items() if not find_spec(module)]
if missing:
    print("installing", *missing)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *missing], check=True)
    importlib.invalidate_caches()

try:
    import coursework.checks
except ImportError:  # unpack them: they are a zip file, written as text
    folder = tempfile.mkdtemp()
    sys.path.insert(0, folder)
    sys.modules.pop("coursework", None)  # another one
    data = base64.b64decode("{checks}")
    zipfile.ZipFile(io.BytesIO(data)).extractall(folder)"""


Notebooks = dict[str, NotebookNode]  # by name


class CellError(Exception):
    """Raised if a code cell of the page does not fit the package."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"code cell {number}: {message}")
        self.number = number


class LabCell(NamedTuple):
    """A cell of the lab: prose, or code of the solution."""

    number: int  # of the code cell on the page, from 1; 0 if there is none
    kind: str  # empty for prose
    node: NotebookNode


def make(cells: list[LabCell], metadata: NotebookNode) -> Notebooks:
    """Return the solution and the handouts."""
    require_definitions(cells)
    made = {"solution": assemble([cell.node for cell in cells], metadata)}
    for suffix, by_steps in FORMS.items():
        marked = mark(cells, by_steps)
        for _, kind, node in marked:
            if kind == "blank":
                node.source = blanks.clear(node.source, stubs.BLANK)
        nodes = [cell.node for cell in marked]
        made[f"handout{suffix}"] = assemble(nodes, metadata)
    return made


def setup_cell() -> LabCell:
    """Return the first cell, which carries the checks."""
    code = SETUP.format(
        packages=json.dumps(REQUIREMENTS, indent=4),
        checks=b64encode(standalone.pack()).decode(),
    )
    return LabCell(0, "given", code_node(code, "given"))


def read_cell(
    number: int, cell: NotebookNode, names: dict[str, Any]
) -> LabCell:
    """Return a code cell of the page, with source in place of ``Source``.

    ``names`` are those that the page imports from the package.
    """
    kinds = KINDS.intersection(cell.metadata.get("tags", []))
    if len(kinds) != 1:
        raise CellError(number, f"give it one of the tags {sorted(KINDS)}")
    (kind,) = kinds
    code = source_of(cell.source, names)
    return LabCell(number, kind, code_node(code, kind))


def code_node(code: str, kind: str) -> NotebookNode:
    """Return a code cell. Jupyter and Colab fold it if it is given."""
    node = new_code_cell(code, metadata={"tags": [kind]})
    if kind == "given":
        node.metadata.jupyter = {"source_hidden": True}
        node.metadata.cellView = "form"
    return node


def imported_names(page: NotebookNode) -> dict[str, Any]:
    """Return what a page imports from modules of the package, by name."""
    codes = [c.source for c in page.cells if c.cell_type == "code"]
    return {
        alias.name: getattr(import_module(node.module), alias.name)
        for node in ast.walk(ast.parse("\n".join(codes)))
        if isinstance(node, ast.ImportFrom)
        if node.module and node.module.startswith("charrnn.")
        for alias in node.names
    }


def source_of(code: str, names: dict[str, Any]) -> str:
    """Return the code of a cell, or the source that it shows.

    Methods follow the name and the docstring of their class.
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


def require_definitions(cells: list[LabCell]) -> None:
    """Raise CellError if code uses a name that no cell defines."""
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
            names = ", ".join(sorted(missing))
            raise CellError(number, f"no cell gives {names}")


def mark(cells: list[LabCell], by_steps: bool) -> list[LabCell]:
    """Return cells in which the lines to be blanked are marked.

    Calls of the functions that are given stay in a handout by steps.
    """
    given = [
        function.name
        for cell in cells
        if cell.kind == "given"
        for function in blanks.functions(ast.parse(cell.node.source).body)
    ]
    marked = copy.deepcopy(cells)
    for number, kind, node in marked:
        if kind == "blank":
            try:
                node.source = blanks.mark(node.source, given, by_steps)
            except ValueError as error:
                raise CellError(number, str(error)) from None
    return marked


def assemble(
    nodes: list[NotebookNode], metadata: NotebookNode
) -> NotebookNode:
    """Return a notebook of cells, for the kernel that the metadata name."""
    kept = {key: metadata[key] for key in ("kernelspec", "language_info")}
    notebook = new_notebook(cells=copy.deepcopy(nodes), metadata=kept)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook
