"""The files of the lab, made by a small book with the lab's own page."""

import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from chapter.export import handouts
from nbformat.v4 import new_code_cell
from shared.book import make_book, shorten_recipes
from shared.run_notebook import run
from shared.site import ROOT

from coursework import graders, handout, lab, plans, standalone
from coursework.kit import data
from coursework.stubs import BLANK

SITE = "https://example.org/chapter"
POINTS = {p: sum(facts.points.values()) for p, facts in data.parts().items()}
FULL = ["handout.ipynb", "handout-whole.ipynb"]
# This lets cells display nothing.
NONE = "get_ipython().ast_node_interactivity = 'none'"
each_handout = pytest.mark.parametrize("name", FULL)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Build a book with the lab, whose links all lead to a page of one."""
    book = make_book(tmp_path_factory.mktemp("lab") / "chapter")
    shorten_recipes(book)
    book.edit("_config.yml", 'baseurl: ""', f'baseurl: "{SITE}"')
    text = (ROOT / f"{handouts.PAGE}.md").read_text("utf-8")
    text = re.sub(r"\]\(\w+\.md[^)]*\)", "](model.md)", text)
    (book.root / f"{handouts.PAGE}.md").write_text(text, "utf-8")
    (book.root / "book/model.md").write_text("# The Recurrent Model", "utf-8")
    book.list_pages(handouts.PAGE, "book/model")
    book.build()
    return book


@pytest.fixture(scope="module")
def folder(book):
    """Return the folder of the lab's files, which later builds leave alone."""
    return shutil.copytree(book.site / handouts.PLACE, book.root / "kept")


@pytest.fixture(scope="module")
def read(folder):
    """Return a function that reads a notebook of the lab by its file."""
    return lambda name: nbformat.read(folder / name, as_version=4)


@pytest.fixture(scope="module")
def solution(read):
    return read("solution.ipynb")


def code_cells(notebook, kind=""):
    """Return the code cells of a notebook, or those of one kind."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in cells if kind in ("", *c.metadata.get("tags", []))]


# What is left to the student


@each_handout
def test_a_handout_has_blanks_and_no_solution(name, read, solution):
    left = code_cells(read(name), "blank")
    for ours, theirs in zip(code_cells(solution, "blank"), left, strict=True):
        assert BLANK in theirs.source
        assert ours.source.splitlines()[-1] not in theirs.source.splitlines()


@pytest.mark.parametrize("minutes", plans.plans())
def test_a_planned_handout_asks_only_for_its_parts_and_trains(minutes, read):
    notebook, parts = read(f"handout-{minutes}.ipynb"), []
    for cell in reversed(notebook.cells):
        if cell.cell_type == "code":
            below = cell.metadata.tags
            parts += re.findall(r'^check\("(\w+)"\)$', cell.source)
        elif handout.TASK in cell.source:
            assert below == ["blank"]
    assert parts[::-1] == plans.parts_of(minutes)
    *_, train, write = code_cells(notebook)
    assert "train_rnn(net" in train.source
    assert write.source.startswith("predict_rnn(")


def test_the_command_writes_a_handout_and_what_marks_it(folder, tmp_path):
    command = [sys.executable, "-m", "coursework", "--level", "whole"]
    command += [folder, tmp_path, "rnn"]
    subprocess.run(command, cwd=ROOT, check=True)
    made = nbformat.read(tmp_path / "handout.ipynb", as_version=4)
    assert [c.source for c in code_cells(made, "check")] == ['check("rnn")']
    assert all((tmp_path / name).is_file() for name in graders.zips("handout"))
    refused = subprocess.run(
        [*command, "lstm"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert "error: lstm is none of minibatch, " in refused.stderr


# Its prose


@pytest.mark.parametrize("name", handouts.NOTEBOOKS)
def test_the_links_of_a_notebook_lead_to_the_site(name, read):
    notebook = read(name)
    nbformat.validate(notebook)
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    links = re.findall(r"\]\(([^)]+)\)", "\n".join(texts))
    assert f"<{SITE}/>" in texts[0]  # where it comes from
    assert f"{SITE}/book/model.html" in links
    assert all(link.startswith(f"{SITE}/book/") for link in links)


# It runs where the chapter is not installed


def unpack(folder, name, place):
    """Unpack a zip of the lab."""
    zipfile.ZipFile(folder / name).extractall(place)


def marked(folder, place, name="handout"):
    """Unpack nbgrader's files; return the source, and where it is."""
    kind = graders.zips(name)[1]
    unpack(folder, kind, place)
    source = place / "source" / "lab"
    return nbformat.read(source / f"{name}.ipynb", as_version=4), source


def earned(cells):
    """Return the points that checks display, where they raise no error."""
    outputs = [cell.outputs[-1] for cell in cells if is_check(cell)]
    assert {o.output_type for o in outputs} <= {"execute_result", "error"}
    return sum(int(o.data["text/plain"]) for o in outputs if "data" in o)


def is_check(cell):
    return "check" in cell.metadata.tags


@pytest.mark.parametrize("name", ["handout", "handout-90"])
def test_what_is_solved_earns_its_points_without_the_chapter(
    name, folder, bare_python, tmp_path
):
    notebook, place = marked(folder, tmp_path, name)
    cells = run(place, code_cells(notebook), bare_python, PYTHONPATH="")
    checks = filter(is_check, cells)
    assert earned(cells) == sum(c.metadata.nbgrader.points for c in checks)


@each_handout
def test_a_blank_handout_fails_all_checks_and_earns_nothing(
    name, read, folder, bare_python, tmp_path
):
    unpack(folder, name.replace("ipynb", "zip"), tmp_path)
    cells = code_cells(read(name))
    told = "here yet|still blank|fail their own checks"
    for cell in run(tmp_path, cells, bare_python, PYTHONPATH=""):
        if is_check(cell):
            (error,) = cell.outputs
            assert re.search(told, error.evalue), error
            is_known = "Read:      The Recurrent Model" in error.evalue
            assert is_known is (f"{SITE}/book/model.html" in error.evalue)
    source, place = marked(folder, tmp_path, name.removesuffix(".ipynb"))
    for cell, blank in zip(code_cells(source), cells, strict=True):
        cell.source = cell.source if is_check(cell) else blank.source
    cells = [new_code_cell(NONE, metadata={"tags": []}), *code_cells(source)]
    assert earned(run(place, cells, bare_python, PYTHONPATH="")) == 0


FIRST = """
import importlib.util, subprocess
importlib.util.find_spec = lambda name: name != "torch"
subprocess.run = lambda command, check: print(*command[1:])
"""


def test_the_first_cell_fetches_what_is_missing(solution, folder, tmp_path):
    first, *_ = code_cells(solution)
    place, found = f"{SITE}/{handouts.PLACE}/", {}
    assert f"SITE = '{place}'" in first.source
    for site in (f"{folder.as_uri()}/", ""):  # with a site, and without
        code = FIRST + first.source.replace(place, site)
        found[site] = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],
            cwd=tmp_path, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert "-m pip install --quiet torch\n" in found[site].stdout
        for name in standalone.names() if site else ():
            file = f"{standalone.FOLDER}/{name}"
            fetched = (tmp_path / file).read_bytes()
            assert fetched == (folder / file).read_bytes()
        shutil.rmtree(tmp_path / standalone.FOLDER, ignore_errors=True)
    assert "put the folder checks" in found[""].stderr


# It is marked


def test_the_handout_is_what_is_marked(read, folder, tmp_path):
    for name in handouts.HANDOUTS:
        source, _ = marked(folder, tmp_path, name)
        ours = [c.metadata for c in read(f"{name}.ipynb").cells]
        assert ours == [c.metadata for c in source.cells]
        told = [m.nbgrader for m in ours if "nbgrader" in m]
        points = {f.grade_id: f.points for f in told if f.grade}
        assert points.items() <= POINTS.items()
        otter = zipfile.ZipFile(folder / graders.zips(name)[2]).namelist()
        assert {f"tests/{part}.py" for part in points} == {
            file for file in otter if file.startswith("tests/")
        }


WRITES = "import sys; sys.stdout.write('x' * 10**8)\n    F"
BROKEN = {  # the part that fails, and how
    "colon": ("grad_clipping", "-> float:", "-> float"),
    "endless": ("predict_rnn", "    text = prefix", "    while True: pass"),
    "exit": ("rnn", "    outputs = []", "    raise SystemExit"),
    "writes": ("one_hot", "return F", WRITES),
}
QUIET = {"rich": "from rich import pretty; pretty.install()", "none": NONE}


def class_of(solution, blank):
    """Return what a small class hands in, and its marks."""
    right, points = copy.deepcopy(blank), sum(POINTS.values())
    pairs = code_cells(right, "blank"), code_cells(solution, "blank")
    for cell, solved in zip(*pairs, strict=True):
        cell.source = solved.source
    handed_in, marks = {"right": right}, {"right": points}
    for name, (part, old, new) in BROKEN.items():
        handed_in[name] = copy.deepcopy(right)
        marks[name] = points - POINTS[part]
        for cell in code_cells(handed_in[name], "blank"):
            if f"def {part}(" in cell.source:
                cell.source = cell.source.replace(old, new)
    for name, line in QUIET.items():
        handed_in[name], marks[name] = copy.deepcopy(blank), 0
        handed_in[name].cells.insert(1, new_code_cell(line))
    return handed_in, marks


@pytest.fixture
def grader(bare_python, tmp_path):
    """Return a function that runs commands in an environment of its own."""
    scripts = os.pathsep.join([str(bare_python.parent), os.environ["PATH"]])
    env = os.environ | {
        "CHARRNN_TIME_LIMIT": "3", "HOME": str(tmp_path),
        "OMP_NUM_THREADS": "1", "PATH": scripts,
    }  # fmt: skip

    def run(*commands):
        for command in commands:
            subprocess.run(command.split(), cwd=tmp_path, env=env, check=True)

    return run


@pytest.mark.proof
def test_otter_marks_a_class(read, solution, folder, grader, tmp_path):
    unpack(folder, "otter.zip", tmp_path)
    grader(
        "pip install --quiet --ignore-installed otter-grader rich",
        "otter generate -t tests -r requirements.txt checks marking.py",
    )
    handed_in, marks = class_of(solution, read("handout.ipynb"))
    scores = {}
    for name, notebook in handed_in.items():
        nbformat.write(notebook, tmp_path / "lab.ipynb")
        grader("otter run -a autograder.zip lab.ipynb")
        results = json.loads((tmp_path / "results.json").read_text("utf-8"))
        scores[name] = sum(t.get("score", 0) for t in results["tests"])
    assert scores == marks


@pytest.mark.proof
def test_nbgrader_marks_a_class(read, solution, folder, grader, tmp_path):
    unpack(folder, "nbgrader.zip", tmp_path)
    handed_in, marks = class_of(solution, read("handout.ipynb"))
    for student, notebook in handed_in.items():
        place = tmp_path / "submitted" / student / "lab"
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "handout.ipynb")
    grader(
        "pip install --quiet --ignore-installed nbgrader rich",
        "nbgrader generate_assignment lab",
        "nbgrader autograde lab",
        "nbgrader generate_feedback lab",
        "nbgrader export",
    )
    table = (tmp_path / "grades.csv").read_text("utf-8").splitlines()
    rows = {row["student_id"]: row for row in csv.DictReader(table)}
    assert {name: float(rows[name]["score"]) for name in marks} == marks
    assert len([*tmp_path.glob("feedback/*/*/handout.html")]) == len(marks)


# Its cells


def page_cell(source, *tags):
    """Return a code cell of a page."""
    return new_code_cell(source, metadata={"tags": [*tags]})


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ("one of the tags", page_cell("a", "hide-input")),
        ("give it a check", page_cell("a = 1", "blank")),
        ("a check", page_cell("print(a)", "check")),
        ("no course", page_cell('check("lstm")', "check")),
    ],
)
def test_a_cell_that_does_not_fit_is_named(message, cell):
    with pytest.raises(lab.CellError, match=f"cell 1: .*{message}"):
        lab.read([(1, cell)])


def test_the_build_names_a_cell_that_does_not_fit(book):
    page = book.root / f"{handouts.PAGE}.md"
    kept = page.read_text("utf-8")
    book.edit(f"{handouts.PAGE}.md", 'check("rnn")', "rnn")
    *_, last = book.fail().strip().splitlines()
    page.write_text(kept, "utf-8")
    assert re.match(r"book/lab\.md, code cell \d+: a check of a part", last)
