"""Make what nbgrader and Otter need to mark the lab.

Both have a test for each property of each check.
"""

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from coursework import handout, standalone, stubs
from coursework.handout import CellError, LabCell

CHECK = re.compile(r'check\("(\w+)".*\)')  # the code of a check cell

# The blanks look as in the handouts, and a training has time to end.
NBGRADER_CONFIG = f"""\
c = get_config()
c.ClearSolutions.code_stub = {{"python": "{stubs.BLANK}"}}
c.Execute.timeout = 600
"""

OTTER = """\
import os
import sys

from otter.test_files import test_case

# Use the checks of checks.zip instead of those that the notebook brought.
for module in list(sys.modules):
    if module.split(".")[0] == "coursework":
        del sys.modules[module]
sys.path.insert(0, os.path.abspath("checks.zip"))
from coursework.checks import check

OK_FORMAT = False
name = "{}"
points = None
"""
OTTER_CASE = """

@test_case(name="{0}", points={2})
def test_{0}(env):
    exec({1!r}, env | {{"check": check}})
"""


def nbgrader_sources(
    cells: list[LabCell], metadata: NotebookNode
) -> handout.Notebooks:
    """Return the sources of nbgrader's assignments."""
    names = check_names([cell for cell in cells if cell.kind])
    made = {}
    for suffix, by_steps in handout.FORMS.items():
        nodes = [*nbgrader_cells(handout.mark(cells, by_steps), names)]
        made[f"nbgrader{suffix}"] = handout.assemble(nodes, metadata)
    return made


def check_names(codes: list[LabCell]) -> dict[int, str]:
    """Return the checks of code cells, by the numbers of the cells.

    A blank has the check that follows it. Raises CellError without one.
    """
    names = {}
    for cell, after in zip(codes, [*codes[1:], codes[-1]], strict=True):
        if cell.kind in ("blank", "check"):
            check = cell if cell.kind == "check" else after
            found = CHECK.fullmatch(check.node.source)
            if found is None:
                message = "a check is expected here, or below"
                raise CellError(check.number, message)
            names[cell.number] = found[1]
    return names


def nbgrader_cells(
    cells: list[LabCell], names: dict[int, str]
) -> Iterator[NotebookNode]:
    """Return cells with nbgrader's metadata, and a test for each property.

    The settings get none, so that a student may change them.
    """
    for cell in cells:
        node, name = cell.node, names.get(cell.number, "")
        if cell.kind == "given":
            yield add_metadata(node, f"given-{cell.number}")
        elif cell.kind == "blank":
            yield add_metadata(node, name, solution=True, locked=False)
        elif cell.kind == "check":
            for key, code, points in property_tests(name, node.source):
                test = new_code_cell(f"{code};")  # shows no output
                grade_id = f"{name}-{key}"
                yield add_metadata(test, grade_id, grade=True, points=points)
        else:
            yield node


def add_metadata(
    node: NotebookNode, grade_id: str, **facts: bool | int
) -> NotebookNode:
    """Return a cell with nbgrader's metadata: locked, unless facts differ."""
    node.metadata.nbgrader = {
        "schema_version": 3, "cell_type": "code", "grade_id": grade_id,
        "solution": False, "locked": True, "grade": False, "task": False,
        **facts,
    }  # fmt: skip
    return node


def property_tests(name: str, code: str) -> Iterator[tuple[str, str, int]]:
    """Return the name, the code, and the points of each property's test."""
    from coursework.checks import CHECKS  # imports PyTorch

    for key, found in CHECKS[name].items():
        yield key, f'{code.removesuffix(")")}, only="{key}")', found.points


def otter_files(cells: list[LabCell]) -> dict[str, str | bytes]:
    """Return the contents of what Otter needs, by file names."""
    files: dict[str, str | bytes] = {
        "checks.zip": standalone.pack(),
        "requirements.txt": "\n".join([*handout.REQUIREMENTS.values(), ""]),
    }
    for cell in cells:
        if cell.kind == "check":
            code = cell.node.source
            name = check_names([cell])[cell.number]
            cases = [OTTER_CASE.format(*t) for t in property_tests(name, code)]
            files[f"tests/{name}.py"] = OTTER.format(name) + "".join(cases)
    return files
