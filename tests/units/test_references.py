"""Solutions at the end, and pages named, on small pages made by hand."""

import pytest
from chapter.page.markup import one, parse
from chapter.print import document, references, solutions

EXERCISE = """
<article><section id="page"><h1>1. A Page</h1>
<div class="exercise" id="ex-a"><p class="admonition-title"><span>Exercise
1.1</span>. Of <code>f(x)</code> (core, on paper, 5 minutes)</p></div>
<details class="solution"><summary>Solution</summary><p>Yes.</p></details>
<section id="end"><h2>1.1 The End</h2></section></section></article>"""
REFERENCES = """
<article id="one"><section><p>
<a class="reference internal" href="#two--equation-a">(2.1)</a>
<a class="reference internal" href="#two--equation-a">(2.1)</a>
<a class="reference internal" href="#two"><span class="std-doc">Two</span></a>
<a class="reference internal" href="#two--sym-h"><span class="std-ref">h</span>
</a><a class="reference internal" href="#two--term-a"><span class="std-term">
a</span></a></p>
<section><p id="here">
<a class="reference internal" href="#here"><i class="std-ref">Here</i></a>
<a class="reference internal" href="#next"><i class="std-ref">Next</i></a>
</p></section><section><p id="next"></p></section></section></article>"""


def test_solutions_stand_at_the_end_and_lead_to_their_exercises_and_back():
    article = one(parse(EXERCISE), "article")
    solutions.gather(article)
    assert article.select("details") == []
    *_, last = article.select("article > section > section")
    assert last.h2.get_text() == "Solutions to the exercises of this chapter"
    heading = last.h3.get_text().split()
    assert heading == ["Exercise", "1.1.", "Of", "f(x)"]
    assert last.get_text().endswith("ExerciseYes.")
    assert last.a["href"] == "#ex-a"
    place = one(article, ".exercise a")["href"].removeprefix("#")
    assert last.select_one("section")["id"] == place


def test_a_page_without_exercises_is_left_as_it_is():
    article = one(parse("<article><section></section></article>"), "article")
    before = str(article)
    solutions.gather(article)
    assert str(article) == before


def test_a_solution_without_an_exercise_is_a_mistake():
    page = EXERCISE.replace('class="exercise"', 'class="note"')
    with pytest.raises(LookupError, match="no exercise before"):
        solutions.gather(one(parse(page), "article"))


def test_references_name_a_page_once_in_a_block_and_not_in_their_section():
    article = one(parse(REFERENCES), "article")
    references.mark(article)
    said = parse(references.fill(str(article), {"two": 87, "next": 5}))
    texts = [" ".join(a.get_text().split()) for a in said.select("a")]
    assert texts == [
        "(2.1, p. 000)", "(2.1)", "Two (p. 87)", "h", "a",
        "Here", "Next (p. 5)",
    ]  # fmt: skip


def test_of_buttons_what_there_is_to_see_is_left():
    page = """<div><button>Copy</button><button><img></button><table><tr><th>
        <button>loss</button></th></tr></table></div>"""
    content = one(parse(page), "div")
    document.free_from_buttons(content)
    assert content.select("button") == []
    assert content.get_text().split() == ["loss"] and content.img
