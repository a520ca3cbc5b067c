"""Builds show nothing stale, and execute only what has changed."""

import html
import re

from shared.book import INDEX, TRAINED, cell, shorten_recipes

CORPUS = "charrnn/corpus.py"
PLAIN, LOUD = (f"fold(text)).strip(){x}\n" for x in ("", ".upper()"))
READS = """
```{code-cell} ipython3
---
mystnb:
  figure:
    caption: What a folder has
---
from pathlib import Path

from IPython.display import SVG

data = Path("../data")
names = sorted(file.name for file in data.iterdir())
print(", ".join(names), data.joinpath("one").read_text("utf-8"))
SVG("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
```
"""


def executed(printed):
    """Return the pages that a build has executed."""
    return re.findall(r"executed (\S+) in", printed)


def test_pages_run_again_after_an_edit_of_code_but_not_of_prose(book):
    assert "answer: a word" in book.html()
    book.write("\nProse about load_or_train.\n")
    assert not executed(book.build())
    assert "Prose about" in book.html()
    book.edit("coursework/stubs.py", '"""Cut', '"""Do cut')  # not reached
    assert not executed(book.build())
    book.edit(CORPUS, PLAIN, LOUD)
    printed = book.build()
    assert executed(printed) == [INDEX]
    assert "networks to train" not in printed  # only a word names them
    assert "answer: A WORD" in book.html()
    book.edit(CORPUS, LOUD, PLAIN)
    book.build()
    assert "answer: a word" in book.html()


def test_a_page_runs_again_if_a_file_or_a_folder_has_changed(book):
    data = book.root / "data"
    data.mkdir()
    for name in ("one", "two"):
        (data / name).write_text("first", "utf-8")
    book.write(READS)
    book.build()
    assert "one, two first" in book.html()
    book.write(READS.replace("has", "holds"))  # the caption
    assert not executed(book.build())
    assert "What a folder holds" in book.html()
    for edit, expected in [
        (lambda: (data / "three").touch(), "one, three, two first"),
        (lambda: (data / "one").write_text("next"), "one, three, two next"),
        (lambda: (data / "two").unlink(), "one, three next"),
    ]:
        edit()
        assert executed(book.build()) == [INDEX]
        assert expected in book.html()


def test_what_is_taken_out_of_pages_is_no_dependency_on_their_prose(book):
    book.list_pages("book/other")
    book.write("\nOnce.\n" + cell("1"), "book/other")
    book.write(cell(
        "from bookkit.findings import stated\n\n"
        "print([name for _, name, _ in stated()])"
    ))  # fmt: skip
    book.build()
    book.edit("book/other.md", "Once.", "Twice.")
    assert not executed(book.build())
    book.edit("book/other.md", "\n1\n", "\nif 0:\n    finding('a', 'A', 1)\n")
    assert sorted(executed(book.build())) == [INDEX, "book/other"]
    assert "['a']" in html.unescape(book.html())


def test_a_finished_page_is_kept_by_a_build_that_fails(book):
    book.list_pages("book/other")
    book.write(cell("import time\n\ntime.sleep(5)\n1 / 0"), "book/other")
    book.write(cell("print('new')"))
    assert executed(book.fail()) == [INDEX]
    book.write(cell("print('mended')"), "book/other")
    assert executed(book.build()) == ["book/other"]
    assert "new" in book.html()


def test_a_damaged_file_of_the_cache_is_not_used(book):
    (file,) = book.root.glob("_build/executed/*/executed/*/base.ipynb")
    file.write_bytes(file.read_bytes()[:-100])
    assert executed(book.build()) == [INDEX]
    file.unlink()
    assert executed(book.build()) == [INDEX]


def test_a_pasted_result_changes_with_the_page_it_comes_from(book):
    book.list_pages("book/other")
    book.write("\nIt is {glue:text}`other.md::result:s`.\n")
    for result in ("one", "two"):
        code = f"from myst_nb import glue\n\nglue('result', '{result}')"
        book.write(cell(code), "book/other")
        book.build()
        expected = f'It is <span class="pasted-text">{result}</span>'
        assert expected in book.html()


def test_all_pages_list_a_page_that_is_added_or_renamed(book):
    other = book.root / "book" / "other.md"
    book.list_pages("book/other")
    for title in ("Some Title", "Another Title"):
        other.write_text(f"# {title}\n", "utf-8")
        book.build()
        assert title in book.html()


def test_an_edit_of_a_package_while_a_page_runs_fails_the_build(book):
    book.write(cell(
        "from pathlib import Path\n"
        "file = Path('../charrnn/corpus.py')\n"
        "text = file.read_text('utf-8')\n"
        "if not text.endswith('# edited\\n'):\n"
        "    file.write_text(text + '# edited\\n', 'utf-8')"
    ))  # fmt: skip
    assert "book/index has read what was edited as it ran" in book.fail()
    assert executed(book.build()) == [INDEX]


def test_an_edit_of_a_page_while_another_runs_is_shown(book):
    book.list_pages("book/other")
    book.write(cell("print('one')"), "book/other")
    edited = (book.root / "book" / "other.md").read_text("utf-8")
    edited = edited.replace("'one'", "'two'")
    edit = f"number = open('other.md', 'w').write({edited!r})"
    book.write(cell(f"import time\n\ntime.sleep(5)\n{edit}"))
    book.build()
    assert ">two" in book.html("book/other")
    assert executed(book.build()) == ["book/other"]


def test_models_are_trained_before_the_pages_and_only_once(book):
    shorten_recipes(book)
    book.write(TRAINED)
    printed = book.build()
    trained, run = map(printed.index, ("2 of 2 networks", "executed book"))
    assert trained < run and "2 epochs" in book.html()
    assert not executed(book.build())
    book.edit("charrnn/training.py", '"""Train', '"""Really train')
    printed = book.build()
    assert executed(printed) == [INDEX]
    assert "networks to train" not in printed


def test_a_build_after_a_check_of_links_shows_nothing_stale(book):
    book.write("\nSee [this](http://127.0.0.1:9/).\n")
    book.edit(CORPUS, PLAIN, LOUD)
    options = ["--builder", "linkcheck", "--path-output", "_build/links"]
    book.fail(*options)
    book.build()
    assert "answer: A WORD" in book.html()
