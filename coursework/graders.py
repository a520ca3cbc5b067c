"""Make what nbgrader and Otter need to mark a handout of the lab.

Both have a test for each property that has points. A test loads the checks
from a file that comes from the teacher, and not those that a notebook may have
changed. It runs beside the student's code, though, which can forge every mark
by a change to Python itself.
"""

from collections.abc import Collection
from hashlib import sha256

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from coursework import blanks, handout, standalone

KIT = "checks.zip"
LOAD = f"""\
# Load the checks afresh, and see that nobody has changed them.
import hashlib, pathlib, runpy
digest = hashlib.sha256(pathlib.Path("{KIT}").read_bytes()).hexdigest()
assert digest == "{{digest}}"
check = runpy.run_path("{KIT}")["check"]
"""

# The blanks look as in the handouts, and a training has time to end.
NBGRADER_CONFIG = f"""\
c = get_config()
c.ClearSolutions.code_stub = {{"python": "{blanks.BLANK}"}}
c.Execute.timeout = 600
"""

OTTER = '''\
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = None
LOAD = """{load}"""
'''
OTTER_CASE = """

@test_case(name="{key}", points={points})
def test_{key}(env):
    exec(LOAD + {code!r}, {{**env}})
"""


def files(
    solution: NotebookNode, parts: Collection[str] = (), level: str = "steps"
) -> dict[str, bytes]:
    """Return what marks a handout, by file name.

    The zip for nbgrader is to be unpacked in the folder of the course. The
    settings get none of its metadata, so that a student may change them.
    """
    from coursework.checks import CHECKS  # imports PyTorch

    kit = standalone.pack()
    load = LOAD.format(digest=sha256(kit).hexdigest())
    packages = "\n".join([*handout.REQUIREMENTS.values(), ""])
    otter: dict[str, str | bytes] = {KIT: kit, "requirements.txt": packages}
    marked = handout.make(solution, parts, level, is_marked=True)
    cells = []
    for index, cell in enumerate(marked.cells):
        kind = cell.metadata.get("tags", [""])[0]
        if kind in ("given", "blank", "check"):
            add_metadata(cell, f"{kind}-{index}", solution=kind == "blank")
        name = cell.metadata.get("otter", {}).get("tests", [""])[0]
        if not name or (parts and name not in parts):
            cells.append(cell)
            continue
        text = OTTER.format(name=name, load=load)
        for key, found in CHECKS[name].items():
            if points := found.points:
                code = f'{cell.source[:-1]}, only="{key}")'
                text += OTTER_CASE.format(key=key, code=code, points=points)
                test = new_code_cell(f"{load}{code};")  # shows no output
                add_metadata(test, f"{name}-{key}", grade=True, points=points)
                cells.append(test)
        otter[f"tests/{name}.py"] = text
    lab = handout.assemble(cells, solution.metadata)
    nbgrader = {
        "nbgrader_config.py": NBGRADER_CONFIG,
        "source/lab/lab.ipynb": nbformat.writes(lab),
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
