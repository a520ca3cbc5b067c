"""The table of all exercises, and the stubs and checks in notebooks."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from chapter.export.notebooks import CHECK_SWITCH
from shared.book import INDEX

from coursework.stubs import BLANK, PASSED

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


def test_a_title_without_a_level_fails_the_build(exercises):
    exercises.edit(f"{OTHER}.md", "– core, on paper, 20", "(20")
    assert 'the title "a proof (20 minutes"' in exercises.fail()


def test_a_stub_and_a_check_stand_before_a_solution_with_code(exercises):
    file = exercises.site / "_sources" / f"{OTHER}.ipynb"
    sources = [c.source for c in nbformat.read(file, as_version=4).cells]
    stub = sources.index(f"# name these: total\n{BLANK}")
    assert "45 minutes" in sources[stub - 1]
    assert sources[stub + 1] == (
        f"{CHECK_SWITCH}\n    assert total == 10\n    {PASSED}"
    )
    assert sources[stub + 2].startswith("total = sum(range(5))")
    assert "\n".join(sources).count(BLANK) == 1
    for page in (INDEX, OTHER):
        assert BLANK not in exercises.html(page)


def test_a_check_of_no_name_of_the_solution_fails_the_build(exercises):
    exercises.edit(f"{OTHER}.md", "assert total == 10", "assert 10 == 10")
    assert "the check of ex-all looks at nothing" in exercises.fail()
