"""The question and the time under the title of a page."""

import nbformat
from shared.book import INDEX, cell

LINE = "\n```{times}\n```\n"
WORDS = "\n" + 420 * "word " + "\n"
CODE = "\n".join(f"x = {i}" for i in range(58))  # and 2 lines of the page
FOLDED = CODE.replace("x", "y") + "\nprint(100 * 'printed\\n')"
EQUATIONS = 4 * "\n$$ x $$\n"
NOT_COUNTED = f"""
```{{code-cell}} ipython3
:tags: [hide-input]
{FOLDED}
```

:::{{exercise}} long – core, 60 minutes
:label: ex-long
{WORDS}
:::

:::{{solution}} ex-long
{WORDS}
:::

:::{{dropdown}} Is this counted?
{WORDS}
:::
"""


def line_of_times(book):
    """Return the line under the title."""
    (line,) = book.select("article p.times")
    return line.get_text()


def test_the_question_follows_the_title_and_its_changes(book):
    book.write(LINE + WORDS)
    for question in ("How?", "Why: or how?"):
        book.list_pages()
        titled = f"root: {INDEX}\ntitle: 'A Page: {question}'"
        book.edit("_toc.yml", f"root: {INDEX}", titled)
        book.build()
        time = "About 5 minutes, with a pencil."
        assert line_of_times(book) == f"{question} {time}"
        source = book.site / "_sources" / f"{INDEX}.ipynb"
        notebook = nbformat.read(source, as_version=4)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert f"*{question}* {time}" in text
        assert text.count(question) == 1


def test_equations_count_but_not_folds_outputs_and_exercises(book):
    for others, count in ("", 10), (NOT_COUNTED, 10), (EQUATIONS, 20):
        book.write(LINE + WORDS + cell(CODE) + others)
        book.build()
        expected = f"About {count} minutes, with a pencil."
        assert line_of_times(book) == expected
