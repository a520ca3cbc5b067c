"""Make handouts of the lab: notebooks in which parts are left to students.

All are made of the solution, a notebook in which each code cell has a tag. A
``given`` cell stays as it is, and so do the ``settings``. A ``blank`` is left
to the student, and the next ``check`` tests the answer.
"""

import copy
import re
from collections.abc import Collection, Iterable
from symtable import symtable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework import blanks, lab, standalone, stubs
from coursework.kit import data
from coursework.kit.data import BLANK

LEVELS = {  # how a handout explains itself
    "steps": "The loops are there. Write where it says `# type your code "
    "here`, also in place of `...`.",
    "whole": "Write each function where it says `# type your code here`.",
}
REQUIREMENTS = {  # of a handout, by the module that each of them provides
    "torch": "torch",
    "tqdm": "tqdm",
    "matplotlib": "matplotlib",
    "word_text_counter": "word-text-counter==0.3.0",
}
# These begin a question, and what a student is to write.
PREDICT, TASK = "**Predict.**", "**Your turn.**"
PREDICTION = "*My prediction:*"
HEADING = re.compile("^#.*", re.M)


def setup_cell(place: str) -> NotebookNode:
    """Return the first cell, which fetches the checks from an address."""
    names = standalone.names()
    facts = {"PACKAGES": REQUIREMENTS, "SITE": place, "FILES": names}
    code = standalone.program("first_cell", facts).strip()
    return new_code_cell(code, metadata={"tags": ["given"], **lab.FOLDED})


def make(
    solution: NotebookNode,
    asked: Collection[str] = (),
    level: str = "steps",
    is_marked: bool = False,
) -> NotebookNode:
    """Return the handout that leaves parts to students, or all of them.

    If only some parts are asked for, the code of the others is given if later
    cells use it, or else left out. If it is marked, the solution stays,
    between marks. Raises ValueError if there is no such part.
    """
    cells = copy.deepcopy(solution.cells)
    known = [cell.metadata.get("part", "") for cell in cells]
    for name in asked:
        if name not in known:
            there_are = ", ".join(dict.fromkeys(filter(None, known)))
            raise ValueError(f"{name} is none of {there_are}")
    made: list[NotebookNode] = []
    given: list[str] = []
    for cell in only_needed(cells, asked) if asked else cells:
        code, name = cell.source, cell.metadata.pop("part", "")
        kind = cell.metadata.get("tags", [""])[0]
        if kind == BLANK and asked and name not in asked:
            kind, cell.metadata.tags = "given", ["given"]
        if kind == "given":
            given += re.findall(r"^def (\w+)", code, re.M)
        if kind == BLANK:
            code = blanks.mark(code, given, by_steps=level == "steps")
            code = code if is_marked else blanks.MARKED.sub(blanks.BLANK, code)
        if kind in ("given", BLANK, "check"):
            add_metadata(cell, kind, name or str(len(made)))
        cell.source = code
        made.append(cell)
        if cell.cell_type == "markdown" and code.startswith("# "):  # title
            rest = " What these parts need is given." if asked else ""
            made.append(new_markdown_cell(f"*{LEVELS[level]}{rest}*"))
        if PREDICT in code:
            made.append(new_markdown_cell(PREDICTION))
    return assemble(made, solution.metadata)


def add_metadata(cell: NotebookNode, kind: str, name: str) -> None:
    """Add what nbgrader and Otter read: a check has points.

    Nobody can change what is locked. The settings get nothing, because a
    student may change them.
    """
    graded = {}
    if kind == "check":
        points = sum(data.parts()[name].points.values())
        graded, cell.metadata.otter = {"points": points}, {"tests": [name]}
    grade_id = name if graded else f"{kind}-{name}"
    cell.metadata.nbgrader = {
        "schema_version": 3, "cell_type": "code", "grade_id": grade_id,
        "solution": kind == BLANK, "locked": kind != BLANK,
        "grade": bool(graded), "task": False, **graded,
    }  # fmt: skip


def only_needed(
    cells: Iterable[NotebookNode], asked: Collection[str]
) -> list[NotebookNode]:
    """Return the cells that parts need, with prose that fits.

    Of the remaining parts, those that later cells use are given, without
    check, task and question, and of all others only the heading stays.
    """
    needed: list[NotebookNode] = []
    used: set[str] = set()
    is_given = is_left_out = False  # the code below
    for cell in reversed([*cells]):
        name, text = cell.metadata.get("part", ""), cell.source
        is_code = cell.cell_type == "code"
        if is_code:
            table = symtable(text, "cell", "exec")
            is_given = bool(name) and name not in asked
            is_left_out = is_given and used.isdisjoint(stubs.assigned(table))
            used |= set() if is_left_out else stubs.used(table)
        elif is_left_out:
            is_section = needed[0].source.startswith("#")  # follows
            headings = [] if is_section else HEADING.findall(text)
            cell.source = "\n\n".join(headings)
        elif is_given:
            cell.source = without(text, TASK, PREDICT)
        if cell.source and not (is_code and is_left_out):
            needed.insert(0, cell)
    return needed


def without(text: str, *labels: str) -> str:
    """Return prose without the paragraphs that begin with a label."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(p for p in paragraphs if not p.startswith(labels))


def assemble(
    cells: Iterable[NotebookNode], metadata: NotebookNode
) -> NotebookNode:
    """Return a notebook of cells, for the kernel that the metadata name."""
    kept = {key: metadata[key] for key in ("kernelspec", "language_info")}
    notebook = new_notebook(cells=list(cells), metadata=kept)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook
