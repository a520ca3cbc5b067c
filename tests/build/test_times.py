"""The reading time under the title of a page."""

from bs4 import BeautifulSoup
from shared.book import cell

LINE = "\n```{times}\n```\n"
WORDS = "\n" + 420 * "word " + "\n"
CODE = "\n".join(f"x = {i}" for i in range(58))  # and 2 lines of the page
FOLDED = CODE.replace("x", "y") + "\nprint(100 * 'printed\\n')"
NOT_COUNTED = f"""
```{{code-cell}} ipython3
:tags: [hide-input]
{FOLDED}
```

$$ {600 * "x "} $$

:::{{exercise}} long – project, 60 minutes
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


def reading_time(book):
    """Return the line with the reading time."""
    html = BeautifulSoup(book.html(), "html.parser")
    (line,) = html.select("article p.times")
    return line.get_text()


def test_folds_outputs_and_exercises_do_not_count(book):
    book.write(LINE + WORDS + cell(CODE))
    book.build()
    assert reading_time(book) == "About 5 minutes to read."
    book.write(LINE + WORDS + cell(CODE) + NOT_COUNTED)
    book.build()
    assert (
        reading_time(book) == "About 5 minutes to read without the exercises."
    )
