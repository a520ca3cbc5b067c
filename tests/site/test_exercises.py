"""Exercises, and a check of oneself."""

import re

import pytest
from shared.site import CHAPTER, NOTEBOOKS, article

pytestmark = pytest.mark.usefixtures("built")
LESSONS = [name for name in CHAPTER if name in NOTEBOOKS]


@pytest.mark.parametrize("name", LESSONS)
def test_exercises_have_folded_solutions(name):
    exercises = article(name).select(".admonition.exercise")
    assert exercises
    for number, exercise in enumerate(exercises, start=1):
        title = exercise.select_one(".admonition-title").get_text()
        assert title.startswith(f"Exercise {number}: ")
        solution = exercise.find_next_sibling()
        folded = solution.select("details") or [solution]
        assert all(part.name == "details" for part in folded)
        assert not any(part.has_attr("open") for part in folded)
        for code in solution.select(".cell_input"):
            assert re.search(r"assert|finding\(", code.get_text())


def test_there_are_exercises_enough():
    exercises = [article(n).select(".admonition.exercise") for n in LESSONS]
    solved = [
        cell
        for name in LESSONS
        for cell in article(name).select(".tag_hide-cell")
    ]
    assert len(sum(exercises, [])) >= 20 and len(solved) >= 20


@pytest.mark.parametrize("name", LESSONS)
def test_each_page_ends_with_a_check_of_oneself(name):
    *_, last = article(name).select("section > section")
    assert "Check yourself" in last.h2.get_text()
    questions = last.select("details.sd-dropdown")
    assert len(questions) >= 2
    for question in questions:
        assert not question.has_attr("open")
        title = question.summary.get_text(strip=True)
        assert "?" in title and len(question.get_text()) > len(title) + 40
