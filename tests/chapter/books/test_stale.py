"""Builds show nothing stale, and execute only what has changed."""

from shared.book import TRAINED, cell, shorten_recipes

CORPUS = "charrnn/corpus.py"
PLAIN, LOUD = (f".strip(){x}\n\n\nclass Vocab" for x in ("", ".upper()"))


def test_pages_run_again_after_an_edit_of_code_but_not_of_prose(book):
    assert "answer: a word" in book.html()
    book.write("\nProse about recipes.\n")
    assert "executed" not in book.build()
    assert "Prose about" in book.html()
    book.edit("coursework/stubs.py", '"""Cut', '"""Do cut')  # not reached
    assert "executed" not in book.build()
    book.edit(CORPUS, PLAIN, LOUD)
    printed = book.build()
    assert "executed book/index" in printed
    assert "networks to train" not in printed  # only a word names them
    assert "answer: A WORD" in book.html()
    book.edit(CORPUS, LOUD, PLAIN)
    assert "executed" not in book.build()
    assert "answer: a word" in book.html()


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
    assert "book/index was edited, or what it depends on" in book.fail()
    assert "executed book/index" in book.build()


def test_an_edit_of_a_page_while_another_runs_fails_the_build(book):
    book.list_pages("book/other")
    book.write(cell("print('one')"), "book/other")
    edited = (book.root / "book" / "other.md").read_text("utf-8") + cell("1")
    edit = f"number = open('other.md', 'w').write({edited!r})"
    book.write(cell(f"import time\n\ntime.sleep(5)\n{edit}"))
    assert "book/other was edited, or what it depends" in book.fail()


def test_models_are_trained_before_the_pages_and_only_once(book):
    shorten_recipes(book)
    book.write(TRAINED)
    printed = book.build()
    trained, executed = map(printed.index, ("2 of 2 networks", "executed"))
    assert trained < executed and "2 epochs" in book.html()
    assert "executed" not in book.build()
    book.edit("charrnn/training.py", '"""Train', '"""Really train')
    printed = book.build()
    assert "executed book/index" in printed
    assert "networks to train" not in printed


def test_a_build_after_a_check_of_links_shows_nothing_stale(book):
    book.write("\nSee [this](http://127.0.0.1:9/).\n")
    book.edit(CORPUS, PLAIN, LOUD)
    options = ["--builder", "linkcheck", "--path-output", "_build/links"]
    book.fail(*options)
    book.build()
    assert "answer: A WORD" in book.html()


def test_a_removed_page_is_removed_from_the_site(book):
    book.list_pages("book/other")
    book.write(page="book/other")
    book.build()
    other = book.site / "book" / "other.html"
    notebook = book.site / "_sources" / "book" / "other.ipynb"
    assert other.exists() and notebook.exists()
    book.list_pages()
    (book.root / "book" / "other.md").unlink()
    book.build()
    assert not other.exists() and not notebook.exists()
