"""The line under a title: how long a page takes to read, and to run."""

import json

import pytest
from bs4 import BeautifulSoup
from chapter.page import times
from shared.book import INDEX, cell

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

:::{{exercise}} long (project, 60 minutes)
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


def record(book, **seconds):
    """Let a record have the seconds of pages."""
    file = book.root / times.RECORD
    file.parent.mkdir(exist_ok=True)
    pages = {name: {"seconds": found} for name, found in seconds.items()}
    file.write_text(json.dumps({"results": {"pages": pages}}), "utf-8")


def said(book, page=INDEX):
    """Return what a page says of its times."""
    html = BeautifulSoup(book.html(page), "html.parser")
    (line,) = html.select("article p.times")
    return line


def test_a_page_says_how_long_it_takes(book):
    book.list_pages("book/rerun")
    book.write(page="book/rerun")
    book.write(LINE + WORDS + cell(CODE))
    book.build()
    assert said(book).get_text() == "About 5 minutes to read."
    record(book, index=12.3, other=1)
    book.build()
    reading = "About 5 minutes to read"
    running = "; Run All takes about 20 seconds (where, and how)"
    assert said(book).get_text() == f"{reading}{running}."
    assert said(book).a["href"] == "rerun.html"
    notebook = book.site / "_sources" / f"{INDEX}.ipynb"
    assert f'"{reading}.' in notebook.read_text("utf-8")
    record(book, index=61)
    book.write(LINE + cell(CODE))
    book.build()
    assert "About 3 minutes" in said(book).get_text()
    assert "about 2 minutes (" in said(book).get_text()


def test_what_is_folded_printed_or_to_be_solved_is_not_read(book):
    book.write(LINE + WORDS + cell(CODE) + APART)
    book.build()
    text = said(book).get_text()
    assert text == "About 5 minutes to read without the exercises."
    assert "</span>. Long (project, 60 minutes)</p>" in book.html()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "5 seconds"),
        (5, "5 seconds"),
        (5.1, "10 seconds"),
        (30, "30 seconds"),
        (31.4, "a minute"),
        (60, "a minute"),
        (60.1, "2 minutes"),
        (181, "4 minutes"),
    ],
)
def test_a_time_to_wait_is_rounded_up(seconds, words):
    assert times.rounded_up(seconds) == words
