"""Exercises, from the warm-up to the project, and a check of oneself."""

import re

import pytest
from shared.site import CHAPTER, LESSONS, article, source

pytestmark = pytest.mark.usefixtures("built")
every_lesson = pytest.mark.parametrize("name", LESSONS)
STEPS = ["warm-up", "core", "project"]
TITLE = re.compile(rf"– ({'|'.join(STEPS)}), .*\d+ minutes")


@every_lesson
def test_each_exercise_is_numbered_and_has_a_folded_solution(name):
    labels = re.findall(r"^:label: (ex-\S+)$", source(name), re.M)
    exercises = article(name).select("div.exercise")
    assert labels and [exercise["id"] for exercise in exercises] == labels
    for i, exercise in enumerate(exercises, start=1):
        number = exercise.select_one(".admonition-title .caption-number")
        chapter = CHAPTER.index(name) + 1
        assert number.get_text().strip() == f"Exercise {chapter}.{i}"
        solution = exercise.find_next_sibling()
        assert "solution" in solution["class"]
        assert solution.name == "details" and not solution.has_attr("open")
        assert solution.select_one("summary") and solution.get_text().strip()


@every_lesson
def test_exercises_are_a_ladder_from_the_warm_up_to_the_project(name):
    steps = []
    for title in article(name).select("div.exercise > .admonition-title"):
        found = TITLE.search(title.get_text())
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


@every_lesson
def test_each_page_ends_with_a_check_of_oneself(name):
    *_, last = article(name).select("section > section")
    assert "Check yourself" in last.h2.get_text()
    questions = last.select("details.sd-dropdown")
    assert len(questions) >= 2
    for question in questions:
        assert not question.has_attr("open")
        assert "?" in question.summary.get_text()
