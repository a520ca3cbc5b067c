"""The exercises of each page."""

import re

import pytest
from shared.site import LESSONS, PAGES, article, front_matter, source

pytestmark = pytest.mark.usefixtures("built")
every_lesson = pytest.mark.parametrize("name", LESSONS)
TITLE = re.compile(
    r"([\d.]+ )?[A-Z].*[.?!] (Core|Project), .*\d+ minutes\b.*\."
)
PROJECTS = "book/projects"


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


def levels(name):
    """Return the level of each exercise of a page, from its title."""
    titles = article(name).select("div.exercise > .admonition-title")
    return [TITLE.fullmatch(title.get_text())[2] for title in titles]


def test_a_page_has_two_exercises_and_projects_have_a_page_of_their_own():
    assert all(levels(name) == ["Core", "Core"] for name in LESSONS)
    assert set(levels(PROJECTS)) == {"Project"}


def test_the_tables_for_teachers_list_all_exercises():
    solutions = {
        exercise["id"]: exercise.find_next_sibling("details")
        for name in PAGES
        for exercise in article(name).select("div.exercise")
    }
    rows = article("book/teach").select("details tr:has(a[href*='#ex-'])")
    listed = [row.a["href"].split("#")[1] for row in rows]
    assert listed == list(solutions)
    for row, solution in zip(rows, solutions.values(), strict=True):
        *_, minutes, kind = [cell.text for cell in row.select("td")]
        assert int(minutes) > 0
        assert (kind == "code") is bool(solution.select(".cell"))


@every_lesson
def test_each_solution_has_code_that_checks_it_or_a_proof(name):
    for solution in article(name).select("details.solution"):
        code = [cell.get_text() for cell in solution.select(".cell_input")]
        checked = any(re.search(r"\bassert|\bfinding\(", c) for c in code)
        assert checked or "Proof." in solution.get_text(), solution["id"]
