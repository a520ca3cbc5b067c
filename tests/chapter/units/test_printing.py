"""The document that the PDF is printed from."""

from collections import defaultdict
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from chapter.markup import parse
from chapter.print import single_html

PAGE = """
<article class="bd-article"><section id="page"><h1>A Page</h1>
<img src="../_images/a.png" loading="lazy">
<p><a href="#part">here</a> <a href="other.html">there</a>
<a href="../search.html">nowhere</a> <a href="https://example.org">out</a></p>
<section id="part"><h2>A Part</h2>
<div class="exercise" id="ex-sum">
<p class="admonition-title">Exercise 1 (a sum – core, 5 minutes)</p></div>
<details class="solution"><summary>Solution</summary><p>Ten.</p></details>
<details><summary>More</summary><p>And more.</p></details>
</section></section></article>
"""


@pytest.fixture
def site(tmp_path):
    """Return the folder of a site with a name of its own."""
    site = tmp_path / "My site"
    site.joinpath("book").mkdir(parents=True)
    for name, text in [("index", PAGE), ("other", PAGE.split("<p>")[0])]:
        (site / "book" / f"{name}.html").write_text(text, "utf-8")
    return site


@pytest.fixture
def document(site):
    app = SimpleNamespace(
        outdir=site,
        env=SimpleNamespace(
            collect_relations=lambda: ["book/index", "book/api", "book/other"],
            metadata=defaultdict(dict, {"book/api": {"print": "False"}}),
        ),
        config=SimpleNamespace(language="en", html_title="", author=""),
    )
    return parse(single_html.build_document(app))


def test_style_and_pictures_are_found_from_any_place(site, document):
    for address, file in (
        (document.select_one("link")["href"], "_static/style.css"),
        (document.select_one("img")["src"], "_images/a.png"),
    ):
        assert urljoin("file:///any/place", address) == (site / file).as_uri()


def test_folds_are_open_and_solutions_stand_at_the_end(document):
    assert all(fold.has_attr("open") for fold in document.select("details"))
    *_, last = document.select("article")[0].select("section")
    assert last.h3.get_text() == "Exercise 1 (a sum)"
    assert last.get_text().endswith("Ten.")


def test_links_lead_to_a_place_in_the_document_or_out(document):
    links = {a.get_text(): a["href"] for a in document.select("main a")}
    to_solution = "The solution is at the end of this chapter."
    to_exercise = "Exercise 1 (a sum)"
    assert links.keys() == {"here", "there", "out", to_solution, to_exercise}
    assert links.pop("out") == "https://example.org"
    places = {f"#{element['id']}" for element in document.select("[id]")}
    entries = {a["href"] for a in document.select("nav a")}
    assert {*links.values()} | entries <= places
