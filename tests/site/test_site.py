"""The built site agrees with the sources of its pages and the package."""

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import Tag
from shared.site import (
    CHAPTER,
    NOTEBOOKS,
    PAGES,
    ROOT,
    SITE,
    article,
    code_cells,
    figures,
    numbered_equations,
    page,
    page_files,
    source,
)

import charrnn
from bookkit import Source

OURS = re.compile("charrnn|bookkit")
pytestmark = pytest.mark.usefixtures("built")
every_page = pytest.mark.parametrize("name", PAGES)
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


@every_page
def test_no_markup_is_left_in_the_text(name):
    prose = copy.copy(article(name))
    for part in prose.select("math, pre, code"):
        part.decompose()
    for markup in ("??", "$", "\\", "`", "{", "}", "]("):
        assert markup not in prose.get_text()


PHONE, LEGIBLE = 390, 11  # pixels: the width of a screen, a letter
LETTERS = re.compile(r'scale\(([\d.]+) -\1\)">(.*?)</g>', re.S)  # of a text
SMALLER = re.compile(r"<use [^>]*scale\(([\d.]+)\)")  # of them, in a formula


@every_page
def test_each_image_has_a_narrow_drawing_that_is_legible_on_a_phone(name):
    for image in article(name).select("img[src*='_images/']"):
        assert {"width", "height"} <= image.attrs.keys()  # nothing moves
        file = image.find_previous_sibling("source")["srcset"]
        drawing = (SITE / name).parent.joinpath(file).read_text("utf-8")
        width = float(re.search(r'width="([\d.]+)pt"', drawing)[1])
        texts = LETTERS.findall(drawing)
        assert texts, file
        for size, letters in texts:
            smallest = min([1.0, *map(float, SMALLER.findall(letters))])
            pixels = 100 * float(size) * smallest * PHONE / width
            assert pixels > LEGIBLE - 0.01, file


@every_page
def test_each_equation_of_a_page_is_rendered(name):
    blocks = article(name).select("div.math[id]")
    assert [block["id"] for block in blocks] == [
        f"equation-{label}" for label in numbered_equations(name)
    ]
    for block in blocks:
        formula = block.select_one(".formula > math[display=block]")
        assert formula.get_text() and formula["alttext"]


def test_figures_and_equations_are_referred_to():
    links = {
        link["href"].split("#")[-1]
        for name in PAGES
        for link in article(name).select("a.reference.internal[href*='#']")
    }
    for name in PAGES:
        assert set(figures(name)) <= links
        assert {f"equation-{e}" for e in numbered_equations(name)} <= links


def test_internal_links_resolve():
    documents = {
        SITE / name: page(name.removesuffix(".html")) for name in page_files()
    }
    ids = {
        p: {element["id"] for element in d.select("[id]")}
        | {f"{data['data-name']}=" for data in d.select("script.data")}
        for p, d in documents.items()
    }
    for path, document in documents.items():
        for element in document.select("a, link, img, script"):
            target = element.get("href", element.get("src", "#"))
            url = urlsplit(target)
            if url.scheme or url.netloc or target == "#":
                continue
            file = (path.parent / unquote(url.path)).resolve()
            file = file if url.path else path
            assert file.is_file(), f"{path.name} -> {target}"
            if url.fragment and file.suffix == ".html":
                # What follows "=" sets up the widget of that name.
                place, mark, _ = unquote(url.fragment).partition("=")
                assert place + mark in ids[file], (path, target)


# Listings and outputs


def shown_sources(name: str) -> Iterator[Source]:
    """Return the listings that the cells of a page ask for."""
    names: dict[str, object] = {}
    code = "\n".join("".join(cell["source"]) for cell in code_cells(name))
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ImportFrom(module=str(module)) if OURS.match(module):
                exec(ast.unparse(node), names)
            case ast.Import(names=[ast.alias(name="whole")]):
                exec(ast.unparse(node), names)
            case ast.Call(ast.Name("Source")):
                yield eval(ast.unparse(node), names)


LABEL, NUMBER = re.compile(r"\(eq-[a-z-]+\)"), "(number)"


def unnumbered(listing: Tag) -> str:
    """Return a listing with a word in place of each equation number."""
    listing = copy.copy(listing)
    for link in listing.select(".c1 a"):
        link.string = "number"
    return listing.get_text()


@every_notebook
def test_listings_show_the_source_of_the_package(name, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book")
    listings = [unnumbered(pre) for pre in article(name).select("pre")]
    for shown in shown_sources(name):
        text = LABEL.sub(NUMBER, repr(shown)).strip()
        assert any(text in listing for listing in listings), shown


def printed(cell: dict) -> Iterator[str]:
    """Return the texts that a cell printed, without listings and figures."""
    if "remove-cell" not in cell["metadata"].get("tags", []):
        for output in cell["outputs"]:
            data = output.get("data", {})
            if set(data) <= {"text/plain"}:
                yield "".join(output.get("text") or data["text/plain"])


@every_notebook
def test_a_page_shows_what_its_cells_printed(name):
    shown = article(name).select(".cell_output .output pre")
    assert [pre.get_text().split() for pre in shown] == [
        text.split() for cell in code_cells(name) for text in printed(cell)
    ]


# Reference and bibliography


def test_the_reference_documents_every_public_name():
    documented = {
        entry["id"].rsplit(".", 1)[-1]
        for name in PAGES
        for entry in article(name).select("dt[id]")
    }
    assert set(charrnn.__all__) <= documented


def test_every_source_in_the_bibliography_is_cited():
    (bibliography,) = (n for n in PAGES if "{bibliography}" in source(n))
    entries = article(bibliography).select("div.citation")
    file = Path(bibliography).name
    cited = {
        link["href"].split("#")[1]
        for name in CHAPTER
        for link in article(name).select(f"a[href*='{file}.html#']")
    }
    assert {entry["id"] for entry in entries} == cited
