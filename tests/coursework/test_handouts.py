"""The files of the lab, made by a small book with the lab's own page.

The pages that the lab refers to have nothing but a title.
"""

import ast
import copy
import csv
import io
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

from coursework import graders, handout, lab, plans
from coursework.stubs import BLANK

SITE = "https://example.org/chapter"
NAMES = {
    level: name
    for name, (level, parts) in handouts.HANDOUTS.items()
    if not parts
}
TO_WRITE = ("ordered", "steps", "whole")
every_level = pytest.mark.parametrize("level", handout.LEVELS)
each_to_write = pytest.mark.parametrize("level", TO_WRITE)
POINTS = {
    part: sum(data.points.values())
    for part, data in lab.parts().items()
    if data.points
}


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
def read(book):
    """Return a function that reads a notebook of the lab by its file."""
    kept = shutil.copytree(book.site / handouts.PLACE, book.root / "kept")
    return lambda name: nbformat.read(kept / name, as_version=4)


@pytest.fixture(scope="module")
def solution(read):
    return read("solution.ipynb")


def code_cells(notebook, kind=""):
    """Return the code cells of a notebook, or those of one kind."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [
        c for c in cells if not kind or c.metadata.get("tags", []) == [kind]
    ]


def functions(code):
    """Return the functions and methods of a cell, by name."""
    nodes = ast.walk(ast.parse(code))
    return {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}


def test_each_file_is_made_and_the_page_links_to_each_level(book):
    page = BeautifulSoup(book.html(handouts.PAGE), "html.parser")
    links = {str(link["href"]) for link in page.select("a[download]")}
    assert {f"../{handouts.PLACE}/{name}" for name in NAMES.values()} <= links
    for name in (*handouts.NOTEBOOKS, *handouts.FOR_GRADERS):
        assert (book.site / handouts.PLACE / name).is_file()


# What is left to the student


@each_to_write
def test_a_handout_has_signatures_docstrings_and_no_solution(
    level, read, solution
):
    left = code_cells(read(NAMES[level]), "blank")
    for ours, theirs in zip(code_cells(solution, "blank"), left, strict=True):
        assert BLANK in theirs.source
        assert ours.source.splitlines()[-1] not in theirs.source.splitlines()
        kept = functions(theirs.source)
        for name, node in functions(ours.source).items():
            assert ast.unparse(node.args) == ast.unparse(kept[name].args)
            assert ast.get_docstring(node) == ast.get_docstring(kept[name])


def test_a_worked_handout_asks_to_explain_what_it_shows(read, solution):
    worked = read(NAMES["worked"])
    codes = [cell.source for cell in code_cells(solution)]
    assert [cell.source for cell in code_cells(worked)] == codes
    asked = [
        worked.cells[index - 2].source
        for index, cell in enumerate(worked.cells)
        if re.match("(def|class) ", cell.source)
        and not cell.metadata.get("jupyter")
    ]
    assert len(asked) > 10
    assert all(text.startswith("**Explain.**") for text in asked)
    texts = [cell.source for cell in worked.cells]
    assert texts.count(handout.ANSWER) == len(asked)


@every_level
def test_a_handout_has_a_cell_for_each_prediction(level, read, solution):
    texts = [cell.source for cell in read(NAMES[level]).cells]
    asking = [n for n, text in enumerate(texts) if handout.PREDICT in text]
    assert len(asking) > 10
    assert all(texts[n + 1] == handout.PREDICTION for n in asking)
    assert not any(c.source == handout.PREDICTION for c in solution.cells)


@every_level
def test_the_metadata_give_nothing_away(level, read):
    for cell in read(NAMES[level]).cells:
        assert cell.metadata.keys() <= {"tags", "jupyter", "cellView", "otter"}
        assert lab.KINDS.issuperset(cell.metadata.get("tags", []))


@pytest.mark.parametrize("minutes", plans.plans())
def test_a_planned_handout_asks_only_for_its_parts(minutes, read):
    notebook, parts = read(f"handout-{minutes}.ipynb"), []
    for cell in reversed(notebook.cells):
        if cell.cell_type == "code":
            below = cell.metadata.tags
            parts += re.findall(r'^check\("(\w+)"\)$', cell.source)
        elif handout.TASK in cell.source or handout.PREDICT in cell.source:
            assert below == ["blank"]
    assert parts[::-1] == plans.plans()[minutes].parts


def test_an_unknown_part_is_refused_with_those_there_are(solution):
    with pytest.raises(ValueError, match="lstm is none of minibatch, vectors"):
        handout.make(solution, ["rnn", "lstm"])


def test_the_command_writes_a_handout_and_what_marks_it(
    book, solution, tmp_path
):
    file = book.site / handouts.PLACE / "solution.ipynb"
    command = [sys.executable, "-m", "coursework", file, tmp_path]
    command += ["rnn", "predict_rnn", "--level"]
    printed = subprocess.check_output([*command, "ordered"], cwd=ROOT)
    made = nbformat.read(tmp_path / "handout.ipynb", as_version=4)
    parts = ["rnn", "predict_rnn"]
    assert made.cells == handout.make(solution, parts, "ordered").cells
    for name, content in graders.files(solution, parts, "ordered").items():
        assert (tmp_path / name).read_bytes() == content
        assert str(tmp_path / name) in printed.decode()
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


def test_links_are_whole_if_the_site_is_known():
    text = "<p><a href='model.html#a'>A</a> <a href='#b'>B</a></p>"
    for site, expected in {
        "": ["model.html#a", "#b"],  # which are dropped
        "https://a.b/c/": [
            "https://a.b/c/book/model.html#a", "https://a.b/c/book/lab.html#b"
        ],
    }.items():  # fmt: skip
        article = BeautifulSoup(text, "html.parser")
        handouts.adapt(article, site)
        assert [link["href"] for link in article.select("a")] == expected


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


def run_alone(notebook, folder):
    """Run a notebook without the chapter; return errors by code.

    Without ``site``, Python reads no editable installation.
    """
    codes = [cell.source for cell in code_cells(notebook)]
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, get_path("purelib")],
        input=json.dumps(codes), capture_output=True, encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1"}, cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    file, failed = json.loads(result.stdout.splitlines()[-1])
    assert str(ROOT) not in file
    return failed


def unpack(content, folder):
    """Unpack what marks a handout."""
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)


@pytest.fixture
def marked(solution, tmp_path):
    """Return a function that unpacks nbgrader's files into a folder.

    It returns the source of the assignment.
    """

    def unpack_source(level="steps", parts=()):
        unpack(graders.files(solution, parts, level)["nbgrader.zip"], tmp_path)
        file = tmp_path / "source" / "lab" / "lab.ipynb"
        return nbformat.read(file, as_version=4)

    return unpack_source


def test_what_is_solved_runs_without_the_chapter_and_passes(
    read, marked, tmp_path
):
    worked = read("handout-worked.ipynb")
    for cell in worked.cells:
        cell.source = cell.source.replace("num_epochs, lr = 500", "_, lr = 0")
        cell.source = cell.source.replace("lr, num_epochs", "lr, 2")
    planned = marked("steps", plans.plans()["180"].parts)
    few = marked("steps", ["together", "sampled"])
    for notebook in (worked, marked(), planned, few):
        source = tmp_path / "source" / "lab"
        source.mkdir(parents=True, exist_ok=True)
        assert run_alone(notebook, source) == {}


@each_to_write
def test_a_handout_runs_without_the_chapter_and_fails_all_checks(
    level, read, tmp_path
):
    notebook = read(NAMES[level])
    failed = run_alone(notebook, tmp_path)
    checks = [cell.source for cell in code_cells(notebook, "check")]
    assert len(checks) == len(lab.parts())
    for code in checks:
        error = failed.pop(code)
        assert error.startswith("CheckFailed: "), error
        assert f"{SITE}/book/" in error  # where to read
    given = ("NameError", "TypeError")  # of what calls a blank
    assert all(error.startswith(given) for error in failed.values())


def test_the_first_cell_installs_missing_packages(solution):
    first, *_ = code_cells(solution)
    code = (
        "import subprocess\n"
        "subprocess.run = lambda command, check: print(*command[1:])\n"
        f"{first.source}"
    )
    printed = subprocess.check_output(
        [sys.executable, "-I", "-S", "-c", code], encoding="utf-8"
    )
    needed = " ".join(handout.REQUIREMENTS.values())
    assert f"-m pip install --quiet {needed}" in printed


# It is marked


def test_a_check_of_nbgrader_has_the_points_of_its_part(marked):
    told = [c.metadata.get("nbgrader") for c in code_cells(marked())]
    ids = [facts.grade_id for facts in told if facts]
    assert len(set(ids)) == len(ids)
    graded = [facts for facts in told if facts and facts.grade]
    assert {f.grade_id: f.points for f in graded} == POINTS
    assert all(facts.locked for facts in told if facts and not facts.solution)


def test_only_the_parts_that_are_left_are_marked(marked, solution, tmp_path):
    told = [c.metadata.get("nbgrader") for c in marked("steps", ["rnn"]).cells]
    graded = {facts.grade_id for facts in told if facts and facts.grade}
    assert graded == {"rnn"}
    otter = graders.files(solution, ["rnn"])["otter.zip"]
    unpack(otter, tmp_path / "otter")
    assert [f.stem for f in tmp_path.glob("otter/tests/*")] == ["rnn"]


BROKEN = {  # the part that fails, and how
    "colon": ("grad_clipping", "-> float:", "-> float"),
    "endless": ("predict_rnn", "    text = prefix", "    while True: pass"),
    "exit": ("rnn", "    outputs = []", "    raise SystemExit"),
}


def class_of(solution, blank):
    """Return what a small class hands in, and its marks."""
    marks = {"right": sum(POINTS.values()), "blank": 0}
    handed_in = {"right": copy.deepcopy(blank), "blank": blank}
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
def test_otter_marks_a_class(read, solution, grader, tmp_path):
    unpack(graders.files(solution)["otter.zip"], tmp_path)
    grader("pip install --quiet --ignore-installed otter-grader")
    grader("otter generate -t tests -r requirements.txt checks.zip marking.py")
    handed_in, marks = class_of(solution, read("handout.ipynb"))
    scores = {}
    for name, notebook in handed_in.items():
        nbformat.write(notebook, tmp_path / "lab.ipynb")
        grader("otter run -a autograder.zip lab.ipynb")
        results = json.loads((tmp_path / "results.json").read_text("utf-8"))
        scores[name] = sum(t.get("score", 0) for t in results["tests"])
    assert scores == marks


@pytest.mark.proof
def test_nbgrader_marks_a_class(solution, marked, grader, tmp_path):
    grader("pip install --quiet --ignore-installed nbgrader")
    marked()
    grader("nbgrader generate_assignment lab")
    release = tmp_path / "release" / "lab"
    blank = nbformat.read(release / "lab.ipynb", as_version=4)
    assert [c.source for c in code_cells(blank, "check")] == [
        f'check("{part}")' for part in lab.order()
    ]
    handed_in, marks = class_of(solution, blank)
    for student, notebook in handed_in.items():
        folder = tmp_path / "submitted" / student / "lab"
        shutil.copytree(release, folder)
        nbformat.write(notebook, folder / "lab.ipynb")
    for command in ("autograde lab", "generate_feedback lab", "export"):
        grader(f"nbgrader {command}")
    with open(tmp_path / "grades.csv", encoding="utf-8") as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    assert {name: float(rows[name]["score"]) for name in marks} == marks
    assert len([*tmp_path.glob("feedback/*/*/lab.html")]) == len(marks)


# Its cells


def page_cell(source, *tags):
    """Return a code cell of a page."""
    return new_code_cell(source, metadata={"tags": [*tags]})


BLANK_CELL = page_cell("a = 1", "blank")
CHECK_CELL = page_cell('check("rnn")', "check")
TOGETHER = page_cell('check("together")', "check")  # which has no blank


@pytest.mark.parametrize(
    ("number", "message", "cells"),
    [
        (1, "one of the tags", [page_cell("a", "hide-input"), CHECK_CELL]),
        (1, "one of the tags", [page_cell("a", "given", "blank")]),
        (1, "and a check", [BLANK_CELL, BLANK_CELL, CHECK_CELL]),
        (1, "two wrong", [BLANK_CELL, TOGETHER]),
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
