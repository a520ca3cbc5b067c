"""Handouts and solution, as the site offers them: blank, whole, and marked."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize
from io import StringIO
from pathlib import Path
from sysconfig import get_path

import nbformat
import pytest
from chapter.offer import lab
from chapter.offer.stubs import BLANK
from nbgrader import preprocessors
from shared.site import SITE

from charrnn import checks

pytestmark = pytest.mark.usefixtures("built")
HANDOUTS = ("handout", "handout-whole")
every_handout = pytest.mark.parametrize("name", HANDOUTS)


def read(name):
    return nbformat.read(SITE / lab.PLACE / f"{name}.ipynb", as_version=4)


def code_cells(name, kind=None):
    """Return the code cells of a file, those of one kind if it is named."""
    cells = [c for c in read(name).cells if c.cell_type == "code"]
    return [c for c in cells if kind is None or kind in c.metadata.tags]


def blank_cells(name):
    """Return pairs of a cell of the solution, and what the student has."""
    pairs = zip(code_cells("solution"), code_cells(name), strict=True)
    return [
        (ours, left) for ours, left in pairs if "blank" in left.metadata.tags
    ]


def functions(code):
    """Return the functions and methods of a cell, by name."""
    nodes = ast.walk(ast.parse(code))
    return {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}


def stands(statement):
    """Return whether a statement may stand: a docstring, a guard, or dots."""
    match statement:
        case ast.Expr(ast.Constant()):
            return True
        case ast.Expr(ast.Call(ast.Name(name))):
            return name.startswith("check_")
    return False


def few_epochs(name):
    """Return a file of the lab whose trainings take seconds."""
    notebook = read(name)
    for cell in notebook.cells:
        if "settings" in cell.metadata.get("tags", []):
            assert "num_epochs, lr = 500, 1" in cell.source
            cell.source = cell.source.replace("500", "2")
    return notebook


# What is blank


@every_handout
def test_a_handout_has_no_statement_of_the_solution(name):
    for ours, left in blank_cells(name):
        kept = functions(left.source)
        assert kept or left.source == BLANK
        assert left.source.count(BLANK) >= max(1, len(kept))
        lines = {line.strip() for line in left.source.splitlines()}
        for statement in ast.walk(ast.parse(ours.source)):
            inner = getattr(statement, "body", None)
            if isinstance(statement, ast.stmt) and inner is None:
                (first, *_) = ast.get_source_segment(
                    ours.source, statement
                ).splitlines()
                assert stands(statement) or first not in lines


@every_handout
def test_signatures_docstrings_and_comments_on_shapes_stand(name):
    for ours, left in blank_cells(name):
        theirs = functions(left.source)
        for function, node in functions(ours.source).items():
            if function in theirs:  # and not within another
                other = theirs[function]
                assert ast.unparse(node.args) == ast.unparse(other.args)
                assert ast.get_docstring(node) == ast.get_docstring(other)
        tokens = tokenize.generate_tokens(StringIO(ours.source).readline)
        shapes = [t.string[2:] for t in tokens if t.string.startswith("# (")]
        for shape in shapes if functions(ours.source) else []:
            assert shape in left.source
    (ours, left) = blank_cells(name)[6]
    assert "def rnn(" in left.source
    assert re.search(r"# H: \(\d+\.\d+\), \(batch, h\)\n", left.source)


def test_loops_stand_step_by_step():
    heads = ("for X in inputs:", "with torch.inference_mode():")
    steps, whole = (
        "\n".join(cell.source for cell in code_cells(name, "blank"))
        for name in HANDOUTS
    )
    for head in heads:
        assert head in steps and head not in whole


def test_the_solution_is_the_source_of_the_package():
    package = "".join(
        path.read_text("utf-8")
        for path in Path(checks.__file__).parents[1].glob("*.py")
    )
    for cell in code_cells("solution", "blank"):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.FunctionDef):
                source = ast.get_source_segment(cell.source, node)
                numbered = re.sub(r"\(\d+\.\d+\)", "(eq)", source)
                assert numbered in re.sub(r"\(eq-[a-z-]+\)", "(eq)", package)


@pytest.mark.parametrize("name", [Path(n).stem for n in lab.RUN])
def test_a_file_is_a_notebook_without_outputs_or_links_into_the_site(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert [c.id for c in notebook.cells] == [
        f"cell-{i}" for i in range(len(notebook.cells))
    ]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        else:
            links = re.findall(r"\]\(([^)]+)\)", cell.source)
            assert all(link.startswith("https://") for link in links)
    names = [c.metadata.nbgrader.grade_id for c in code_cells(name, "check")]
    assert names == [f"check-{check}" for check in checks.CHECKS]


# It runs, also where the chapter is not

ALONE = """
import importlib.util, json, sys
sys.path.append(sys.argv[1])
assert importlib.util.find_spec("charrnn") is None
names, failed = {"__name__": "__main__"}, {}
for name, code in json.load(sys.stdin):
    try:
        exec(compile(code, name, "exec"), names)
    except Exception as error:
        failed[name] = f"{type(error).__name__}: {error}"
print(json.dumps([names["charrnn"].__file__, failed]))
"""


def run_alone(notebook):
    """Run a notebook by a Python without the chapter; return what failed.

    Without ``site``, Python reads no editable installation.
    """
    codes = [
        (cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, get_path("purelib")],
        input=json.dumps(codes), capture_output=True, encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    file, failed = json.loads(result.stdout.splitlines()[-1])
    assert "charrnn.zip" in file
    return failed


def test_the_solution_runs_without_the_chapter_and_passes_all_checks():
    assert run_alone(few_epochs("solution")) == {}


@every_handout
def test_a_handout_runs_without_the_chapter_and_fails_all_checks(name):
    failed = run_alone(read(name))
    checked = {n: s for n, s in failed.items() if n.startswith("check-")}
    assert set(checked) == {f"check-{check}" for check in checks.CHECKS}
    assert set(failed) == set(checked)
    for said in checked.values():
        assert said.startswith(("Unsolved: ", "NameError: ")), said


def test_what_is_missing_is_installed():
    """The first cell asks pip, here in a Python that has nothing."""
    first, *_ = code_cells("handout")
    code = (
        "import subprocess\n"
        "subprocess.run = lambda command, check: print(*command[1:])\n"
        f"{first.source}\n"
        "from importlib.util import find_spec\n"
        "print(find_spec('charrnn').origin)"
    )
    printed = subprocess.check_output(
        [sys.executable, "-I", "-S", "-c", code], encoding="utf-8"
    ).splitlines()
    needed = "torch tqdm matplotlib word-text-counter==0.3.0"
    assert printed[0] == f"installing {needed}"
    assert printed[1] == f"-m pip install --quiet {needed}"
    assert "charrnn.zip" in printed[2]


# It is marked


@pytest.fixture(scope="module")
def course(built, tmp_path_factory):
    """Return a folder for graders, and how a program of theirs is run."""
    folder = tmp_path_factory.mktemp("course")
    scripts = get_path("scripts")
    path = os.pathsep.join([scripts, os.environ["PATH"]])
    env = os.environ | {
        "HOME": str(folder), "OMP_NUM_THREADS": "1", "PATH": path,
        "PYTHONPATH": str(Path(checks.__file__).parents[2]),
    }  # fmt: skip

    def run(program, *arguments):
        result = subprocess.run(
            [Path(scripts, program), *arguments], cwd=folder, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout[-3000:]
        return result.stdout

    return folder, run


def put(notebook, place):
    place.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, place)


@every_handout
def test_nbgrader_finds_a_handout_in_order(name):
    notebook = read(name)
    before = [
        dict(cell.metadata.get("nbgrader", {})) for cell in notebook.cells
    ]
    for step in (
        preprocessors.CheckCellMetadata(),
        preprocessors.ComputeChecksums(),
    ):
        notebook, _ = step.preprocess(notebook, {})
    after = [
        dict(cell.metadata.get("nbgrader", {})) for cell in notebook.cells
    ]
    assert before == after and any(after)


@every_handout
def test_nbgrader_makes_the_handout_of_its_source(name, course):
    folder, run = course
    kind = name.partition("-")[2]
    assignment = kind or "steps"
    source = few_epochs(f"nbgrader{kind and '-'}{kind}")
    put(source, folder / "source" / assignment / "lab.ipynb")
    shutil.copy(SITE / lab.PLACE / "nbgrader_config.py", folder)
    run("nbgrader", "generate_assignment", assignment)
    made = nbformat.read(folder / "release" / assignment / "lab.ipynb", 4)
    ours = few_epochs(name)
    for theirs, cell in zip(made.cells, ours.cells, strict=True):
        assert theirs.source == cell.source
        assert theirs.metadata == cell.metadata


def test_nbgrader_gives_the_solution_full_marks_and_the_handout_none(course):
    folder, run = course
    put(few_epochs("nbgrader"), folder / "source/lab/lab.ipynb")
    for student, name in (("full", "solution"), ("empty", "handout")):
        put(few_epochs(name), folder / f"submitted/{student}/lab/lab.ipynb")
    said = run("nbgrader", "validate", "submitted/full/lab/lab.ipynb")
    assert "Success! Your notebook passes all the tests." in said
    said = run(
        "nbgrader", "validate", "--invert", "submitted/empty/lab/lab.ipynb"
    )
    assert "Success! The notebook does not pass any tests." in said
    run("nbgrader", "generate_assignment", "lab")
    run("nbgrader", "autograde", "lab")
    run("nbgrader", "export")
    table = (folder / "grades.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in table]
    scores = {row[3]: (row[7], row[10]) for row in rows if row[0] == "lab"}
    (full, best) = scores["full"]
    assert float(full) == float(best) > len(checks.CHECKS)
    assert float(scores["empty"][0]) == 0


def test_otter_gives_the_solution_full_marks_and_the_handout_none(course):
    folder, run = course
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e",
         SITE / lab.PLACE / "otter.zip", folder / "otter"], check=True,
    )  # fmt: skip
    run(
        "otter", "generate", "-t", "otter/tests",
        "-r", "otter/requirements.txt", "-o", "otter.zip",
    )  # fmt: skip
    shares = {}
    for name in ("solution", "handout"):
        put(few_epochs(name), folder / f"{name}.ipynb")
        (folder / name).mkdir()
        run("otter", "run", "-a", "otter.zip", "-o", name, f"{name}.ipynb")
        results = json.loads((folder / name / "results.json").read_text())
        tests = {t["name"]: t for t in results["tests"] if "score" in t}
        assert set(tests) == set(checks.CHECKS)
        got = sum(test["score"] for test in tests.values())
        shares[name] = got / sum(t["max_score"] for t in tests.values())
    assert shares == {"solution": 1, "handout": 0}
