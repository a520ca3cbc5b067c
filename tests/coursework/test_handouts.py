"""The files of the lab, made by a small book with the lab's own page.

The pages that the lab refers to have only what it refers to.
"""

import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from sysconfig import get_path

import nbformat
import pytest
from bs4 import BeautifulSoup
from chapter.export import handouts
from nbformat.v4 import new_code_cell
from shared.book import make_book, shorten_recipes
from shared.site import ROOT

from coursework.checks import CHECKS
from coursework.handout import REQUIREMENTS
from coursework.stubs import BLANK

EQUATIONS = {"model": "$$\nH\n$$ (eq-hidden)\n\n$$\nO\n$$ (eq-output)\n"}
HANDOUTS = ("handout", "handout-whole")
every_handout = pytest.mark.parametrize("name", HANDOUTS)
TESTS = {
    f"{check}-{name}": found.points
    for check, properties in CHECKS.items()
    for name, found in properties.items()
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Build a book with the lab."""
    book = make_book(tmp_path_factory.mktemp("lab") / "chapter")
    shorten_recipes(book)
    text = (ROOT / f"{handouts.PAGE}.md").read_text("utf-8")
    (book.root / f"{handouts.PAGE}.md").write_text(text, "utf-8")
    others = sorted(set(re.findall(r"\]\((\w+)\.md\)", text)))
    for name in others:
        page = book.root / "book" / f"{name}.md"
        page.write_text(f"# {name}\n\n{EQUATIONS.get(name, '')}", "utf-8")
    book.list_pages(handouts.PAGE, *(f"book/{name}" for name in others))
    book.build()
    return book


@pytest.fixture(scope="module")
def read(book):
    """Return a function that reads a notebook of the lab by name."""
    kept = shutil.copytree(book.site / handouts.PLACE, book.root / "kept")
    return lambda name: nbformat.read(kept / f"{name}.ipynb", as_version=4)


def code_cells(notebook, kind=""):
    """Return the code cells of a notebook, or those of one kind."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in cells if not kind or kind in c.metadata.tags]


def functions(code):
    """Return the functions and methods of a cell, by name."""
    nodes = ast.walk(ast.parse(code))
    return {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}


def test_the_page_links_to_each_file(book):
    page = BeautifulSoup(book.html(handouts.PAGE), "html.parser")
    for name in (*handouts.NOTEBOOKS, *handouts.FOR_GRADERS):
        assert page.select(f"a[download][href='../{handouts.PLACE}/{name}']")
        assert (book.site / handouts.PLACE / name).is_file()


# What is blank


def may_stay(statement):
    """Return whether a statement is a docstring or a given check."""
    match statement:
        case ast.Expr(ast.Constant()):
            return True
        case ast.Expr(ast.Call(ast.Name(name))):
            return name.startswith("check_")
    return False


@every_handout
def test_a_handout_has_signatures_and_no_statement_of_the_solution(name, read):
    solution = code_cells(read("solution"), "blank")
    handout = code_cells(read(name), "blank")
    for ours, left in zip(solution, handout, strict=True):
        kept, lines = functions(left.source), left.source.split("\n")
        assert kept or left.source == BLANK
        for function, node in functions(ours.source).items():
            if function in kept:  # and not within another
                other = kept[function]
                assert ast.unparse(node.args) == ast.unparse(other.args)
                assert ast.get_docstring(node) == ast.get_docstring(other)
        for statement in ast.walk(ast.parse(ours.source)):
            is_simple = not hasattr(statement, "body")
            if isinstance(statement, ast.stmt) and is_simple:
                first = ours.source.split("\n")[statement.lineno - 1]
                assert may_stay(statement) or first not in lines


@pytest.mark.parametrize("name", [Path(n).stem for n in handouts.NOTEBOOKS])
def test_a_notebook_has_no_outputs_and_no_links_into_the_site(name, read):
    notebook = read(name)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        else:
            links = re.findall(r"\]\(([^)]+)\)", cell.source)
            assert all(link.startswith("https://") for link in links)


# It runs where the chapter is not installed

ALONE = """
import importlib.util, json, sys
sys.path.append(sys.argv[1])
assert importlib.util.find_spec("coursework") is None
names, failed = {"__name__": "__main__"}, {}
for code in json.load(sys.stdin):
    try:
        exec(compile(code, "cell", "exec"), names)
    except Exception as error:
        failed[code] = f"{type(error).__name__}: {error}"
print(json.dumps([sys.modules["coursework.checks"].__file__, failed]))
"""


def run_alone(notebook):
    """Run a notebook without the chapter; return errors by code.

    Without ``site``, Python reads no editable installation.
    """
    codes = [cell.source for cell in code_cells(notebook)]
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, get_path("purelib")],
        input=json.dumps(codes), capture_output=True, encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    file, failed = json.loads(result.stdout.splitlines()[-1])
    assert str(ROOT) not in file
    return failed


def few_epochs(notebook):
    """Make the trainings of a notebook take seconds."""
    for cell in notebook.cells:
        cell.source = re.sub(r"(num_epochs, lr =) \d+", r"\1 2", cell.source)
    return notebook


@pytest.mark.parametrize("name", ["solution", "nbgrader"])
def test_the_solution_runs_without_the_chapter_and_passes(name, read):
    assert run_alone(few_epochs(read(name))) == {}


@every_handout
def test_a_handout_runs_without_the_chapter_and_fails_all_checks(name, read):
    failed = run_alone(read(name))
    checks = [cell.source for cell in code_cells(read(name), "check")]
    assert list(failed) == checks and len(checks) == len(CHECKS)
    for error in failed.values():
        assert error.startswith(("CheckFailed: ", "NameError: ")), error


def test_the_first_cell_installs_missing_packages(read):
    first, *_ = code_cells(read("handout"))
    code = (
        "import subprocess\n"
        "subprocess.run = lambda command, check: print(*command[1:])\n"
        f"{first.source}"
    )
    printed = subprocess.check_output(
        [sys.executable, "-I", "-S", "-c", code], encoding="utf-8"
    )
    needed = " ".join(REQUIREMENTS.values())
    assert f"-m pip install --quiet {needed}" in printed


# It is marked


def test_nbgrader_has_a_test_with_points_for_each_property(read):
    for name in ("nbgrader", "nbgrader-whole"):
        told = [c.metadata.get("nbgrader") for c in code_cells(read(name))]
        ids = [facts.grade_id for facts in told if facts]
        assert len(set(ids)) == len(ids)
        graded = [facts for facts in told if facts and facts.grade]
        assert {f.grade_id: f.points for f in graded} == TESTS
        assert all(facts.locked for facts in graded)


FORGED = """
import coursework.checks
check = coursework.checks.check = lambda *arguments, **options: None
"""


@pytest.fixture
def grader(bare_python, tmp_path):
    """Return a function that runs a command in an environment of its own."""
    scripts = os.pathsep.join([str(bare_python.parent), os.environ["PATH"]])
    env = os.environ | {
        "HOME": str(tmp_path), "OMP_NUM_THREADS": "1", "PATH": scripts,
    }  # fmt: skip

    def run(command):
        subprocess.run(command.split(), cwd=tmp_path, env=env, check=True)

    return run


@pytest.mark.proof
def test_otter_gives_the_solution_all_points_and_a_forged_check_none(
    book, read, grader, tmp_path
):
    with zipfile.ZipFile(book.site / handouts.PLACE / "otter.zip") as archive:
        archive.extractall(tmp_path)
    grader("pip install --quiet --ignore-installed otter-grader")
    grader("otter generate -t tests -r requirements.txt checks.zip")
    forged = read("handout")
    forged.cells.append(new_code_cell(FORGED))
    for notebook, share in ((few_epochs(read("solution")), 1), (forged, 0)):
        nbformat.write(notebook, tmp_path / "lab.ipynb")
        grader("otter run -a autograder.zip lab.ipynb")
        results = json.loads((tmp_path / "results.json").read_text("utf-8"))
        scores = [t for t in results["tests"] if "score" in t]
        assert sum(t["max_score"] for t in scores) == sum(TESTS.values())
        got = sum(t["score"] for t in scores)
        assert got == share * sum(TESTS.values())


@pytest.mark.proof
def test_nbgrader_gives_the_solution_all_points_and_the_handout_none(
    book, read, grader, tmp_path
):
    config = book.site / handouts.PLACE / "nbgrader_config.py"
    shutil.copy(config, tmp_path)

    def place(notebook, *folders):
        file = tmp_path.joinpath(*folders, "lab", "nbgrader.ipynb")
        file.parent.mkdir(parents=True)
        nbformat.write(notebook, file)

    solution = few_epochs(read("nbgrader"))
    place(solution, "source")
    grader("pip install --quiet --ignore-installed nbgrader")
    grader("nbgrader generate_assignment lab")
    place(solution, "submitted", "ada")
    release = tmp_path / "release" / "lab" / "nbgrader.ipynb"
    place(nbformat.read(release, as_version=4), "submitted", "bob")
    for command in ("autograde lab", "generate_feedback lab", "export"):
        grader(f"nbgrader {command}")
    with open(tmp_path / "grades.csv", encoding="utf-8") as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    total = sum(TESTS.values())
    assert float(rows["ada"]["max_score"]) == total
    scores = [float(rows[student]["score"]) for student in ("ada", "bob")]
    assert scores == [total, 0]
    assert len([*tmp_path.glob("feedback/*/lab/nbgrader.html")]) == 2


# It follows the package

GUARD = "check_state(state, batch_size=inputs.shape[1])"
DRIFTS = {
    "a new helper": (
        "charrnn/model.py", GUARD, "rnn_guard(state)",
        r"book/lab\.md:\d+: .*code cell \d+: no cell gives rnn_guard",
    ),
    "another name": (
        "charrnn/training.py", "take_step", "go_on",
        r"book/lab\.md, code cell \d+: ImportError: .*'take_step'",
    ),
    "another signature": (
        "charrnn/prediction.py", "prefix: str, num_predicts: int",
        "num_predicts: int, prefix: str",
        r"book/lab\.md: CheckFailed: predict_rnn",
    ),
    "a blank without a check": (
        "book/lab.md", 'check("rnn", rnn)', "rnn",
        r"book/lab\.md:\d+: .*code cell \d+: a check is expected here",
    ),
}  # fmt: skip
HELPER = "\n\ndef rnn_guard(state):\n    return state\n"


@pytest.mark.parametrize("drift", DRIFTS)
def test_the_build_fails_if_the_lab_does_not_fit_the_package(book, drift):
    name, old, new, message = DRIFTS[drift]
    kept = shutil.copy(book.root / name, book.root / "before")
    book.edit(name, old, new)
    if drift == "a new helper":
        with open(book.root / name, "a", encoding="utf-8") as module:
            module.write(HELPER)
    printed = book.fail()
    shutil.copy(kept, book.root / name)
    assert re.search(message, " ".join(printed.split())), printed[-3000:]
