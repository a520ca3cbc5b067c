"""The exercises of each page."""

import re

import pytest
from shared.site import LESSONS, article, front_matter, source

pytestmark = pytest.mark.usefixtures("built")
every_lesson = pytest.mark.parametrize("name", LESSONS)
LEVELS = ["warm-up", "core", "project"]
TITLE = re.compile(rf"– ({'|'.join(LEVELS)}), .*\d+ minutes")


@every_lesson
def test_each_exercise_has_a_folded_solution(name):
    labels = re.findall(r"^:label: (ex-\S+)$", source(name), re.M)
    exercises = article(name).select("div.exercise")
    assert labels and [exercise["id"] for exercise in exercises] == labels
    for exercise in exercises:
        fold = exercise.find_next_sibling()
        assert fold.name == "details" and "solution" in fold["class"]


@every_lesson
def test_a_page_says_what_a_student_can_do_after_it(name):
    assert front_matter(name)["goal"]


@every_lesson
def test_exercises_rise_to_the_project(name):
    levels = []
    for title in article(name).select("div.exercise > .admonition-title"):
        found = TITLE.search(title.get_text())
        assert found, title
        levels.append(found[1])
    assert levels == sorted(levels, key=LEVELS.index)
    assert levels.count("core") == 2 and levels[-1] == "project"


def test_the_tables_for_teachers_list_all_exercises():
    solutions = {
        exercise["id"]: exercise.find_next_sibling("details")
        for name in LESSONS
        for exercise in article(name).select("div.exercise")
    }
    rows = article("book/teach").select("details tr:has(a[href*='#ex-'])")
    listed = [row.a["href"].split("#")[1] for row in rows]
    assert listed == list(solutions)
    for row, solution in zip(rows, solutions.values(), strict=True):
        *_, level, minutes, kind = [cell.text for cell in row.select("td")]
        assert level in LEVELS and int(minutes) > 0
        assert (kind == "code") is bool(solution.select(".cell"))


@every_lesson
def test_each_solution_has_code_that_checks_it_or_a_proof(name):
    for solution in article(name).select("details.solution"):
        code = [cell.get_text() for cell in solution.select(".cell_input")]
        checked = any(re.search(r"\bassert|\bfinding\(", c) for c in code)
        assert checked or "Proof." in solution.get_text(), solution["id"]
