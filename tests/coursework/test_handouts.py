"""The files of the lab, made by a small book with the lab's own page.

The pages that the lab refers to have nothing but a title.
"""

import ast
import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from sysconfig import get_path

import nbformat
import pytest
from bs4 import BeautifulSoup
from chapter.export import handouts
from nbformat.v4 import new_code_cell
from shared.book import make_book, shorten_recipes
from shared.site import ROOT, source

from coursework import graders, handout, lab, plans, standalone
from coursework.kit import data
from coursework.stubs import BLANK

SITE = "https://example.org/chapter"
POINTS = {p: sum(facts.points.values()) for p, facts in data.parts().items()}
FULL = ["handout.ipynb", "handout-whole.ipynb"]
each_handout = pytest.mark.parametrize("name", FULL)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Build a book with the lab."""
    book = make_book(tmp_path_factory.mktemp("lab") / "chapter")
    shorten_recipes(book)
    book.edit("_config.yml", 'baseurl: ""', f'baseurl: "{SITE}"')
    text = (ROOT / f"{handouts.PAGE}.md").read_text("utf-8")
    (book.root / f"{handouts.PAGE}.md").write_text(text, "utf-8")
    others = sorted(set(re.findall(r"\]\((\w+)\.md\)", text)))
    for name in others:
        headings = re.findall(rf"\]\({name}\.md#(.+?)\)", text)
        title = source(f"book/{name}").partition("\n# ")[2].partition("\n")[0]
        lines = [f"# {title}", *(f"## {heading}" for heading in headings)]
        page = book.root / "book" / f"{name}.md"
        page.write_text("\n\n".join(lines), "utf-8")
    book.list_pages(handouts.PAGE, *(f"book/{name}" for name in others))
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


def functions(code):
    """Return the functions and methods of a cell, by name."""
    nodes = ast.walk(ast.parse(code))
    return {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}


def test_each_file_is_made_and_the_page_links_to_the_handouts(book, folder):
    page = BeautifulSoup(book.html(handouts.PAGE), "html.parser")
    links = {str(link["href"]) for link in page.select("a[download]")}
    assert {f"../{handouts.PLACE}/{name}" for name in FULL} <= links
    for name in (*handouts.NOTEBOOKS, *handouts.ZIPS):
        assert (folder / name).is_file()


# What is left to the student


@each_handout
def test_a_handout_has_signatures_docstrings_and_no_solution(
    name, read, solution
):
    left = code_cells(read(name), "blank")
    for ours, theirs in zip(code_cells(solution, "blank"), left, strict=True):
        assert BLANK in theirs.source
        assert ours.source.splitlines()[-1] not in theirs.source.splitlines()
        kept = functions(theirs.source)
        for name, node in functions(ours.source).items():
            assert ast.unparse(node.args) == ast.unparse(kept[name].args)
            assert ast.get_docstring(node) == ast.get_docstring(kept[name])


@each_handout
def test_a_handout_has_a_cell_for_each_prediction(name, read, solution):
    texts = [cell.source for cell in read(name).cells]
    asking = [n for n, text in enumerate(texts) if handout.PREDICT in text]
    assert len(asking) == len(lab.predictions())
    assert all(texts[n + 1] == handout.PREDICTION for n in asking)
    assert not any(c.source == handout.PREDICTION for c in solution.cells)


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


def test_an_unknown_part_is_refused_with_those_there_are(solution):
    with pytest.raises(ValueError, match="lstm is none of minibatch, vectors"):
        handout.make(solution, ["rnn", "lstm"])


def test_the_command_writes_a_handout_and_what_marks_it(folder, tmp_path):
    command = [sys.executable, "-m", "coursework", folder, tmp_path]
    command += ["rnn", "predict_rnn", "--level"]
    subprocess.run([*command, "whole"], cwd=ROOT, check=True)
    made = nbformat.read(tmp_path / "handout.ipynb", as_version=4)
    assert [c.source for c in code_cells(made, "check")] == [
        'check("rnn")', 'check("predict_rnn")'
    ]  # fmt: skip
    assert all((tmp_path / name).is_file() for name in graders.zips("handout"))
    refused = subprocess.run(
        [*command, "hard"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert "--level: invalid choice: 'hard'" in refused.stderr


# Its prose


@pytest.mark.parametrize("name", handouts.NOTEBOOKS)
def test_a_notebook_has_no_outputs_and_its_links_lead_to_the_site(name, read):
    notebook, links = read(name), []
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        else:
            links += re.findall(r"\]\(([^)]+)\)", cell.source)
    assert f"<{SITE}/>" in notebook.cells[1].source  # where it comes from
    assert f"{SITE}/book/model.html" in links
    assert all(link.startswith(f"{SITE}/book/") for link in links)


# It runs where the chapter is not installed

ALONE = """
import importlib.util, json, sys
sys.path.append(sys.argv[1])
assert importlib.util.find_spec("coursework") is None
from IPython.core.interactiveshell import InteractiveShell
shell, failed = InteractiveShell.instance(), {}
for code in json.load(sys.stdin):
    done = shell.run_cell(code)
    if error := done.error_before_exec or done.error_in_exec:
        failed[code] = f"{type(error).__name__}: {error}"
print()
print(json.dumps([sys.modules["coursework.checks"].__file__, failed]))
"""


def run_alone(cells, folder):
    """Run cells without the chapter; return errors by code.

    Without ``site``, Python reads no editable installation.
    """
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, get_path("purelib")],
        input=json.dumps([cell.source for cell in cells]),
        capture_output=True, encoding="utf-8", cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "IPYTHONDIR": str(folder)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    file, failed = json.loads(result.stdout.splitlines()[-1])
    assert file.startswith(str(folder))
    return failed


def unpack(folder, name, place):
    """Unpack a zip of the lab."""
    zipfile.ZipFile(folder / name).extractall(place)


def marked(folder, place, name="handout"):
    """Unpack nbgrader's files; return the source, and where it is."""
    kind = graders.zips(name)[1]
    unpack(folder, kind, place)
    source = place / "source" / "lab"
    return nbformat.read(source / f"{name}.ipynb", as_version=4), source


@pytest.mark.parametrize("name", ["handout", "handout-90"])
def test_what_is_solved_runs_without_the_chapter_and_earns_its_points(
    name, folder, tmp_path
):
    notebook, place = marked(folder, tmp_path, name)
    assert run_alone(code_cells(notebook), place) == {}


@each_handout
def test_a_blank_handout_fails_all_checks_and_earns_nothing(
    name, read, folder, tmp_path
):
    unpack(folder, name.replace("ipynb", "zip"), tmp_path)
    notebook = read(name)
    failed = run_alone(code_cells(notebook), tmp_path)
    checks = [cell.source for cell in code_cells(notebook, "check")]
    assert len(checks) == len(data.parts())
    for code in checks:
        error = failed.pop(code)
        assert error.startswith("CheckFailed: "), error
        assert f"{SITE}/book/" in error  # where to read
    given = ("NameError", "TypeError")  # of what calls a blank
    assert all(error.startswith(given) for error in failed.values())
    source, place = marked(folder, tmp_path, name.removesuffix(".ipynb"))
    for cell, blank in zip(source.cells, notebook.cells, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = blank.source
    failed = run_alone(code_cells(source), place)
    for cell in code_cells(source, "check"):
        assert failed[cell.source].startswith("CheckFailed: ")


def first_cell(solution, code, folder):
    """Run some code and the first cell; return what is printed."""
    first, *_ = code_cells(solution)
    run = [sys.executable, "-I", "-S", "-c", f"{code}\n{first.source}"]
    return subprocess.run(
        run, cwd=folder, capture_output=True, encoding="utf-8"
    )


def test_the_first_cell_installs_what_is_missing(solution, tmp_path):
    code = (
        "import subprocess\n"
        "subprocess.run = lambda command, check: print(*command[1:])\n"
    )
    printed = first_cell(solution, code, tmp_path).stdout
    needed = " ".join(handout.REQUIREMENTS.values())
    assert f"-m pip install --quiet {needed}" in printed


def test_the_first_cell_fetches_the_checks_or_says_where_they_are(
    solution, folder, tmp_path
):
    missing = "import importlib.util\nimportlib.util.find_spec = str"
    place = f"{SITE}/{handouts.PLACE}/"
    there = copy.deepcopy(solution)
    first, *_ = code_cells(there)
    assert f"SITE = '{place}'" in first.source
    first.source = first.source.replace(place, f"{folder.as_uri()}/")
    first.source = first.source.partition("\nsys.path")[0]
    first_cell(there, missing, tmp_path)
    for name in standalone.names():
        file = f"{standalone.FOLDER}/{name}"
        assert (tmp_path / file).read_bytes() == (folder / file).read_bytes()
    first.source = first.source.replace(f"{folder.as_uri()}/", "")
    shutil.rmtree(tmp_path / standalone.FOLDER)
    error = first_cell(there, missing, tmp_path).stderr
    assert "put the folder checks" in error


# It is marked


def test_the_handout_is_what_is_marked(read, folder, tmp_path):
    for name in handouts.HANDOUTS:
        source, _ = marked(folder, tmp_path, name)
        ours = [c.metadata for c in read(f"{name}.ipynb").cells]
        assert ours == [c.metadata for c in source.cells]
        told = [m.nbgrader for m in ours if "nbgrader" in m]
        ids = [facts.grade_id for facts in told]
        assert len({*ids}) == len(ids)
        points = {f.grade_id: f.points for f in told if f.grade}
        assert points.items() <= POINTS.items()
        assert all(facts.locked for facts in told if not facts.solution)
        otter = zipfile.ZipFile(folder / graders.zips(name)[2]).namelist()
        assert {f"tests/{part}.py" for part in points} == {
            file for file in otter if file.startswith("tests/")
        }


BROKEN = {  # the part that fails, and how
    "colon": ("grad_clipping", "-> float:", "-> float"),
    "endless": ("predict_rnn", "    text = prefix", "    while True: pass"),
    "exit": ("rnn", "    outputs = []", "    raise SystemExit"),
    "writes": ("one_hot", "    return F", "    print('x' * 10**8)\n    F"),
}
QUIET = "from rich import pretty; pretty.install()"  # nothing is displayed
NONE = "get_ipython().ast_node_interactivity = 'none'"


def class_of(solution, blank):
    """Return what a small class hands in, and its marks."""
    marks = {"right": sum(POINTS.values()), "blank": 0, "quiet": 0, "none": 0}
    handed_in = {name: copy.deepcopy(blank) for name in marks}
    for name, line in ("quiet", QUIET), ("none", NONE):
        handed_in[name].cells.insert(1, new_code_cell(line))
    pairs = zip(
        code_cells(handed_in["right"], "blank"),
        code_cells(solution, "blank"),
        strict=True,
    )
    for cell, solved in pairs:
        cell.source = solved.source
    for name, (part, old, new) in BROKEN.items():
        handed_in[name] = copy.deepcopy(handed_in["right"])
        marks[name] = marks["right"] - POINTS[part]
        (cell,) = (
            c for c in handed_in[name].cells if f"def {part}(" in c.source
        )
        cell.source = cell.source.replace(old, new)
    return handed_in, marks


@pytest.fixture
def grader(bare_python, tmp_path):
    """Return a function that runs a command in an environment of its own."""
    scripts = os.pathsep.join([str(bare_python.parent), os.environ["PATH"]])
    env = os.environ | {
        "CHARRNN_TIME_LIMIT": "3", "HOME": str(tmp_path),
        "OMP_NUM_THREADS": "1", "PATH": scripts,
    }  # fmt: skip

    def run(command):
        subprocess.run(command.split(), cwd=tmp_path, env=env, check=True)

    return run


@pytest.mark.proof
def test_otter_marks_a_class(read, solution, folder, grader, tmp_path):
    unpack(folder, "otter.zip", tmp_path)
    grader("pip install --quiet --ignore-installed otter-grader rich")
    grader("otter generate -t tests -r requirements.txt checks marking.py")
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
    grader("pip install --quiet --ignore-installed nbgrader rich")
    unpack(folder, "nbgrader.zip", tmp_path)
    grader("nbgrader generate_assignment lab")
    handed_in, marks = class_of(solution, read("handout.ipynb"))
    for student, notebook in handed_in.items():
        place = tmp_path / "submitted" / student / "lab"
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "handout.ipynb")
    for command in ("autograde lab", "generate_feedback lab", "export"):
        grader(f"nbgrader {command}")
    with open(tmp_path / "grades.csv", encoding="utf-8") as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    assert {name: float(rows[name]["score"]) for name in marks} == marks
    assert len([*tmp_path.glob("feedback/*/*/handout.html")]) == len(marks)


# Its cells


def page_cell(source, *tags):
    """Return a code cell of a page."""
    return new_code_cell(source, metadata={"tags": [*tags]})


BLANK_CELL = page_cell("a = 1", "blank")
CHECK_CELL = page_cell('check("rnn")', "check")


@pytest.mark.parametrize(
    ("number", "message", "cells"),
    [
        (1, "one of the tags", [page_cell("a", "hide-input"), CHECK_CELL]),
        (1, "one of the tags", [page_cell("a", "given", "blank")]),
        (1, "give it a check", [BLANK_CELL, BLANK_CELL, CHECK_CELL]),
        (2, "a check", [BLANK_CELL, page_cell("print(a)", "check")]),
        (1, "no course", [page_cell('check("lstm")', "check")]),
    ],
)
def test_a_cell_that_does_not_fit_is_named(number, message, cells):
    with pytest.raises(lab.CellError, match=f"cell {number}: .*{message}"):
        lab.read([*enumerate(cells, start=1)])


def test_the_build_names_a_cell_that_does_not_fit(book):
    page = book.root / f"{handouts.PAGE}.md"
    kept = page.read_text("utf-8")
    book.edit(f"{handouts.PAGE}.md", 'check("rnn")', "rnn")
    *_, last = book.fail().strip().splitlines()
    page.write_text(kept, "utf-8")
    assert re.match(r"book/lab\.md, code cell \d+: a check of a part", last)
