"""A build shows nothing stale, and executes nothing without need."""

import os
import time

from shared.book import cell, wait_for

CORPUS = "charrnn/corpus.py"
PLAIN, LOUD = (f".strip(){x}\n\n\nclass Vocab" for x in ("", ".upper()"))
PROSE = "\nProse.\n"


def test_outputs_follow_the_package_and_prose_executes_nothing(book, original):
    assert "Executed notebook" in original.printed
    assert "answer: a word" in book.html()
    book.write(PROSE)
    assert "Executed notebook" not in book.build()
    assert "Prose." in book.html()
    book.edit(CORPUS, PLAIN, LOUD)
    assert "Executed notebook" in book.build()
    assert "answer: A WORD" in book.html()
    book.edit(CORPUS, LOUD, PLAIN)
    assert "Using cached notebook" in book.build()
    assert "answer: a word" in book.html()


def test_results_follow_the_page_they_come_from(book):
    book.list_pages("book/other")
    book.write("\nIt is {glue:text}`other.md::result:s`.\n")
    for result in ("one", "two"):
        code = f"from myst_nb import glue\n\nglue('result', '{result}')"
        book.write(cell(code), "book/other")
        book.build()
        expected = f'It is <span class="pasted-text">{result}</span>'
        assert expected in book.html()


def test_a_package_edited_during_the_build_is_not_trusted(book):
    book.write(cell(
        "from pathlib import Path\n"
        "file = Path('../charrnn/display.py')\n"
        "text = file.read_text('utf-8')\n"
        "if not text.endswith('# edited\\n'):\n"
        "    file.write_text(text + '# edited\\n', 'utf-8')"
    ))  # fmt: skip
    assert "charrnn was edited during the build" in book.fail()
    assert book.caches() == set()
    book.build()


def test_the_cache_of_a_build_that_was_killed_is_not_trusted(book, tmp_path):
    begun = tmp_path / "begun"
    book.write(cell(f"open({str(begun)!r}, 'w')\nwhile True: pass"))
    with book.start() as process:
        while not begun.exists():
            time.sleep(0.1)
        book.edit(CORPUS, PLAIN, LOUD)
        process.kill()
    book.edit(CORPUS, LOUD, PLAIN)
    book.write()
    assert "Executed notebook" in book.build()
    assert "Using cached" not in book.build()  # nothing is read


def test_checking_links_leaves_nothing_stale(book):
    book.write("\nSee [this](http://127.0.0.1:9/).\n")
    book.edit(CORPUS, PLAIN, LOUD)
    options = ["--builder", "linkcheck", "--path-output", "_build/links"]
    printed = book.fail(*options)
    assert "index: line   19" in printed and "broken" in printed
    assert "links can be reached: is there a network?" in printed
    assert "Using cached notebook" in book.build()
    assert "answer: A WORD" in book.html()


def add_caches(book, names, age):
    for i, name in enumerate(names):
        folder = book.root / "_build" / ".jupyter_cache" / name
        folder.mkdir(parents=True)
        os.utime(folder, (time.time() - age + i,) * 2)


def test_old_caches_are_removed_but_not_the_one_in_use(book):
    (own,) = book.caches()
    add_caches(book, ["old1", "old2"], 2000)
    os.utime(book.root / "_build" / ".jupyter_cache" / own, (0, 0))
    add_caches(book, ["new1", "new2", "new3"], 1000)
    book.write(PROSE)
    assert "Using cached notebook" in book.build()
    assert book.caches() == {own, "new1", "new2", "new3"}


def test_two_builds_at_once_keep_their_caches(book, tmp_path):
    go = tmp_path / "go"
    book.write(cell(f"import os\nwhile not os.path.exists({str(go)!r}): 0"))
    info = tmp_path / "pretended" / "numpy-99.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: numpy\nVersion: 99\n", "utf-8")
    others = {"new1", "new2", "new3", "new4"}
    with book.start() as first:
        wait_for(first, "Executing notebook")
        add_caches(book, others, -1000)
        with book.start(PYTHONPATH=str(info.parent)) as second:
            wait_for(second, "another build is running here")
            go.touch()
            assert "build succeeded" in first.stdout.read()
            assert "build succeeded" in second.stdout.read()
    assert first.returncode == 0 and second.returncode == 0
    (own,) = book.caches() - others
    folder = book.root / "_build" / ".jupyter_cache" / own
    assert (folder / "global.db").exists()


def test_an_edit_of_the_style_is_built(book):
    sheet = book.root / "book" / "_static" / "chapter.css"
    edited = sheet.read_text("utf-8") + "h1 { letter-spacing: 77px; }\n"
    sheet.write_text(edited, "utf-8")
    assert "Executed notebook" not in book.build()
    style = book.site / "_static" / "style.css"
    assert "letter-spacing: 77px" in style.read_text("utf-8")


def test_a_page_that_is_removed_leaves_the_site(book):
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
