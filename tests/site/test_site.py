"""The built site against the sources of its pages and the package."""

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import Tag
from shared.checkers import page_names
from shared.site import (
    CHAPTER,
    LESSONS,
    NOTEBOOKS,
    PAGES,
    ROOT,
    SITE,
    article,
    code_cells,
    figures,
    front_matter,
    numbered_equations,
    outputs,
    page,
    source,
)

import charrnn
from charrnn.display import brief_source

pytestmark = pytest.mark.usefixtures("built")
every_page = pytest.mark.parametrize("name", PAGES)
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


@every_page
def test_title(name):
    heading = copy.copy(article(name).h1)
    heading.select_one("a.headerlink").extract()
    title = re.search("^# (.+)$", source(name), re.M)[1]
    if name in CHAPTER:
        title = f"{CHAPTER.index(name) + 1}. {title}"
    assert heading.get_text() == title


def test_contents_list_the_pages_in_order():
    first, *others = page(PAGES[0]).select("nav.bd-links a.reference.internal")
    assert first["href"] == "#"
    assert [a["href"] for a in others] == [f"{p}.html" for p in PAGES[1:]]


@every_page
def test_no_progress_bar_and_no_markup_is_shown(name):
    assert "%|" not in article(name).get_text()
    prose = copy.copy(article(name))
    for part in prose.select("math, pre, code"):
        part.decompose()
    for markup in ("??", "$", "\\", "`", "{", "}", "]("):
        assert markup not in prose.get_text()


@every_page
def test_every_image_has_alt_text_that_says_what_it_shows(name):
    for image in page(name).select("img"):
        alt = image.get("alt", "")
        assert len(alt) > 60 and "/" not in alt, image


@every_page
def test_figures_are_captioned_numbered_and_drawn(name):
    shown = article(name).select("figure:not(.other-unit)")
    chapter = f"{CHAPTER.index(name) + 1}." if name in CHAPTER else ""
    assert [figure["id"] for figure in shown] == figures(name)
    for i, figure in enumerate(shown, start=1):
        number = figure.select_one("figcaption .caption-number").get_text()
        caption = figure.select_one("figcaption .caption-text").get_text()
        assert number.strip() == f"Fig. {chapter}{i}"
        assert caption.strip("# \n")
        image = figure.select_one("img")
        assert int(image["width"]) > 300 and int(image["height"]) > 100
        assert image["loading"] == "lazy"
        file = (SITE / name).parent / image["src"]
        assert file.suffix == ".svg" and file.stat().st_size > 1000


@every_page
def test_equations_are_set_and_numbered(name):
    labels = numbered_equations(name)
    blocks = article(name).select("div.math[id]")
    assert [block["id"] for block in blocks] == [
        f"equation-{label}" for label in labels
    ]
    for i, block in enumerate(blocks, start=1):
        formula = block.select_one(".formula > math[display=block]")
        assert formula.get_text() and formula["alttext"]
        number = block.select_one(".eqno").get_text()
        assert number.startswith(f"({CHAPTER.index(name) + 1}.{i})")


@pytest.mark.parametrize("name", LESSONS)
def test_a_picture_comes_before_the_first_numbered_equation(name):
    shown = article(name).select("figure, div.math[id]")
    assert not shown or shown[0].name == "figure"


@pytest.mark.parametrize("name", LESSONS)
def test_code_that_is_not_folded_is_read_at_a_glance(name):
    whole = (ROOT / "book" / "whole.py").read_text("utf-8").strip()
    for code in article(name).select(".cell_input pre, .highlight-python pre"):
        text = code.get_text().strip()
        if code.find_parent("details") is None and text != whole:
            assert len(text.splitlines()) <= 40, text[:200]


def test_figures_and_equations_are_referred_to():
    links = {
        link["href"].split("#")[-1]
        for name in PAGES
        for link in article(name).select("a.reference.internal[href*='#']")
    }
    for labels in (
        [label for name in PAGES for label in figures(name)],
        [f"equation-{e}" for name in PAGES for e in numbered_equations(name)],
    ):
        assert len(labels) >= len(CHAPTER) and set(labels) <= links


def test_internal_links_resolve():
    documents = {
        SITE / name: page(name.removesuffix(".html"))
        for name in page_names(SITE)
    }
    ids = {
        p: {element["id"] for element in d.select("[id]")}
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
                assert unquote(url.fragment) in ids[file], (path, target)


# What the cells show


def shown_sources(name: str) -> Iterator[object]:
    """Return the objects that a page shows the source of."""
    names: dict[str, object] = {}
    code = "\n".join("".join(cell["source"]) for cell in code_cells(name))
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ImportFrom(module=str(module)) if "charrnn" in module:
                exec(ast.unparse(node), names)
            case ast.Import(names=[ast.alias(name="whole")]):
                exec(ast.unparse(node), names)
            case ast.Call(ast.Name("Source"), args):
                yield from (eval(ast.unparse(arg), names) for arg in args)


LABEL, NUMBER = re.compile(r"\(eq-[a-z-]+\)"), "(number)"


def unnumbered(listing: Tag) -> str:
    """Return a listing with a word for each number of an equation."""
    listing = copy.copy(listing)
    for link in listing.select(".c1 a"):
        link.string = "number"
    return listing.get_text()


@every_notebook
def test_the_source_shown_is_that_of_the_package(name, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book")
    listings = [unnumbered(pre) for pre in article(name).select("pre")]
    for shown in shown_sources(name):
        text = LABEL.sub(NUMBER, brief_source(shown)).strip()
        assert any(text in listing for listing in listings), shown


def test_sources_are_shown():
    assert "".join(map(source, NOTEBOOKS)).count("\nSource(") >= len(CHAPTER)


def printed(cell: dict) -> Iterator[str]:
    """Return the texts that a cell printed, without listings and figures."""
    if "remove-cell" not in cell["metadata"].get("tags", []):
        for output in cell["outputs"]:
            data = output.get("data", {})
            if set(data) <= {"text/plain"}:
                yield "".join(output.get("text") or data["text/plain"])


@every_notebook
def test_the_page_shows_what_its_cells_printed(name):
    shown = article(name).select(".cell_output .output pre")
    assert [pre.get_text().split() for pre in shown] == [
        text.split() for cell in code_cells(name) for text in printed(cell)
    ]


@every_notebook
def test_notebooks_have_their_outputs_and_stable_ids(name):
    cells = code_cells(name)
    counts = [cell["execution_count"] for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    assert any(cell["outputs"] for cell in cells)
    ids = [int(cell["id"].removeprefix("cell-")) for cell in cells]
    assert ids == sorted(set(ids))


def test_each_trained_network_writes_two_continuations():
    text = outputs("book/training")
    found = re.findall("^(time traveller|traveller)[a-z ]{50}$", text, re.M)
    assert found == 2 * ["time traveller", "traveller"]


def test_what_is_pasted_is_what_this_build_wrote():
    quotes = article(PAGES[0]).select("blockquote")
    for quote, name in zip(quotes, ["training", "decoding"], strict=True):
        text = quote.get_text(strip=True).removesuffix("…").strip()
        assert len(text) > 50 and text[:60] in outputs(f"book/{name}")
    written = re.findall(r"perplexity +([\d.]+)", outputs("book/training"))
    pasted = article("book/summary").select("table .pasted-text")
    assert len(pasted) == 2
    rounded = {f"{float(value):.2f}" for value in written}
    assert {cell.get_text() for cell in pasted} <= rounded


# What belongs to no page alone


def test_api_documents_every_public_name():
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


def test_pages_have_descriptions_of_their_own():
    found = set()
    for name in PAGES:
        (meta,) = page(name).select("meta[name=description]")
        written = front_matter(name)["myst"]["html_meta"]["description"]
        assert meta["content"] == written
        assert 40 < len(written) <= 160
        found.add(written)
    assert len(found) == len(PAGES)


def test_pages_load_little_and_wait_for_nothing():
    for name in page_names(SITE):
        document = page(name.removesuffix(".html"))
        assert len(document.select("link[rel=stylesheet]")) == 1
        assert document.select("link[rel=icon]")
        for script in document.select("script[src]"):
            assert script.has_attr("defer")
            assert "fontawesome" not in script["src"]
    assert not list(SITE.rglob("fontawesome*.js"))
    assert all(any(p.iterdir()) for p in SITE.rglob("*") if p.is_dir())


def test_readme_refers_to_files_that_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^):]+)\)", text)
    assert targets
    for target in targets:
        assert (ROOT / target).is_file(), target
