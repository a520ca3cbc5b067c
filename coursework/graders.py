"""Make what nbgrader and Otter need to mark a handout of the lab.

Both load the checks from a file that comes from the teacher, and not those
that a notebook may have changed. They run beside the student's code, though,
which can forge every mark by a change to Python itself.
"""

import json
from collections.abc import Collection
from hashlib import sha256

import nbformat
from nbformat import NotebookNode

from coursework import handout, lab, standalone
from coursework.standalone import program

KIT = "checks.zip"
SEED = 3  # the students' own checks draw different numbers
NUM_EPOCHS = 2  # of each run
HIDDEN, SHOWN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
# Otter puts this assignment in front of each cell.
OTTER_CONFIG = {
    "seed": NUM_EPOCHS,
    "seed_variable": "import marking; num_epochs",
}


def files(
    solution: NotebookNode, asked: Collection[str] = (), level: str = "steps"
) -> dict[str, bytes]:
    """Return what marks a handout, by file name.

    The zip for nbgrader is to be unpacked in the folder of the course. The
    settings get none of its metadata, so that a student may change them.
    """
    kit = standalone.pack()
    digest = sha256(kit).hexdigest()
    packages = "\n".join([*handout.REQUIREMENTS.values(), ""])
    otter: dict[str, str | bytes] = {
        KIT: kit,
        "requirements.txt": packages,
        "marking.py": program("marking"),
        "otter_config.json": json.dumps(OTTER_CONFIG),
    }
    marked = handout.make(solution, asked, level, is_marked=True)
    for index, cell in enumerate(marked.cells):
        kind = cell.metadata.get("tags", [""])[0]
        part = cell.metadata.get("otter", {}).get("tests", [""])[0]
        if part:
            points = lab.parts()[part].points
            facts = {"POINTS": points, "SEED": SEED, "DIGEST": digest}
            test = program("otter_test", {"name": part, **facts})
            otter[f"tests/{part}.py"] = test
            code = program("nbgrader_cell", {"EPOCHS": NUM_EPOCHS, **facts})
            cell.source = f"{HIDDEN}\n{code}{SHOWN}\n{cell.source}"
            add_metadata(cell, part, grade=True, points=sum(points.values()))
        elif kind in ("given", lab.BLANK, "check"):
            is_blank = kind == lab.BLANK
            add_metadata(cell, f"{kind}-{index}", solution=is_blank)
    nbgrader = {
        "nbgrader_config.py": program("nbgrader_config"),
        "source/lab/lab.ipynb": nbformat.writes(marked),
        f"source/lab/{KIT}": kit,
    }
    return {
        "nbgrader.zip": standalone.zipped(nbgrader),
        "otter.zip": standalone.zipped(otter),
    }


def add_metadata(
    node: NotebookNode, grade_id: str, solution: bool = False, **facts: int
) -> None:
    """Add nbgrader's metadata to a cell, locked if it is no solution."""
    node.metadata.nbgrader = {
        "schema_version": 3, "cell_type": "code", "grade_id": grade_id,
        "solution": solution, "locked": not solution, "grade": False,
        "task": False, **facts,
    }  # fmt: skip
