"""Two builds from nothing, at two places, are the same, byte for byte."""

import shutil

import pytest
import torch
from chapter.offer import launch
from chapter.offer.downloads import PDF, ZIP
from safetensors.torch import load_file
from shared.book import TRAINED, Book, cell, contents, make_book, make_small
from shared.site import NOTEBOOKS, ROOT

SOURCES = (
    "charrnn book experiments benchmarks tests _config.yml _toc.yml index.md"
)
FIGURE = cell(
    "---\nmystnb:\n  image: {alt: The perplexity}\n"
    "  figure: {caption: It falls., name: fig-falls}\n---\n"
    "from charrnn import figures\n\n"
    "fig = figures.learning_curve(trained.history)"
)


def assert_same(first, second, folder, pattern="*"):
    """Assert that two books have the same files; return them."""
    one, other = (
        contents(book.root / "_build" / folder, pattern)
        for book in (first, second)
    )
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []
    return other


def assert_nowhere_and_never(book):
    """Assert that no page or notebook names its place or a date."""
    for folder in ("html", "jupyter_execute"):
        for name, data in contents(book.root / "_build" / folder).items():
            if name.endswith((".html", ".ipynb", ".svg", ".js")):
                assert str(book.root).encode() not in data, name
                assert b"dc:date" not in data, name


def test_a_page_and_its_model_are_the_same_elsewhere(tmp_path):
    books = [make_book(tmp_path / place) for place in ("here", "there/too")]
    for book in books:
        make_small(book)
        book.write(TRAINED + FIGURE)
        assert "2 of 2 models to train" in book.build()
    site = assert_same(*books, "html")
    assert "_sources/book/index.ipynb" in site
    assert "book/index.html" in site
    assert len(assert_same(*books, "jupyter_execute", "*.ipynb")) == 1
    drawings = assert_same(*books, "jupyter_execute", "*.svg")
    assert len(drawings) == 2  # of one figure: for a page, and for a phone
    models = [
        {file.name: load_file(file) for file in folder.glob("*.safetensors")}
        for folder in (book.root / "_build" / "models" for book in books)
    ]
    assert len(models[0]) == 2
    torch.testing.assert_close(*models, rtol=0, atol=0)
    assert_nowhere_and_never(books[1])


@pytest.fixture(scope="module")
def copy(built, tmp_path_factory):
    """Build a copy of the chapter from nothing, with its downloads."""
    copy = Book(tmp_path_factory.mktemp("elsewhere"))
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in SOURCES.split():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy.root / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, copy.root / name)
    if repository := launch.parse(launch.origin(ROOT)):  # the copy has none
        address = f"{launch.GITHUB}/{repository}"
        copy.edit("_config.yml", 'url: ""', f"url: {address}")
    assert "7 of 7 models to train" in copy.build(CHAPTER_DOWNLOADS="yes")
    return copy


@pytest.mark.proof
def test_the_whole_chapter_is_the_same_elsewhere(copy):
    chapter = Book(ROOT)
    site = assert_same(chapter, copy, "html")
    assert len(site) > 60 and {PDF, ZIP} <= set(site)
    notebooks = [name for name in site if name.endswith(".ipynb")]
    assert len(notebooks) == len(NOTEBOOKS)
    executed = assert_same(chapter, copy, "jupyter_execute", "*.ipynb")
    assert len(executed) == len(NOTEBOOKS)
    drawings = assert_same(chapter, copy, "jupyter_execute", "*.svg")
    narrow = [name for name in drawings if name.endswith("-narrow.svg")]
    assert len(drawings) == 2 * len(narrow) > 90
    assert_nowhere_and_never(copy)
