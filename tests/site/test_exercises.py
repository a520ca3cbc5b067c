"""Exercises, from the warm-up to the project, and a check of oneself."""

import ast
import builtins
import json
import os
import re
import subprocess
import sys

import pytest
from chapter.page import stubs
from shared.site import CHAPTER, LESSONS, ROOT, article, source

pytestmark = pytest.mark.usefixtures("built")
every_lesson = pytest.mark.parametrize("name", LESSONS)
STEPS = ["warm-up", "core", "project"]
TITLE = re.compile(  # "how many (core, find the bug, 10 minutes, on paper)"
    rf"[^()]+ \(({'|'.join(STEPS)})(, [a-z -]+)*, \d+ minutes(, on paper)?\)"
)


@every_lesson
def test_each_exercise_is_numbered_and_has_a_folded_solution(name):
    labels = re.findall(r"^:label: (ex-\S+)$", source(name), re.M)
    exercises = article(name).select("div.exercise")
    assert labels and [exercise["id"] for exercise in exercises] == labels
    for i, exercise in enumerate(exercises, start=1):
        number = exercise.select_one(".admonition-title .caption-number")
        chapter = CHAPTER.index(name) + 1
        assert number.get_text().strip() == f"Exercise {chapter}.{i}"
        solution = exercise.find_next_sibling("details", class_="solution")
        assert solution.name == "details" and not solution.has_attr("open")
        assert solution.select_one("summary") and solution.get_text().strip()


@every_lesson
def test_exercises_are_a_ladder_from_the_warm_up_to_the_project(name):
    steps = []
    for exercise in article(name).select("div.exercise"):
        title = exercise.select_one(".admonition-title").get_text().strip()
        number, _, said = title.partition(". ")
        assert re.fullmatch(r"Exercise \d+\.\d+", number), title
        found = TITLE.fullmatch(said)
        assert found, title
        steps.append(found[1])
    assert steps == sorted(steps, key=STEPS.index)
    assert steps.count("core") >= 2 and set(steps) == set(STEPS)


@every_lesson
def test_each_solution_is_checked_by_its_code_or_is_a_proof(name):
    for solution in article(name).select("details.solution"):
        code = [cell.get_text() for cell in solution.select(".cell_input")]
        checked = any(re.search(r"\bassert|\bfinding\(", c) for c in code)
        assert checked or "Proof." in solution.get_text(), solution["id"]


def test_there_are_exercises_enough():
    pages = [article(name) for name in LESSONS]
    exercises = [e for page in pages for e in page.select("div.exercise")]
    solved = [s for page in pages for s in page.select(".solution .cell")]
    assert len(exercises) >= 60 and len(solved) >= 50


def code(element):
    return element.select_one("pre").get_text()


def solved_by_code(name):
    """Return the exercises of a page that ask for code, their solutions."""
    for solution in article(name).select("details.solution:has(.cell)"):
        yield solution.find_previous("div", class_="exercise"), solution


def attempt(exercise):
    """Return the stub and the check of an exercise."""
    fold = exercise.find_next_sibling()
    return [code(fold.select_one(f".trial.{k}")) for k in ("stub", "check")]


def cells(solution):
    """Return the parts of a solution, of which some are the check."""
    shown = solution.select(".cell:has(.cell_input)")
    return stubs.divide([(code(c), "tag_check" in c["class"]) for c in shown])


def cells_above(exercise):
    """Return the code that live code runs before an attempt."""
    before = reversed(exercise.find_all_previous("div", class_="cell"))
    return [
        code(cell)
        for cell in before
        if cell.select_one(".cell_input")
        and not cell.find_parent("details", class_="solution")
    ]


@every_lesson
def test_each_exercise_that_asks_for_code_can_be_tried_below_it(name):
    exercises = [exercise for exercise, _ in solved_by_code(name)]
    folds = [exercise.find_next_sibling() for exercise in exercises]
    assert folds and folds == article(name).select("details.attempt")
    for fold, exercise in zip(folds, exercises, strict=True):
        assert not fold.has_attr("open")
        stub, check = attempt(exercise)
        assert stubs.BLANK in stub and ast.parse(stub)
        assert check.strip().endswith(stubs.PASSED)
        _, explained = fold.select(":scope > p")
        names = [name.get_text() for name in explained.select("code")]
        assert names and all(re.search(rf"\b{n}\b", stub) for n in names)
        assert ("finding" in explained.get_text()) == ("finding(" in check)


def inner(tree):
    """Return the statements of some code, but imports and docstrings."""
    kept = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, stubs.IMPORTS)
    ]
    return {ast.unparse(node) for node in kept if not is_docstring(node)}


def is_docstring(node):
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant)


@every_lesson
def test_no_stub_has_anything_of_the_answer(name):
    for exercise, solution in solved_by_code(name):
        shown = stubs.shown(
            [block.get_text() for block in exercise.select("pre")]
        )
        given = set().union(*(inner(ast.parse(c)) for c in shown.values()))
        answer = [part for part in cells(solution) if not part.checks]
        told = set().union(*(inner(part.node) for part in answer)) - given
        stub, _ = attempt(exercise)
        assert told and not told & inner(ast.parse(stub)), exercise["id"]


def known_after(code):
    """Return the names that some code leaves, modules among them."""
    tree = ast.parse(re.sub("^%.*", "", code, flags=re.M))
    imported = [n for n in ast.walk(tree) if isinstance(n, ast.alias)]
    names = {(n.asname or n.name).partition(".")[0] for n in imported}
    return names | set(stubs.bound(tree))


@every_lesson
def test_a_check_uses_no_name_that_nobody_has_made(name):
    for exercise, _ in solved_by_code(name):
        known = set(vars(builtins)).union(
            *map(known_after, cells_above(exercise))
        )
        stub, check = attempt(exercise)
        known |= known_after(stub) | set(re.findall(r"\w+", asked(stub)))
        parts = stubs.divide([(check, True)])
        missing = stubs.used(parts) - known - known_after(check)
        assert not missing, exercise["id"]


def asked(stub):
    """Return the names that a comment of a stub asks for."""
    found = re.search(r"# name these: ((?:.|\n#   )*)", stub)
    return found[1] if found else ""


@pytest.mark.proof
@pytest.mark.skipif(not hasattr(os, "fork"), reason="attempts run in forks")
@every_lesson
def test_solutions_pass_the_checks_where_they_stand_and_stubs_do_not(name):
    exercises, above, tried = list(solved_by_code(name)), [], []
    for exercise, solution in exercises:
        stub, check = attempt(exercise)
        answer = "\n".join(
            part.code
            for part in cells(solution)
            if not part.checks and not stubs.is_check(part.node)
        )
        new = cells_above(exercise)[sum(map(len, above)) :]
        above.append(new)
        tried.append([new, [answer, check], [stub, check]])
    env = os.environ | {
        "CHARRNN_MODELS": str(ROOT / "_build" / "models"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "book")]),
        "OMP_NUM_THREADS": "1",
    }
    result = subprocess.run(
        [sys.executable, ROOT / "tests" / "shared" / "attempts.py"],
        input=json.dumps(tried), cwd=ROOT / "book", env=env,
        stdout=subprocess.PIPE, encoding="utf-8", check=True,
    )  # fmt: skip
    *_, last = result.stdout.splitlines()
    labels = [exercise["id"] for exercise, _ in exercises]
    assert json.loads(last) == [[True, False] for _ in labels], labels


@every_lesson
def test_each_page_ends_with_a_check_of_oneself(name):
    *_, last = article(name).select("section > section")
    assert "Check yourself" in last.h2.get_text()
    questions = last.select("details.sd-dropdown")
    assert len(questions) >= 2
    for question in questions:
        assert not question.has_attr("open")
        title = question.summary.get_text(strip=True)
        assert "?" in title and len(question.get_text()) > len(title) + 40
