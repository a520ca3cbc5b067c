"""The checks of exercises in notebooks."""

EXERCISE = """
:::{{exercise}} A sum – core, 5 minutes
:label: ex-sum

Do it.
:::

:::{{solution-start}} ex-sum
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


def test_a_check_of_no_name_of_the_solution_fails_the_build(book):
    code = CODE.replace("total == 10", "10 == 10")
    book.write(EXERCISE.format(solution=code))
    assert "the check of ex-sum looks at nothing" in book.fail()
