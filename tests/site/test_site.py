"""The built site: what a reader must find there, and what not."""

import copy
import inspect
import json
import pickle
import re
import textwrap
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from shared.site import (
    CHAPTER,
    NOTEBOOKS,
    PAGES,
    ROOT,
    SITE,
    article,
    outputs,
    page,
)

import charrnn
from charrnn import (
    bptt,
    corpus,
    decoding,
    history,
    model,
    ngrams,
    recipes,
    training,
)

TITLES = {
    "index": "A Recurrent Network from Scratch",
    "corpus": "Reading the Novel",
    "one_hot": "One-Hot Encoding",
    "parameters": "Parameters",
    "model": "The Recurrent Model",
    "prediction": "Prediction",
    "bptt": "Backpropagation Through Time",
    "clipping": "Gradient Clipping",
    "training": "Training",
    "state": "State Clinic",
    "quality": "How Good Is It?",
    "decoding": "Decoding: How to Choose a Character",
    "inside": "Looking Inside",
    "speed": "How Fast?",
    "summary": "Summary",
    "rerun": "Rerun the Pages",
    "notation": "Notation and Glossary",
    "equations": "From Equation to Code to Test",
    "api": "API Reference",
    "bibliography": "Bibliography",
}
FIGURES = {
    "corpus": ["fig-symbols", "fig-minibatches"],
    "one_hot": ["fig-one-hot"],
    "model": ["fig-unrolled"],
    "bptt": ["fig-chains", "fig-jacobians"],
    "clipping": ["fig-clip", "fig-value-clipping", "fig-thresholds"],
    "training": [
        "fig-sequential",
        "fig-random",
        "fig-compare",
        "fig-replicas",
    ],
    "state": ["fig-clinic"],
    "quality": ["fig-floors", "fig-held-out", "fig-ladder"],
    "decoding": ["fig-entropy", "fig-strategies", "fig-diversity"],
    "inside": [
        "fig-probabilities",
        "fig-units",
        "fig-states",
        "fig-places",
        "fig-spectrum",
    ],
    "speed": ["fig-growth"],
}
EQUATIONS = {
    "one_hot": ["eq-one-hot"],
    "parameters": ["eq-count"],
    "model": ["eq-hidden", "eq-output", "eq-softmax"],
    "bptt": [
        "eq-total",
        "eq-paths",
        "eq-logit-gradient",
        "eq-slope",
        "eq-state-gradient",
        "eq-parameter-gradients",
        "eq-chain",
    ],
    "clipping": ["eq-clip", "eq-lipschitz"],
    "training": ["eq-perplexity"],
    "quality": [
        "eq-entropy",
        "eq-floor",
        "eq-bits",
        "eq-kneser-ney",
        "eq-mixture",
    ],
    "decoding": ["eq-temperature", "eq-nucleus"],
    "inside": ["eq-share", "eq-perturbation"],
}
SOURCES = {
    "corpus": [
        corpus.fold,
        corpus.clean,
        corpus.Vocab,
        corpus.sequential_starts,
        corpus.random_starts,
        corpus.Minibatches,
        corpus.load_data_time_machine,
    ],
    "one_hot": [model.one_hot],
    "parameters": [charrnn.get_params],
    "model": [
        charrnn.init_rnn_state,
        model.check_state,
        charrnn.rnn,
        charrnn.RNNModelScratch,
    ],
    "prediction": [
        charrnn.predict_rnn,
        model.rnn_step,
        model.look_up,
        charrnn.Vocab.clean_prefix,
    ],
    "bptt": [
        bptt.run,
        bptt.add_product_,
        bptt.tanh_,
        bptt.logit_gradients,
        bptt.state_gradients,
        bptt.backward,
    ],
    "clipping": [charrnn.grad_clipping],
    "training": [
        training.choose_state,
        training.differentiate,
        training.sgd,
        training.take_step,
        training.train_epoch_rnn,
        training.train_rnn,
        training.check_settings,
        training.choose_updater,
        history.History,
        history.recording,
        history.report_training,
        recipes.Recipe,
        recipes.train,
        recipes.load_or_train,
        charrnn.RNNModel,
    ],
    "quality": [
        ngrams.memoriser_losses,
        ngrams.ngrams,
        ngrams.count_ngrams,
        ngrams.discount,
        ngrams.KneserNey,
    ],
    "decoding": [
        decoding.check_largest,
        decoding.largest,
        decoding.normalise,
        decoding.keep,
        decoding.greedy,
        decoding.temperature,
        decoding.top_k,
        decoding.top_p,
        decoding.min_p,
        decoding.compose,
        decoding.generate,
        decoding.choose,
        decoding.continuations,
        decoding.select_rows,
        decoding.beam_search,
        decoding.best_beam,
        decoding.extend,
    ],
    "speed": [bptt.Backpropagation],
}


pytestmark = pytest.mark.usefixtures("built")


every_page = pytest.mark.parametrize("name", PAGES)


def test_the_first_address_leads_to_the_chapter():
    assert "url=book/index.html" in (SITE / "index.html").read_text("utf-8")


@every_page
def test_title(name):
    heading = article(name).h1
    heading.select_one("a.headerlink").extract()
    numbered = name in CHAPTER or name == "summary"
    expected = TITLES[name]
    if numbered:
        number = [*CHAPTER, "summary"].index(name) + 1
        expected = f"{number}. {expected}"
    assert heading.get_text() == expected


def test_contents_list_the_pages_in_order():
    links = page("index").select("nav.bd-links a.reference.internal")
    names = [Path(link["href"]).stem for link in links]
    assert names == ["#", *PAGES[1:]]  # the first is this page


@every_page
def test_nothing_went_wrong(name):
    text = article(name)
    for mistake in (".problematic", ".system-message", ".stderr", ".tb"):
        assert not text.select(mistake)
    for trace in ("Traceback", "%|"):
        assert trace not in text.get_text()
    prose = copy.copy(text)
    for part in prose.select(".katex, pre, code"):
        part.decompose()
    for markup in ("??", "$", "\\", "`", "{", "}", "]("):
        assert markup not in prose.get_text()


@every_page
def test_references_are_resolved(name):
    for link in article(name).select("a.reference.internal"):
        assert link.get_text(strip=True), link
    # An unresolved cross-reference is left as text in this form.
    assert not article(name).select("span.xref.std-numref, span.xref.eq")


@every_page
def test_every_image_has_alt_text_that_says_what_it_shows(name):
    for image in page(name).select("img"):
        alt = image.get("alt", "")
        assert len(alt) > 60 and "/" not in alt, image


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_captioned_numbered_and_drawn(name):
    chapter = [*CHAPTER, "summary"].index(name) + 1
    figures = article(name).select("figure")
    assert [figure["id"] for figure in figures] == FIGURES[name]
    for i, figure in enumerate(figures, start=1):
        number = figure.select_one("figcaption .caption-number").get_text()
        caption = figure.select_one("figcaption .caption-text").get_text()
        assert number.strip() == f"Fig. {chapter}.{i}"
        assert 2 <= len(caption.strip("# ").split()) <= 6
        file = SITE / "book" / figure.select_one("img")["src"]
        assert file.suffix == ".svg" and file.stat().st_size > 1000


@pytest.mark.parametrize("name", EQUATIONS)
def test_equations_are_set_and_numbered(name):
    chapter = [*CHAPTER, "summary"].index(name) + 1
    blocks = article(name).select("div.math")
    assert [block["id"] for block in blocks] == [
        f"equation-{label}" for label in EQUATIONS[name]
    ]
    for i, block in enumerate(blocks, start=1):
        assert block.select_one("math") is not None  # for screen readers
        assert block.select_one(".katex-html") is not None
        number = block.select_one(".eqno").get_text()
        assert number.startswith(f"({chapter}.{i})")


def test_equations_are_referred_to():
    links = {
        link["href"].split("#")[-1]
        for name in PAGES
        for link in article(name).select("a.reference.internal[href*='#']")
    }
    for label in sum(EQUATIONS.values(), []):
        assert f"equation-{label}" in links
    for label in sum(FIGURES.values(), []):
        assert label in links


def targets(document: BeautifulSoup) -> set[str]:
    """Return the addresses that a document links to or loads."""
    found = set()
    for tag, attribute in [
        ("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"),
    ]:  # fmt: skip
        for element in document.select(f"{tag}[{attribute}]"):
            found.add(element[attribute])
    return found


def test_internal_links_resolve():
    documents = {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in SITE.rglob("*.html")
        if "_static" not in path.parts  # a template of the theme
    }
    ids = {
        p: {element["id"] for element in d.select("[id]")}
        for p, d in documents.items()
    }
    for path, document in documents.items():
        for target in targets(document):
            url = urlsplit(target)
            if url.scheme or url.netloc or target == "#":
                continue
            file = path
            if url.path:
                file = (path.parent / unquote(url.path)).resolve()
            assert file.is_file(), f"{path.name} -> {target}"
            if url.fragment and file.suffix == ".html":
                assert unquote(url.fragment) in ids[file], (path, target)


@pytest.mark.parametrize("name", SOURCES)
def test_the_source_shown_is_that_of_the_package(name):
    listings = [pre.get_text() for pre in article(name).select("pre")]
    for function in SOURCES[name]:
        source = textwrap.dedent(inspect.getsource(function)).strip()
        assert any(source in listing for listing in listings), function


def test_every_page_was_executed_to_its_last_cell():
    # The build stops at the first cell that fails.
    file = SITE.parent / ".doctrees" / "environment.pickle"
    pages = pickle.loads(file.read_bytes()).nb_metadata
    executed = {name for name in pages if "exec_data" in pages[name]}
    assert executed == {f"book/{name}" for name in NOTEBOOKS}
    for name in executed:
        assert pages[name]["exec_data"]["succeeded"] is True


@pytest.mark.parametrize("name", CHAPTER)
def test_no_cell_failed_or_complained(name):
    file = SITE.parent / "jupyter_execute" / "book" / f"{name}.ipynb"
    notebook = json.loads(file.read_text("utf-8"))
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len(cells) >= 3
    for output in sum((cell["outputs"] for cell in cells), []):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr"


EXPECTED = {
    "corpus": [
        "phoenician decor said filby an argumentative person",
        "173,792 characters, 32,806 words, 27 distinct symbols",
        "28 tokens: <unk>   e t a i n o s h r d l m u c f w g y p b v k x z",
        "' '    32,805",
        "'e'    17,880",
        "sequential partitioning: 100%",
    ],
    "one_hot": ["(2, 5) -> (5, 2, 28)", "tensor([[1, 0, 0,", "[0, 0, 1,"],
    "parameters": ["W_hh  (512, 512)  262,144", "291,356"],
    "model": ["(10, 28)", "1 tensor, (2, 512)", "gradient of b_q"],
    "prediction": ["'traveller", "<unk>: '1', '5', '8', '9'"],
    "bptt": [
        "total     +0.178030",
        "autograd  +0.178030",
        "immediate -0.326241",
        "gradient of b_q   relative difference",
    ],
    "clipping": [
        "norm after  1.000",
        "1.000000",
        "together   [1.5, 2.0, 0.0, 6.0]",
        "turned by 14.9 degrees",
        "value clipping turns by  18.4   0.0   5.1  12.5 degrees",
        "theta inf: 0.1 -0.2 0.4 -0.8",
    ],
    "training": ["best     1.000", "uniform  28.000", "worst    inf"],
    "state": [
        "minibatch 2: Trying to backward through the graph a second time",
        "by an inplace operation",
        "carried, not detached           no result: RuntimeError",
        "the state is for a batch size of 32, the minibatch has 20",
        "the same gradients",
    ],
    "quality": [
        "156,412 characters to train on, 17,380 to test on",
        "uniform: perplexity 27, 4.755 bits",
        "unigram    counting          16.71  4.063",
        "5-gram     counting           3.94  1.979",
        "after 'yo': 143 in all, 4 different",
        "sum over all 27 characters: 1.000000",
    ],
    "decoding": [
        "temperature   1000: 4.75 bits",
        "temperature and top-k: True",
        "temperature and top-p: False",
        "the first row was read up to character 315",
        "symbols left: 27",
    ],
    "inside": [
        "256 hidden units, 17,380 unread characters",
        "letter 1 of a word   3.",
        "whole novel      0.16",
        "learnt by heart  0.23",
    ],
    "speed": [
        "1.72 million operations a character, 92% of them with W_hh",
        "47 hidden units: 50.2%",
        "by steps 18,350,080, at once 262,144 numbers written",
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_expected_outputs(name):
    text = outputs(name)
    for expected in EXPECTED[name]:
        assert expected in text


def test_untrained_prediction_has_ten_characters():
    (text,) = re.findall(r"'(traveller[a-z ]*)'", outputs("prediction"))
    assert len(text) == len("traveller") + 10


def test_the_summary_has_the_perplexities_of_both_trainings():
    found = re.findall(r"^perplexity ([\d.]+)$", outputs("training"), re.M)
    sequential, random = map(float, found)
    table = article("summary").select_one("table").get_text(" ", strip=True)
    assert f"detached {sequential:.2f}" in table
    assert f"minibatch {random:.2f}" in table


def test_each_trained_network_writes_two_continuations():
    found = re.findall(
        r"^(time traveller|traveller)([a-z ]{50})$", outputs("training"), re.M
    )
    assert [prefix for prefix, _ in found] == 2 * [
        "time traveller",
        "traveller",
    ]


def test_teaser_is_what_this_build_wrote():
    quote = article("index").select_one("blockquote").get_text(strip=True)
    teaser = quote.removesuffix(" …")
    assert teaser.startswith("time traveller ")
    lines = outputs("training").splitlines()
    assert any(teaser.startswith(line[:40]) for line in lines if line)


def test_api_documents_every_public_name():
    documented = {
        entry["id"].rsplit(".", 1)[-1]
        for entry in article("api").select("dt[id]")
    }
    assert set(charrnn.__all__) <= documented


def test_every_source_in_the_bibliography_is_cited():
    listed = {e["id"] for e in article("bibliography").select("div.citation")}
    cited = {
        link["href"].split("#")[1]
        for name in [*CHAPTER, "summary"]
        for link in article(name).select("a[href*='bibliography.html#']")
    }
    assert listed == cited


def generated():
    """Return the pages that Sphinx makes by itself."""
    names = ["genindex", "py-modindex", "search", "_modules/charrnn/corpus"]
    return {name: SITE / f"{name}.html" for name in names}


def all_pages():
    files = {name: SITE / "book" / f"{name}.html" for name in PAGES}
    files |= generated()
    return {
        name: BeautifulSoup(file.read_text("utf-8"), "html.parser")
        for name, file in files.items()
    }


def test_pages_have_descriptions_of_their_own():
    found = {}
    for name, document in all_pages().items():
        (meta,) = document.select("meta[name=description]")
        found[name] = meta["content"]
    assert len(set(found.values())) == len(found)
    for name in PAGES:
        assert 40 < len(found[name]) <= 160, found[name]
        assert "\n" not in found[name] and "\\" not in found[name]


def test_pages_load_little_and_wait_for_nothing():
    for document in all_pages().values():
        assert len(document.select("link[rel=stylesheet]")) == 1
        assert len(document.select("meta[name=viewport]")) == 1
        assert document.select("link[rel=icon]")
        for script in document.select("script[src]"):
            assert script.has_attr("defer")
            assert "fontawesome" not in script["src"]
            assert "thebe" not in script["src"]
    assert not list(SITE.rglob("fontawesome*.js"))
    assert all(any(p.iterdir()) for p in SITE.rglob("*") if p.is_dir())
    assert (SITE / "_static" / "style.css").stat().st_size < 250_000


def test_images_have_their_size():
    for name in FIGURES:
        for image in article(name).select("img"):
            assert int(image["width"]) > 300 and int(image["height"]) > 100
            assert image["loading"] == "lazy"


def test_fonts_have_the_characters_in_use_alone():
    fonts = list((SITE / "_static" / "subsets").glob("*.woff2"))
    assert len(fonts) > 10
    assert all(font.stat().st_size < 50_000 for font in fonts)
    css = (SITE / "_static" / "style.css").read_text("utf-8")
    named = re.findall(r"subsets/([^\"')]+)", css)
    assert set(named) == {font.name for font in fonts}
    licences = {path.parent.name for path in SITE.rglob("LICENSE*")}
    assert {"fonts", "katex"} <= licences


def test_notebooks_have_their_outputs_and_stable_ids():
    for name in NOTEBOOKS:
        file = SITE.parent / "jupyter_execute" / "book" / f"{name}.ipynb"
        notebook = json.loads(file.read_text("utf-8"))
        ids = [cell["id"] for cell in notebook["cells"]]
        assert ids == [f"cell-{i}" for i in range(len(ids))]
        codes = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        counts = [cell["execution_count"] for cell in codes]
        assert counts == list(range(1, len(codes) + 1))
        assert any(cell["outputs"] for cell in codes)


def test_readme_refers_to_files_that_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^):]+)\)", text):
        assert (ROOT / target).is_file(), target
    assert "](book/_static/page.png)" in text


# Notation and glossary


def links_to_notation():
    """Return, for each page in order, the fragments that it links to."""
    found = {}
    for name in ["index", *CHAPTER, "summary"]:
        links = article(name).select("a[href*='notation.html#']")
        found[name] = [link["href"].partition("#")[2] for link in links]
    return found


def symbols():
    """Return the rows of the table of symbols, by the id of the symbol."""
    rows = article("notation").select("#tab-symbols tbody tr")
    return {row.select_one("[id^=sym-]")["id"]: row for row in rows}


def test_every_symbol_is_linked_from_its_first_use():
    links = links_to_notation()
    assert len(symbols()) > 40
    for symbol, row in symbols().items():
        first = next(name for name, found in links.items() if symbol in found)
        pages = [
            Path(urlsplit(link["href"]).path).stem
            for link in row.select("td:last-child a")
        ]
        assert first == pages[0], symbol


GREEK = "alpha epsilon eta theta lambda pi rho sigma tau delta"


def letters(formulas):
    """Return the letters of formulas, each with its typeface."""
    found = set()
    for formula in formulas:
        latex = formula.get_text()
        names = r"\\(?:operatorname|text|begin|end|mathbb)\{[^}]*\}"
        latex = re.sub(names, " ", latex)
        styled = r"\\(?:mathbf|mathcal|mathrm|boldsymbol)\{[^}]*\}"
        found |= set(re.findall(styled, latex))
        latex = re.sub(styled, " ", latex)
        found |= set(re.findall(rf"\\({'|'.join(GREEK.split())})\b", latex))
        latex = re.sub(r"\\[A-Za-z]+", " ", latex)
        found |= set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", latex))
    return found


@pytest.mark.parametrize("name", [*CHAPTER, "summary"])
def test_every_symbol_of_a_page_is_in_the_notation(name):
    known = set()
    for row in article("notation").select("#tab-symbols tbody tr"):
        known |= letters(row.select("td:first-child annotation"))
    for row in article("notation").select("#tab-local tbody tr"):
        *_, page = row.select("td")
        if page.get_text(strip=True) == "all" or page.select(
            f"[href*={name}]"
        ):
            known |= letters(row.select("td:first-child annotation"))
    used = letters(article(name).select("annotation"))
    assert used - known == set()


def test_every_term_is_linked_from_a_page():
    linked = set(sum(links_to_notation().values(), []))
    terms = article("notation").select("dl.glossary dt")
    assert len(terms) > 50
    for term in terms:
        assert term["id"] in linked
    names = [term.contents[0].strip().lower() for term in terms]
    assert names == sorted(names)


def test_a_term_in_bold_leads_to_the_glossary():
    terms = {
        term.contents[0].strip().lower()
        for term in article("notation").select("dl.glossary dt")
    }
    for name in CHAPTER:
        for bold in article(name).select("strong"):
            if bold.get_text().lower() in terms:
                assert bold.select("a[href*='#term-']"), (name, bold)


# From equation to code to test


def entries():
    """Return the entries of the page of equations by label."""
    return {
        span["id"].removeprefix("trace-"): span.find_parent("section")
        for span in article("equations").select("[id^=trace-eq-]")
    }


def test_ten_equations_that_matter_have_code_and_test():
    assert len(entries()) >= 10
    for label, entry in entries().items():
        code = entry.select(":scope > div.highlight-default")
        tests = entry.select("details div.highlight-default")
        assert code and tests
        for listings in (code, tests):  # at an emphasised line
            lines = [line for x in listings for line in x.select("span.hll")]
            assert any(f"({label})" in line.get_text() for line in lines)
        for test in tests:
            assert test.get_text().lstrip().startswith(("def", "@"))
        assert entry.select(f"p a[href$='#equation-{label}']")


def test_an_equation_is_the_same_on_both_pages():
    for name, labels in EQUATIONS.items():
        for label in set(labels) & set(entries()):
            block = article(name).select_one(f"#equation-{label}")
            latex = block.select_one("annotation").get_text(strip=True)
            shown = entries()[label].select("div.math annotation")
            assert latex in [formula.get_text(strip=True) for formula in shown]
            assert block.select(f"a[href$='equations.html#trace-{label}']")


def test_comments_in_listings_lead_to_their_equations():
    linked, elsewhere = set(), set()
    for name, document in all_pages().items():
        for comment in document.select("span.c1"):
            text = comment.get_text()
            labels = re.findall(r"\((eq-[a-z-]+)\)", text)
            links = [link["href"] for link in comment.select("a")]
            assert len(links) == len(labels), (name, text)
            for label, link in zip(labels, links, strict=True):
                assert link.partition("#")[2].endswith(f"-{label}")
                hub = "equations.html#" in link or name == "equations"
                (linked if hub else elsewhere).add(label)
    assert set(entries()) <= linked and not linked & elsewhere
    used = set()
    for file in (ROOT / "charrnn").glob("*.py"):
        used |= set(re.findall(r"# \((eq-[a-z-]+)\)", file.read_text("utf-8")))
    assert used == set(entries())


# Exercises, and a check of oneself


@pytest.mark.parametrize("name", CHAPTER)
def test_exercises_have_folded_solutions(name):
    exercises = article(name).select(".admonition.exercise")
    assert exercises
    for number, exercise in enumerate(exercises, start=1):
        title = exercise.select_one(".admonition-title").get_text()
        assert title.startswith(f"Exercise {number}: ")
        solution = exercise.find_next_sibling()
        folded = solution.select("details") or [solution]
        assert all(part.name == "details" for part in folded)
        assert not any(part.has_attr("open") for part in folded)
        for code in solution.select(".cell_input"):
            assert re.search(r"assert|finding\(", code.get_text())


def test_there_are_exercises_enough():
    exercises = [article(n).select(".admonition.exercise") for n in CHAPTER]
    solved = [
        cell
        for name in CHAPTER
        for cell in article(name).select(".tag_hide-cell")
    ]
    assert len(sum(exercises, [])) >= 20 and len(solved) >= 20


@pytest.mark.parametrize("name", CHAPTER)
def test_each_page_ends_with_a_check_of_oneself(name):
    *_, last = article(name).select("section > section")
    assert "Check yourself" in last.h2.get_text()
    questions = last.select("details.sd-dropdown")
    assert len(questions) >= 2
    for question in questions:
        assert not question.has_attr("open")
        title = question.summary.get_text(strip=True)
        assert "?" in title and len(question.get_text()) > len(title) + 40
