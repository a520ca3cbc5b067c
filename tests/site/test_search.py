"""The search: what readers ask for, from a server and from a disk."""

import json
import re

import pytest
from shared import checkers
from shared.site import PAGES, SITE, article
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
# As readers ask, and the section that answers best, by reading the pages.
RIGHT = {
    "perplexity": "training#perplexity",
    "perplexty": "training#perplexity",
    "detach": "state#carried-but-not-detached",
    "why zeros": "training#why-not-start-from-zero",
    "why random weights": "parameters#why-random",
    "clip": "clipping",
    "vanishing gradient": "vanishing",
    "exploding gradients": "vanishing",
    "temperature": "decoding#cold-and-hot",
    "top-p": "decoding#cutting-off-the-tail",
    "beam search": "decoding#beam-search",
    "greedy loops": "decoding#why-greedy-text-loops",
    "one-hot": "one_hot",
    "onehot": "one_hot",
    "learning rate": "training#in-which-direction-to-step",
    "batch size": "corpus#inputs-and-targets",
    "random seed": "corpus#inputs-and-targets",
    "vocabulary": "corpus#the-vocabulary",
    "hidden state": "model",
    "LSTM": "beyond#the-lstm",
    "gru": "beyond#the-gru",
    "attention": "beyond#attention-looking-back-instead-of-remembering",
    "bits per character": "held_out#bits-per-character",
    "overfitting": "held_out#text-it-has-not-seen",
    "Kneser-Ney": "held_out#a-model-that-counts",
    "tanh derivative": "bptt#from-state-to-state",
    "truncated backpropagation": "bptt#truncation",
    "finite differences": "bptt#checking-the-gradients",
    "retain_graph": "state#what-about-retain-graph-true",
    "eigenvalue": "refresher#singular-values-and-eigenvalues",
    "grad_clipping": "api#charrnn.training.grad_clipping",
    "how do I run it on my own machine": "rerun#on-your-own-machine",
}
ASK = """(queries) => queries.map((query) => {
  const form = document.querySelector(".bd-search-container form");
  form.elements.q.value = query;
  form.requestSubmit();
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    status: document.querySelector("[role=status]").textContent,
    addresses: all("#search-results a").map((a) => a.getAttribute("href")),
    titles: all("#search-results a").map((a) => a.textContent),
    marks: all("#search-results li:first-child mark")
      .map((mark) => mark.textContent),
    helps: !document.querySelector("#search-help").hidden,
  };
})"""


@pytest.fixture(
    scope="module",
    params=[pytest.param("http", marks=pytest.mark.proof), "file"],
)
def tab(built, browser, request):
    """Open the page of the search, by an address with an old query."""
    with checkers.served(SITE) as server:
        address = server if request.param == "http" else SITE.as_uri()
        with watched(browser, address, 390) as watch:
            tab = watch.context.new_page()
            go(tab, f"{address}/search.html?q=vanishing+gradient")
            tab.locator("#search-results a").first.wait_for()
            yield tab
        assert watch.outside == [] and watch.errors == []


def ask(tab, *queries):
    """Return what the search answers to each of some queries."""
    return dict(zip(queries, tab.evaluate(ASK, queries), strict=True))


def test_an_address_with_a_query_is_answered(tab):
    assert tab.locator("form.bd-search input").last.input_value()
    first = tab.locator("#search-results li").first
    assert first.locator("a").get_attribute("href") == "book/vanishing.html"
    assert first.locator("a").text_content().startswith("9. Vanishing")


def test_the_right_section_comes_first(tab):
    answers = ask(tab, *RIGHT)
    firsts = {
        query: answer["addresses"][0].replace(".html", "")
        for query, answer in answers.items()
    }
    assert firsts == {q: f"book/{right}" for q, right in RIGHT.items()}
    for query, answer in answers.items():
        assert "Found in" in answer["status"] and not answer["helps"], query
        assert len(answer["addresses"]) <= 20, query


def test_a_sentence_is_shown_with_the_words_marked(tab):
    answers = ask(tab, "clip", "random seed", "top-p", "W_hh", "detach")
    assert {m.lower() for m in answers["clip"]["marks"]} <= {
        "clip", "clips", "clipped", "clipping",
    }  # fmt: skip
    assert answers["clip"]["marks"]
    assert {"random", "seed"} <= set(answers["random seed"]["marks"])
    assert "Top-p" in answers["top-p"]["marks"]
    assert "W_hh" in answers["W_hh"]["marks"]
    assert answers["detach"]["titles"][0][0].isdigit()


def test_words_that_are_nowhere_together_or_nowhere_at_all(tab):
    apart, nowhere, nothing = "nucleus Colab", "zzzzzzzz", ""
    answers = ask(tab, apart, nowhere, nothing)
    assert answers[apart]["status"].startswith("No place has all")
    assert len(answers[apart]["addresses"]) > 1
    assert answers[nowhere]["status"] == "Nothing is found."
    assert answers[nowhere]["helps"] and not answers[nowhere]["addresses"]
    assert answers[nothing]["status"] == "" and not answers[nothing]["helps"]


def test_one_types_reads_and_comes_back_by_the_keyboard(tab):
    field = tab.locator(".bd-search-container input")
    field.fill("")
    field.press_sequentially("perplexi")  # and no Enter
    first = tab.locator("#search-results a").first
    first.filter(has_text="Perplexity").wait_for()
    field.press("Tab")
    assert first.evaluate("link => link === document.activeElement")
    first.press("Enter")
    tab.wait_for_url("**/training.html#perplexity")
    assert tab.locator(".highlighted").count() == 0
    assert tab.evaluate("localStorage.sphinx_highlight_terms") is None
    tab.go_back()
    first.filter(has_text="Perplexity").wait_for()
    assert field.input_value() == "perplexi"


@pytest.fixture(scope="module")
def entries(built):
    """Read what the search knows."""
    line = (SITE / "sections.js").read_text("utf-8").partition(";\n")[0]
    return json.loads(line.removeprefix("const entries = "))


def html(name):
    return (SITE / f"{name}.html").read_text("utf-8")


def test_all_sections_are_known_and_lead_to_their_places(entries):
    addresses = [entry["address"].split("#") for entry in entries]
    assert len({"#".join(address) for address in addresses}) == len(entries)
    assert {f"{name}.html" for name in PAGES} == {a[0] for a in addresses}
    for name in PAGES:
        text = html(name)
        known = {a[1] for a in addresses if a[0] == f"{name}.html" and a[1:]}
        assert known <= set(re.findall(r'\bid="([^"]+)"', text)), name
        _, *sections = re.findall(r'<section\b[^>]* id="([^"]+)"', text)
        contents = {"exercise-content", "solution-content"}
        assert set(sections) - contents <= known, name


def test_titles_are_those_of_the_page(entries):
    titles = {entry["address"]: entry["title"] for entry in entries}
    shown = article("book/parameters")
    numbers = shown.select("h2, .exercise > .admonition-title")
    assert len(numbers) > 5
    for heading in numbers:
        title = " ".join(heading.get_text().removesuffix("#").split())
        address = f"book/parameters.html#{heading.parent['id']}"
        assert titles[address] == title


def test_nothing_is_known_of_menus_outputs_formulas_and_solutions(entries):
    texts = [text for entry in entries for text in entry["text"]]
    known = "\n".join(texts)
    for left_out in ("\\mathbf", "\\frac", "Show the code"):
        assert left_out not in known
    for printed in article("book/parameters").select(".cell_output pre"):
        assert not set(printed.get_text().splitlines()) & set(texts)
    for paragraph in article("book/parameters").select(".solution p"):
        assert " ".join(paragraph.get_text().split()) not in texts
    seed = next(e for e in entries if e["address"].endswith("#ex-seed"))
    assert "manual_seed" in seed["names"]  # of its solution


def test_only_its_own_page_loads_the_search(built):
    for name in (*PAGES, "search", "genindex"):
        assert ("minisearch" in html(name)) is (name == "search")
    for script in (
        "searchindex.js", "searchtools.js", "language_data.js",
        "sphinx_highlight.js", "doctools.js",
    ):  # fmt: skip
        assert not list(SITE.rglob(script))
    assert (SITE / "_static" / "minisearch" / "LICENSE").exists()
    assert (SITE / "sections.js").stat().st_size < 600_000
