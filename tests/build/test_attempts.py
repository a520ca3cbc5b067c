"""Exercises: the fold to try one in, and the table of all of them."""

import pytest
from bs4 import BeautifulSoup
from chapter.page import stubs
from shared.book import INDEX

EXERCISE = """
:::{{exercise}} {title}
:label: ex-{label}

Do it.
:::

:::{{solution-start}} ex-{label}
:::
{solution}
:::{{solution-end}}
:::
"""
SOLVED = """
```{code-cell} ipython3
:tags: [solution]

total = sum(range(5))
print("a long way to", total)
assert total == 10
```
"""
PROVED = "\n*Proof.* It is so.\n"
OTHER = "book/other"


def exercise(label, title, solution):
    return EXERCISE.format(label=label, title=title, solution=solution)


@pytest.fixture
def exercises(book):
    """Build a book with two pages of exercises, and a table of all."""
    book.list_pages(OTHER)
    first = exercise("sum", "a sum (warm-up, 5 minutes)", SOLVED)
    book.write(f"\n```{{exercises}}\n```\n{first}")
    second = exercise("proof", "a proof (core, on paper, 20 minutes)", PROVED)
    third = exercise("all", "`all` of it (project, 45 minutes)", SOLVED)
    book.write(second + third, OTHER)
    book.build()
    return book


def page(book, name=INDEX):
    return BeautifulSoup(book.html(name), "html.parser")


def rows(book):
    """Return the rows of the table, each as a list of its cells."""
    lines = page(book).select("table.exercises tbody tr")
    return [[c.get_text().strip() for c in row.select("td")] for row in lines]


def test_the_table_lists_the_exercises_of_all_pages(exercises):
    first, second, third = rows(exercises)
    assert first == ["A Page", "1. A sum", "warm-up", "5", "code"]
    assert second == ["A Page", "2. A proof", "core", "20", "paper"]
    assert third == ["3. All of it", "project", "45", "code"]
    pages = page(exercises).select("table.exercises td[rowspan]")
    assert [cell["rowspan"] for cell in pages] == ["1", "2"]
    links = page(exercises).select("table.exercises tbody a")
    assert [link["href"] for link in links] == [
        "#", "#ex-sum", "other.html", "other.html#ex-proof",
        "other.html#ex-all",
    ]  # fmt: skip


def test_the_table_follows_an_edit_of_another_page(exercises):
    exercises.edit(f"{OTHER}.md", "a proof (core,", "a theorem (project,")
    exercises.build()
    assert rows(exercises)[1][1:3] == ["2. A theorem", "project"]


def test_a_title_without_a_level_is_a_mistake(exercises):
    exercises.edit(f"{OTHER}.md", "a proof (core, on paper, 20", "a proof (20")
    assert 'the title "a proof (20 minutes)"' in exercises.fail()


def test_an_exercise_that_asks_for_code_has_a_fold_and_no_other(exercises):
    (fold,) = page(exercises).select("details.attempt")
    assert not fold.has_attr("open")
    assert fold.find_previous_sibling("div")["id"] == "ex-sum"
    stub, check = (code.get_text() for code in fold.select("pre"))
    assert stub.strip() == f"# name these: total\n{stubs.BLANK}"
    assert check.strip() == f"assert total == 10\n{stubs.PASSED}"
    (link,) = fold.select("a")
    assert (exercises.site / "book" / link["href"]).exists()
    assert fold.select("button") == []  # nobody knows where it would run
    proof, _ = page(exercises, OTHER).select("div.exercise")
    assert "attempt" not in proof.find_next_sibling("details")["class"]


def test_the_notebook_and_the_search_know_nothing_of_attempts(exercises):
    notebook = exercises.site / "_sources" / f"{INDEX}.ipynb"
    assert "a long way to" in notebook.read_text("utf-8")
    for file in (notebook, exercises.site / "sections.js"):
        assert stubs.BLANK not in file.read_text("utf-8")


def test_a_check_that_looks_at_nothing_is_a_mistake(exercises):
    exercises.edit(f"{OTHER}.md", "assert total == 10", "assert 10 == 10")
    printed = exercises.fail()
    assert "the check of ex-all looks at nothing" in printed
    assert f"{OTHER}" in printed
