"""Make handouts of the lab: notebooks in which parts are left to students.

All are made of the solution, a notebook in which each code cell has a tag. A
``given`` cell stays as it is, and so do the ``settings``. A ``blank`` is left
to the student, and the next ``check`` tests the answer.
"""

import copy
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from symtable import symtable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework import blanks, lab, standalone, stubs

LEVELS = {  # from little to much to do, and how a handout explains itself
    "worked": "All of the code is there. Explain it, then break it.",
    "ordered": "The lines are there as comments, in the wrong order, with two "
    "wrong ones among them. Write where it says `# type your code here`.",
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
PREDICTION, ANSWER = "*My prediction:*", "*My answer:*"
HEADING = re.compile("^#.*", re.M)
EXPLAIN = """\
**Explain.** {}

**Break it.** Change one line of the code below to make its check fail, and
explain the feedback. Then undo the change."""


def setup_cell(addresses: Mapping[str, str]) -> NotebookNode:
    """Return the first cell, which carries the checks.

    ``addresses`` are those of the pages, by title, for feedback to name.
    """
    checks = b64encode(standalone.pack(addresses)).decode()
    facts = {"PACKAGES": REQUIREMENTS, "CHECKS": checks}
    code = standalone.program("first_cell", facts).strip()
    return new_code_cell(code, metadata={"tags": ["given"], **lab.FOLDED})


def make(
    solution: NotebookNode,
    asked: Collection[str] = (),
    level: str = "steps",
    is_marked: bool = False,
) -> NotebookNode:
    """Return the handout that leaves parts to students, or all of them.

    If only some parts are asked for, it ends after the last of them. What
    these need is given, and the rest is left out. If it is marked, their
    solution stays, between marks. Raises ValueError if there is no such part.
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
        is_asked = not asked or name in asked
        if kind == "given":
            given += re.findall(r"^def (\w+)", code, re.M)
        if kind == lab.BLANK and (level == "worked" or not is_asked):
            cell.metadata.tags = ["given"]
            if is_asked and (question := lab.parts()[name].explain):
                texts = EXPLAIN.format(question), ANSWER
                made += map(new_markdown_cell, texts)
        elif kind == lab.BLANK and level == "ordered":
            wrong = lab.parts()[name].wrong
            code = blanks.mark_in_disorder(code, wrong, name)
        elif kind == lab.BLANK:
            code = blanks.mark(code, given, by_steps=level == "steps")
        elif kind == "check" and lab.parts()[name].points:
            cell.metadata.otter = {"tests": [name]}
        elif cell.cell_type == "markdown" and level == "worked":
            code = without(code, TASK)
        if not is_marked:
            code = blanks.MARKED.sub(blanks.BLANK, code)
        cell.source = code
        made.append(cell)
        if cell.cell_type == "markdown" and code.startswith("# "):  # title
            rest = " What these parts need is given." if asked else ""
            made.append(new_markdown_cell(f"*{LEVELS[level]}{rest}*"))
        if PREDICT in code:
            made.append(new_markdown_cell(PREDICTION))
    return assemble(made, solution.metadata)


def only_needed(
    cells: Iterable[NotebookNode], asked: Collection[str]
) -> list[NotebookNode]:
    """Return the cells that parts need, with prose that fits.

    Of the remaining parts, those that later cells use are given, without
    check, task and question, and of all others only the heading stays.
    """
    needed: list[NotebookNode] = []
    used = {name for part in asked for name in lab.parts()[part].needs}
    is_given = is_left_out = False  # the code below
    for cell in reversed([*cells]):
        name, text = cell.metadata.get("part", ""), cell.source
        is_code = cell.cell_type == "code"
        if not needed and name not in asked:
            continue  # below the last of the parts
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
