"""The times under the title of a page, and the time of a part."""

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
    (line,) = book.select("article p.times")
    return line.get_text()


def test_folds_and_outputs_do_not_count_and_exercises_count_apart(book):
    book.write(LINE + WORDS + cell(CODE))
    book.build()
    reading = "Reading alone takes about 5 minutes"
    assert line_of_times(book) == f"{reading}."
    book.write(LINE + WORDS + cell(CODE) + NOT_COUNTED)
    book.build()
    exercises = "and the core exercises another 60 minutes"
    assert line_of_times(book) == f"{reading}, {exercises}."


def test_the_time_of_a_part_follows_its_pages(book):
    (book.root / "_toc.yml").write_text(PARTS, "utf-8")
    book.write("\nPart I takes {part-times}`I`.\n")
    book.write(NOT_COUNTED, "book/one")
    for page in ("book/two", "book/other"):
        book.write(WORDS, page)
    book.build()
    assert "Part I takes about 2 minutes." in book.html()
    book.write(3 * WORDS, "book/two")
    book.build()
    assert "Part I takes about 7 minutes." in book.html()
