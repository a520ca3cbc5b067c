"""The display of the package's own source, and of results."""

import ast
import inspect
import textwrap

import pytest
import torch
from bs4 import BeautifulSoup

from charrnn import corpus, get_params, model
from charrnn.display import Source, Table, brief_source, recorded


@pytest.mark.parametrize("shown", [get_params, model.RNNModelScratch, corpus])
def test_a_listing_is_the_source_but_for_the_end_of_docstrings(shown):
    source = textwrap.dedent(inspect.getsource(shown))
    trees = ast.parse(source), ast.parse(brief_source(shown))
    for whole, brief in zip(*map(ast.walk, trees), strict=True):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(whole, documented) and ast.get_docstring(whole):
            first = ast.get_docstring(whole).splitlines()[0]
            assert ast.get_docstring(brief) == first
            del whole.body[0], brief.body[0]
    assert ast.dump(trees[0]) == ast.dump(trees[1])


def test_a_listing_names_its_file():
    first, _, rest = Source(get_params)._repr_markdown_().partition("\n")
    assert first == "`charrnn/model.py`" and "0.01 * torch.randn" in rest
    assert Source(corpus)._repr_markdown_().startswith("`charrnn/corpus.py`")


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ([corpus.Vocab.__init__, corpus.Vocab.to_tokens], ", class `Vocab`"),
        ([corpus.Vocab], ""),
        ([corpus.check_sizes, corpus.Minibatches.__init__], ""),
    ],
)
def test_a_listing_of_methods_names_their_class(shown, line):
    first, _, _ = Source(*shown)._repr_markdown_().partition("\n")
    assert first == f"`charrnn/corpus.py`{line}"


COLUMNS = {"epoch": "d", "perplexity": ".2f", "text": ""}
ROWS = [
    (1, 16.5, "the <unk> & the"),
    (1000, torch.tensor(1.029), "time traveller"),
    (2, None, "it s"),
]
RESULTS = Table(COLUMNS, ROWS, caption="By epoch", note="Of one run.")


def table_of(shown):
    """Return the parsed HTML of a table."""
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def cells(part):
    """Return the texts of the cells in a part of a table, by rows."""
    return [[c.get_text() for c in row(["th", "td"])] for row in part("tr")]


def test_a_table_is_aligned_text():
    assert repr(RESULTS) == textwrap.dedent(
        """\
        By epoch
        epoch  perplexity  text
            1       16.50  the <unk> & the
         1000        1.03  time traveller
            2           –  it s
        Of one run."""
    )
    assert repr(Table({"name": ""}, [])) == "name"


def test_a_table_names_its_columns_and_rows_in_html():
    page = table_of(RESULTS)
    assert page.caption.get_text() == "By epoch"
    assert cells(page.thead) == [list(COLUMNS)]
    assert cells(page.tbody) == [
        ["1", "16.50", "the <unk> & the"],
        ["1000", "1.03", "time traveller"],
        ["2", "–", "it s"],
    ]
    assert [c["scope"] for c in page.thead("th")] == ["col"] * 3
    assert [c.get_text() for c in page.select("th[scope=row]")] == [
        "1", "1000", "2",
    ]  # fmt: skip
    assert page.table.find_next_sibling("p").get_text() == "Of one run."


def test_text_stands_at_the_left_and_numbers_where_they_are_put():
    for row in table_of(RESULTS)("tr"):
        sides = [cell.get("style") for cell in row(["th", "td"])]
        assert sides == [None, None, "text-align: left"]


def test_what_is_text_is_no_markup():
    page = table_of(Table({"a<b": ""}, [("<i>",)], caption="<b>", note="<u>"))
    assert page.get_text("", strip=True) == "<b>a<b<i><u>"
    assert not page(["i", "b", "u"])


def test_a_table_may_have_neither_caption_nor_note():
    page = table_of(Table(COLUMNS, ROWS))
    assert not page(["caption", "p"])


def test_secondary_columns_are_marked_in_each_row():
    page = table_of(Table(COLUMNS, ROWS, secondary=["text"]))
    for row in page("tr"):
        kinds = [cell.get("class") for cell in row(["th", "td"])]
        assert kinds == [None, None, ["secondary"]]


def test_rows_are_sorted_by_their_numbers_and_not_by_what_is_shown():
    assert not table_of(RESULTS).select("[data-sort], .sortable")
    page = table_of(Table(COLUMNS, ROWS, sortable=True))
    assert "sortable" in page.table["class"]
    ranks = [
        [cell.get("data-sort") for cell in row(["th", "td"])]
        for row in page.tbody("tr")
    ]
    assert ranks[0] == [None, None, None]  # what is shown is exact
    assert float(ranks[1][1]) == pytest.approx(1.029) != 1.03
    assert ranks[2] == [None, "", None]


@pytest.mark.parametrize(
    ("rows", "secondary", "said"),
    [
        ([(1, 2.0)], (), r"2 values, .* 3 columns: \[1, 2.0\]"),
        ([(1, 2.0, "a", "b")], (), "4 values"),
        ([], ["text", "loss", "Text"], "no column is named Text, loss"),
    ],
)
def test_a_table_refuses_what_does_not_fit(rows, secondary, said):
    with pytest.raises(ValueError, match=said):
        Table(COLUMNS, rows, secondary=secondary)


def test_a_sentence_says_where_a_record_comes_from():
    record = {
        "script": "experiments/a.py", "date": "2026-01-31", "commit": "abc123",
        "versions": {"torch": "2.9"}, "machine": "a loom, 2 cores",
    }  # fmt: skip
    assert recorded(record) == (
        "Recorded by experiments/a.py on 2026-01-31 at commit abc123, "
        "with torch 2.9. Machine: a loom, 2 cores."
    )
