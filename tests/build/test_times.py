"""The line under a title: how long a page takes to read."""

from bs4 import BeautifulSoup
from shared.book import cell

LINE = "\n```{times}\n```\n"
WORDS = "\n" + 420 * "word " + "\n"
CODE = "\n".join(f"x = {i}" for i in range(58))  # and 2 lines of the page
FOLDED = CODE.replace("x", "y") + "\nprint(100 * 'printed\\n')"
APART = f"""
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


def said(book):
    """Return what the page says of its time."""
    html = BeautifulSoup(book.html(), "html.parser")
    (line,) = html.select("article p.times")
    return line.get_text()


def test_what_is_folded_printed_or_to_be_solved_is_not_read(book):
    book.write(LINE + WORDS + cell(CODE))
    book.build()
    assert said(book) == "About 5 minutes to read."
    book.write(LINE + WORDS + cell(CODE) + APART)
    book.build()
    assert said(book) == "About 5 minutes to read without the exercises."
