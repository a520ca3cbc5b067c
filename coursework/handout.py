"""Make handouts of the lab: notebooks in which parts are left to students.

All are made of the solution, a notebook in which each code cell has a tag. A
``given`` cell stays as it is, and so do the ``settings``. A ``blank`` is left
to the student, and the next ``check`` tests the answer and names the part. On
the page of the lab, from which the build makes the solution, there are
``page-only`` cells as well.
"""

import copy
import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework import blanks, standalone

KINDS = {"given", "settings", "blank", "check", "page-only"}
LEVELS = {  # from little to much to do, and how a handout explains itself
    "worked": "All of the code is there. Explain it, then break it.",
    "ordered": "The lines are there as comments, in the wrong order, with two "
    "wrong ones among them. Write where it says `# type your code here`.",
    "steps": "The loops are there. Write where it says `# type your code "
    "here`, also in place of `...`.",
    "whole": "Write each function where it says `# type your code here`.",
}
CHECK = re.compile(r'check\("(\w+)".*\)')  # the code of a check cell
REQUIREMENTS = {  # of a handout, by the module that each of them provides
    "torch": "torch",
    "tqdm": "tqdm",
    "matplotlib": "matplotlib",
    "word_text_counter": "word-text-counter==0.3.0",
}
SETUP = """\
# Set up: install the packages that are missing, and unpack the checks.
import base64, importlib, io, subprocess, sys, tempfile, zipfile
from importlib.util import find_spec

packages = {packages}
missing = [name for module, name in packages.items() if not find_spec(module)]
if missing:
    print("installing", *missing)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *missing], check=True)
    importlib.invalidate_caches()

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)  # these checks, and no others
data = base64.b64decode("{checks}")  # a zip file, written as text
zipfile.ZipFile(io.BytesIO(data)).extractall(folder)"""
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
PREDICT = "**Predict.**"  # begins a question of the prose
PREDICTION, ANSWER = "*My prediction:*", "*My answer:*"
EXPLAIN = """\
**Explain.** {}

**Break it.** Change one line of the code below to make its check fail, and
explain the feedback. Then undo the change."""


class CellError(Exception):
    """Raised with the number of a cell that cannot be part of the lab."""


def read(shown: list[tuple[int, NotebookNode]]) -> dict[int, NotebookNode]:
    """Return the cells of the solution by the numbers of the page's cells.

    A blank has the name of its part, which is that of the next check, and
    what levels need, in its metadata. Raises CellError if a cell does not
    fit in.
    """
    from coursework.checks import CHECKS  # imports PyTorch

    made, part = {}, ""
    for number, cell in reversed(shown):
        tags = KINDS.intersection(cell.metadata.get("tags", []))
        if len(tags) != 1:
            raise CellError(number, f"give it one of the tags {sorted(KINDS)}")
        node = new_code_cell(cell.source, metadata={"tags": [*tags]})
        if tags == {"given"}:
            node.metadata |= FOLDED
        if tags == {"check"}:
            found = CHECK.fullmatch(cell.source)
            if found is None:
                raise CellError(number, "a check is expected here")
            part = found[1]
            if any(each.points for each in CHECKS[part].values()):
                node.metadata.otter = {"tests": [part]}
        if tags == {"blank"}:
            facts = cell.metadata.get("lab", {})
            if not part or len(facts.get("wrong", [])) != 2:
                raise CellError(number, "give it two wrong lines, and a check")
            node.metadata.lab, part = {"part": part, **facts}, ""
        if tags != {"page-only"}:
            made[number] = node
    return made


def setup_cell() -> NotebookNode:
    """Return the first cell, which carries the checks."""
    packages = json.dumps(REQUIREMENTS, indent=4)
    checks = b64encode(standalone.pack()).decode()
    code = SETUP.format(packages=packages, checks=checks)
    return new_code_cell(code, metadata={"tags": ["given"], **FOLDED})


def make(
    solution: NotebookNode,
    parts: Collection[str] = (),
    level: str = "steps",
    is_marked: bool = False,
) -> NotebookNode:
    """Return the handout that leaves parts to students, or all of them.

    If it is marked, their solution stays, between marks. Raises ValueError
    if there is no such part.
    """
    cells = copy.deepcopy(solution.cells)
    known = [c.metadata.lab.part for c in cells if "lab" in c.metadata]
    for name in parts:
        if name not in known:
            raise ValueError(f"{name} is none of {', '.join(known)}")
    made: list[NotebookNode] = []
    given: list[str] = []
    for cell in cells:
        code, lab = cell.source, cell.metadata.pop("lab", {})
        is_asked = lab and lab["part"] in (parts or known)
        if "given" in cell.metadata.get("tags", []):
            given += re.findall(r"^def (\w+)", code, re.M)
        if lab and (level == "worked" or not is_asked):
            cell.metadata.tags = ["given"]
            if is_asked and "explain" in lab:
                question = EXPLAIN.format(lab["explain"])
                made += map(new_markdown_cell, (question, ANSWER))
        elif lab and level == "ordered":
            code = blanks.mark_in_disorder(code, lab["wrong"], lab["part"])
        elif lab:
            code = blanks.mark(code, given, by_steps=level == "steps")
        if not is_marked:
            code = blanks.MARKED.sub(blanks.BLANK, code)
        cell.source = code
        made.append(cell)
        if cell.cell_type == "markdown" and code.startswith("# "):  # title
            made.append(new_markdown_cell(f"*{LEVELS[level]}*"))
        if PREDICT in code:
            made.append(new_markdown_cell(PREDICTION))
    return assemble(made, solution.metadata)


def assemble(
    cells: Iterable[NotebookNode], metadata: NotebookNode
) -> NotebookNode:
    """Return a notebook of cells, for the kernel that the metadata name."""
    kept = {key: metadata[key] for key in ("kernelspec", "language_info")}
    notebook = new_notebook(cells=list(cells), metadata=kept)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook
