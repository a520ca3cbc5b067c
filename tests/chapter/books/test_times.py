"""The time under the title of a page."""

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
    """Return the line with the reading time."""
    (line,) = book.select("article p.times")
    return line.get_text()


def test_folds_outputs_and_exercises_do_not_count(book):
    for others in ("", NOT_COUNTED):
        book.write(LINE + WORDS + cell(CODE) + others)
        book.build()
        assert line_of_times(book) == "Reading takes about 5 minutes."
