"""The table of all exercises, and their checks in notebooks."""

import pytest
from bs4 import BeautifulSoup

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
CODE = """
```{code-cell} ipython3
:tags: [solution]

total = sum(range(5))
assert total == 10
```
"""
PROOF = "\n*Proof.* It is so.\n"
OTHER = "book/other"


def exercise(label, title, solution):
    return EXERCISE.format(label=label, title=title, solution=solution)


@pytest.fixture
def exercises(book):
    """Build a book with two pages of exercises, and a table of all."""
    book.list_pages(OTHER)
    first = exercise("sum", "a sum – warm-up, 5 minutes", CODE)
    book.write(f"\n```{{exercises}}\n```\n{first}")
    second = exercise("proof", "a proof – core, on paper, 20 minutes", PROOF)
    third = exercise("all", "`all` of it – project, 45 minutes", CODE)
    book.write(second + third, OTHER)
    book.build()
    return book


def table_rows(book):
    """Return the rows of the table, each as a list of its cells."""
    page = BeautifulSoup(book.html(), "html.parser")
    rows = page.select("table.exercises tbody tr")
    return [[c.get_text().strip() for c in row.select("td")] for row in rows]


def test_the_table_lists_the_exercises_of_all_pages(exercises):
    first, second, third = table_rows(exercises)
    assert first == ["A Page", "1. A sum", "warm-up", "5", "code"]
    assert second == ["A Page", "2. A proof", "core", "20", "paper"]
    assert third == ["3. All of it", "project", "45", "code"]
    exercises.edit(f"{OTHER}.md", "a proof – core,", "a theorem – project,")
    exercises.build()
    assert table_rows(exercises)[1][1:3] == ["2. A theorem", "project"]


def test_a_check_of_no_name_of_the_solution_fails_the_build(book):
    code = CODE.replace("total == 10", "10 == 10")
    book.write(exercise("sum", "a sum – warm-up, 5 minutes", code))
    assert "the check of ex-sum looks at nothing" in book.fail()
