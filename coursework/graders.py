"""Make the zips of a handout, and what nbgrader and Otter need to mark it.

Both load the checks from files that come from the teacher, and not from
modules that a notebook may have changed. They run beside the student's code,
though, which can forge every mark by a change to Python itself.
"""

import json
from collections.abc import Collection, Mapping

import nbformat
from nbformat import NotebookNode

from coursework import handout, standalone
from coursework.kit import data
from coursework.standalone import FOLDER, program

SEED = 3  # the students' own checks draw different numbers
NUM_EPOCHS = 2  # of each run
PREPARE = """\
### BEGIN HIDDEN TESTS
from runpy import run_path
run_path("checks")["prepare"](globals(), {}, seed={}, epochs={})
### END HIDDEN TESTS
"""
# Otter puts this assignment in front of each cell.
OTTER_CONFIG = {
    "seed": NUM_EPOCHS,
    "seed_variable": "import marking; num_epochs",
}


def files(
    solution: NotebookNode,
    checks: Mapping[str, str],
    name: str,
    asked: Collection[str] = (),
    level: str = "steps",
) -> dict[str, str | bytes]:
    """Return a handout, and zips of it and of what marks it, by file name.

    ``name`` is that of the handout, such as ``handout-90``. The zip for
    nbgrader is to be unpacked in the folder of the course.
    """
    made = nbformat.writes(handout.make(solution, asked, level))
    marked = handout.make(solution, asked, level, is_marked=True)
    beside = {f"{FOLDER}/{file}": text for file, text in checks.items()}
    otter = beside | {
        "requirements.txt": "\n".join([*handout.REQUIREMENTS.values(), ""]),
        "marking.py": program("marking"),
        "otter_config.json": json.dumps(OTTER_CONFIG),
    }
    for cell in marked.cells:
        for part in cell.metadata.get("otter", {}).get("tests", []):
            points = data.parts()[part].points
            facts = {"name": part, "POINTS": points, "SEED": SEED}
            otter[f"tests/{part}.py"] = program("otter_test", facts)
            cell.source = (
                PREPARE.format(points, SEED, NUM_EPOCHS) + cell.source
            )
    source = {f"{name}.ipynb": nbformat.writes(marked), **beside}
    nbgrader = {f"source/lab/{file}": text for file, text in source.items()}
    nbgrader["nbgrader_config.py"] = program("nbgrader_config")
    handed_out = {f"{name}.ipynb": made, **beside}
    every = map(standalone.zipped, (handed_out, nbgrader, otter))
    return {f"{name}.ipynb": made, **dict(zip(zips(name), every, strict=True))}


def zips(name: str) -> list[str]:
    """Return the zips of a handout: to hand out, for nbgrader, for Otter."""
    kinds = "handout", "nbgrader", "otter"
    return [f"{name.replace('handout', kind)}.zip" for kind in kinds]
