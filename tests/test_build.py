"""The build: it fails when it must, and shows nothing stale."""

import shutil

import pytest
from book_site import ROOT, build

PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# A Page

```{code-cell} ipython3
from charrnn.corpus import clean

print("answer:", clean("A Word"))
```
"""


@pytest.fixture
def book(tmp_path):
    """Make a book of one page with the configuration of the chapter."""
    for name in ("charrnn", "book/_ext", "book/_static"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    for name in ("_config.yml", "book/references.bib"):
        shutil.copy(ROOT / name, tmp_path / name)
    toc = "format: jb-book\nroot: book/index\n"
    (tmp_path / "_toc.yml").write_text(toc, "utf-8")
    (tmp_path / "book" / "index.md").write_text(PAGE, "utf-8")
    return tmp_path


def write_page(book, extra):
    (book / "book" / "index.md").write_text(PAGE + extra, "utf-8")


def html(book):
    file = book / "_build" / "html" / "book" / "index.html"
    return file.read_text("utf-8")


def cell(code):
    return f"\n```{{code-cell}} ipython3\n{code}\n```\n"


MISTAKES = {
    "a failing cell": (cell("1 / 0"), "ZeroDivisionError"),
    "a cell that writes to stderr": (
        cell("import sys; print('oops', file=sys.stderr)"),
        "stderr",
    ),
    "a missing reference": ("\nSee {numref}`fig-nowhere`.\n", "fig-nowhere"),
    "a missing page": ("\nSee [](nowhere.md).\n", "nowhere.md"),
    "an unknown role": ("\nSee {nonsense}`this`.\n", "nonsense"),
    "a missing citation": ("\nSee {cite}`nobody1900`.\n", "nobody1900"),
    "a missing image": ("\n![A picture](nowhere.png)\n", "nowhere.png"),
    "a mistake in a formula": ("\n$$ \\frac{1 $$\n", "KaTeX parse error"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_this_build_and_the_next(book, mistake):
    extra, message = MISTAKES[mistake]
    write_page(book, extra)
    for _ in range(2):
        result = build(book)
        assert result.returncode != 0, result.stdout
        assert "index.md" in result.stdout and message in result.stdout
    write_page(book, "")
    result = build(book)
    assert result.returncode == 0, result.stdout


def test_outputs_follow_the_package(book):
    source = book / "charrnn" / "corpus.py"
    original = source.read_text("utf-8")
    assert build(book).returncode == 0
    assert "answer: a word" in html(book)
    changed = original.replace(
        '.strip()\n\n\nclass Vocab', '.strip().upper()\n\n\nclass Vocab'
    )  # fmt: skip
    assert changed != original
    source.write_text(changed, "utf-8")
    assert build(book).returncode == 0
    assert "answer: A WORD" in html(book)
    source.write_text(original, "utf-8")
    result = build(book)
    assert result.returncode == 0
    assert "answer: a word" in html(book)
    assert "Using cached notebook" in result.stdout


def test_results_follow_the_page_they_come_from(book):
    toc = "format: jb-book\nroot: book/index\nchapters:\n- file: book/other\n"
    (book / "_toc.yml").write_text(toc, "utf-8")
    write_page(book, "\nIt is {glue:text}`other.md::result:s`.\n")
    for result in ("one", "two"):
        code = f"from myst_nb import glue\n\nglue('result', '{result}')"
        (book / "book" / "other.md").write_text(PAGE + cell(code), "utf-8")
        assert build(book).returncode == 0
        assert f'It is <span class="pasted-text">{result}</span>' in html(book)


def test_prose_alone_executes_nothing(book):
    assert "Executed notebook" in build(book).stdout
    write_page(book, "\nA new sentence.\n")
    result = build(book)
    assert "Executed notebook" not in result.stdout
    assert "A new sentence." in html(book)
