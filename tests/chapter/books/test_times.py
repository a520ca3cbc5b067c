"""The times under the title of a page, and those of a part."""

from bs4 import BeautifulSoup
from shared.book import cell

LINE = "\n```{times}\n```\n"
EXERCISES = "; the core exercises take another {0}, all of them {0}."
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
PARTS = """\
format: jb-book
root: book/index
parts:
  - caption: "I. First"
    chapters:
      - file: book/one
      - file: book/two
  - caption: "II. Second"
    chapters:
      - file: book/other
"""


def line_of_times(book):
    """Return the line with the reading time."""
    html = BeautifulSoup(book.html(), "html.parser")
    (line,) = html.select("article p.times")
    return line.get_text()


def test_folds_and_outputs_do_not_count_and_exercises_count_apart(book):
    book.write(LINE + WORDS + cell(CODE))
    book.build()
    assert line_of_times(book) == "About 5 minutes to read."
    book.write(LINE + WORDS + cell(CODE) + NOT_COUNTED)
    book.build()
    assert line_of_times(book) == (
        f"About 5 minutes to read{EXERCISES.format('60 minutes')}"
    )


def test_the_time_of_a_part_follows_its_pages(book):
    (book.root / "_toc.yml").write_text(PARTS, "utf-8")
    book.write("\nIt takes {part-times}`I`.\n")
    book.write(NOT_COUNTED, "book/one")
    for page in ("book/two", "book/other"):
        book.write(WORDS, page)
    book.build()
    line = f"It takes about 2 minutes to read{EXERCISES}"
    assert line.format("60 minutes") in book.html()
    book.edit("book/one.md", "60 minutes", "155 minutes")
    book.build()
    assert line.format("2½ hours") in book.html()
