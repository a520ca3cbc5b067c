"""The built site agrees with the sources of its pages and the package."""

import copy
import re
from urllib.parse import unquote, urlsplit

import pytest
from shared.site import (
    LESSONS,
    PAGES,
    SITE,
    article,
    figures,
    numbered_equations,
    page,
    page_files,
)

import charrnn

pytestmark = pytest.mark.usefixtures("built")
every_page = pytest.mark.parametrize("name", PAGES)


@every_page
def test_no_markup_is_left_in_the_text(name):
    prose = copy.copy(article(name))
    for part in prose.select("math, pre, code"):
        part.decompose()
    for markup in ("??", "$", "\\", "`", "{", "}", "]("):
        assert markup not in prose.get_text()


PHONE, LEGIBLE = 358, 11  # pixels: the width of a figure, a letter
INDEX = 7.7  # pixels, an index or an exponent
LETTERS = re.compile(r'scale\(([\d.]+) -\1\)">(.*?)</g>', re.S)  # of a text
SMALLER = re.compile(r"<use [^>]*scale\(([\d.]+)\)")  # of them, in a formula


@every_page
def test_each_image_opens_large_and_is_legible_on_a_phone(name):
    for image in article(name).select("img[src*='_images/']"):
        assert {"width", "height"} <= image.attrs.keys()  # nothing moves
        file = image["src"]
        assert image.parent["href"] == file
        drawing = (SITE / name).parent.joinpath(file).read_text("utf-8")
        width = float(re.search(r'width="([\d.]+)pt"', drawing)[1])
        scale = min(PHONE / width, 96 / 72)  # a browser enlarges no image
        texts = LETTERS.findall(drawing)
        assert texts, file
        for size, letters in texts:
            pixels = 100 * float(size) * scale
            assert pixels >= LEGIBLE, file
            smallest = min([1.0, *map(float, SMALLER.findall(letters))])
            assert pixels * smallest >= INDEX, file


@every_page
def test_folded_code_stands_below_its_figure(name):
    for output in article(name).select(".cell_output:has(figure)"):
        assert output.find_previous_sibling("details") is None


@pytest.mark.parametrize("name", LESSONS)
def test_all_other_code_is_in_one_fold_above_the_exercises(name):
    text = article(name)
    (fold,) = text.select("details.page-code")
    assert fold.find_next_sibling()["id"] == "exercises"
    assert "import torch" in fold.get_text()
    for hidden in text.select("details.hide"):
        assert hidden.find_parent(class_="cell").select("figure")


@every_page
def test_each_equation_of_a_page_is_rendered(name):
    formulas = article(name).select(
        "div.math[id] > .formula > math[display=block][alttext]"
    )
    assert len(formulas) == len(numbered_equations(name))
    assert all(formula.get_text() for formula in formulas)


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


def test_the_reference_documents_every_public_name():
    documented = {
        entry["id"].rsplit(".", 1)[-1]
        for name in PAGES
        for entry in article(name).select("dt[id]")
    }
    assert set(charrnn.__all__) <= documented
