"""The tables of all exercises, and their checks in notebooks."""

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
ONE, OTHER = "book/one", "book/other"


def exercise(label, title, solution):
    return EXERCISE.format(label=label, title=title, solution=solution)


def table_rows(book):
    """Return the rows of all tables, each as a list of its paragraphs."""
    rows = book.select("details tr", OTHER)
    return [[p.get_text() for p in row.select("p")] for row in rows]


def test_the_tables_list_the_exercises_of_all_pages(book):
    book.list_pages(ONE, OTHER)
    book.write(exercise("sum", "a sum – warm-up, 5 minutes", CODE), ONE)
    second = exercise("proof", "a proof – core, on paper, 20 minutes", PROOF)
    third = exercise("all", "`all` of it – project, 45 minutes", CODE)
    book.write(f"\n```{{exercises}}\n```\n{second}{third}", OTHER)
    book.build()
    assert f"{OTHER} (2 exercises, 65 minutes)" in book.html(OTHER)
    head, page, first, *head_and_page, second, third = table_rows(book)
    assert head_and_page == [head, page] and page == ["A Page", "write a page"]
    assert first == ["1. A sum", "warm-up", "5", "code"]
    assert second == ["2. A proof", "core", "20", "paper"]
    assert third == ["3. All of it", "project", "45", "code"]
    book.edit(f"{ONE}.md", "a sum – warm-up,", "a product – project,")
    book.build()
    assert table_rows(book)[2][:2] == ["1. A product", "project"]


def test_a_check_of_no_name_of_the_solution_fails_the_build(book):
    code = CODE.replace("total == 10", "10 == 10")
    book.write(exercise("sum", "a sum – warm-up, 5 minutes", code))
    assert "the check of ex-sum looks at nothing" in book.fail()
