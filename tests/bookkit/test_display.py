"""Listings of source, tables of results, and matrices."""

import ast
import inspect
import math
import textwrap

import pytest
import torch
from bs4 import BeautifulSoup

from bookkit.annotated import compare
from bookkit.by_hand import matrix
from bookkit.display import Source, Table, brief_source
from bookkit.numerals import typeset
from charrnn import corpus, get_params, model


@pytest.mark.parametrize("shown", [get_params, model.RNNModelScratch, corpus])
def test_a_listing_is_the_source_with_docstrings_of_one_line(shown):
    source = textwrap.dedent(inspect.getsource(shown))
    trees = ast.parse(source), ast.parse(brief_source(shown))
    for whole, brief in zip(*map(ast.walk, trees), strict=True):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(whole, documented) and ast.get_docstring(whole):
            first = ast.get_docstring(whole).splitlines()[0]
            assert ast.get_docstring(brief) == first
            del whole.body[0], brief.body[0]
    assert ast.dump(trees[0]) == ast.dump(trees[1])


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ([get_params], "`charrnn/model.py`"),
        ([corpus], "`charrnn/corpus.py`"),
        ([corpus.Vocab.to_tokens], "`charrnn/corpus.py`, class `Vocab`"),
    ],
)
def test_a_listing_names_its_file_and_class(shown, title):
    assert Source(*shown)._repr_markdown_().partition("\n")[0] == title


def test_a_listing_can_be_some_lines():
    shown = repr(Source(corpus.random_starts, start="order", end="num_"))
    first, last = shown.splitlines()
    assert first.startswith("order =") and last.startswith("num_batches =")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\n\ny = 3\n", "y = 3"),  # changed
        ("x = 1\ny = 2\nz = 3\n", "z = 3"),  # new
        ("x = 1\n", "y = 2"),  # gone, but not its note
    ],
)
def test_a_line_without_its_note_is_refused_by_its_text(source, line):
    pieces = ["x = 1", "y = 2"]
    compare("x = 1\n\n\ny = 2\n", pieces)
    with pytest.raises(ValueError, match=line):
        compare(source, pieces)


COLUMNS = {"epoch": "d", "perplexity": ".2f", "text": ""}
ROWS = [
    (1, 16.5, "the <unk> & the"),
    (1000, torch.tensor(1.029), "time traveller"),
    (2, None, "it s"),
]


def test_a_table_is_aligned_text():
    table = Table(COLUMNS, ROWS, caption="By epoch", note="Of one run.")
    assert repr(table) == textwrap.dedent(
        """\
        By epoch
        epoch  perplexity  text
            1       16.50  the <unk> & the
         1000        1.03  time traveller
            2           –  it s
        Of one run."""
    )


def test_a_power_of_ten_is_raised_by_html():
    table = Table({"p": ".0e"}, [(2e-15,)])
    assert "2\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻¹⁵" in repr(table)
    cell = BeautifulSoup(table._repr_html_(), "html.parser").tbody.th
    assert cell.sup.get_text() == "−15"


def test_a_table_is_html():
    table = Table(COLUMNS, ROWS, secondary=["text"])
    page = BeautifulSoup(table._repr_html_(), "html.parser")
    rows = [row(["th", "td"]) for row in page.table("tr")]
    assert [[cell.get_text() for cell in row] for row in rows] == [
        list(COLUMNS),
        ["1", "16.50", "the <unk> & the"],
        ["1000", "1.03", "time traveller"],
        ["2", "–", "it s"],
    ]
    assert [row[0]["scope"] for row in rows] == ["col", *["row"] * 3]
    assert all("secondary" in row[2]["class"] for row in rows)


def test_a_table_sets_what_a_network_writes_as_code():
    table = Table({"epoch": "d", "text": "code"}, [(1, "the <unk>␣")])
    assert repr(table) == "epoch  text\n    1  the <unk>␣"
    cell = BeautifulSoup(table._repr_html_(), "html.parser").tbody.td
    assert cell.code.get_text() == "the <unk>␣"
    assert "left" in cell["style"]


@pytest.mark.parametrize(
    ("formatted", "printed"),
    [
        (f"{-7.6e-13:.1e}", "−7.6 × 10⁻¹³"),
        (f"({1e5:.0e}, {-math.inf})", "(1 × 10⁵, −inf)"),
        (f"{-1.0:.1e} bits", "−1.0 bits"),
        ("7-gram, 1900-2000", "7-gram, 1900-2000"),  # hyphens
    ],
)
def test_a_number_is_printed_as_in_a_book(formatted, printed):
    assert typeset(formatted).replace("\N{NO-BREAK SPACE}", " ") == printed


@pytest.mark.parametrize(
    ("rows", "secondary", "message"),
    [
        ([(1, 2.0)], (), r"2 values, .* 3 columns: \[1, 2.0\]"),
        ([], ["text", "loss", "Text"], "no column is named Text, loss"),
    ],
)
def test_a_table_rejects_rows_and_columns_that_do_not_fit(
    rows, secondary, message
):
    with pytest.raises(ValueError, match=message):
        Table(COLUMNS, rows, secondary=secondary)


def test_a_matrix_is_latex_and_a_vector_is_its_row():
    X = torch.tensor([[0.46, -0.04], [-1, 2]])
    start, end = r"\left( \begin{array}{rr} ", r" \end{array} \right)"
    assert matrix(X) == rf"{start}0.5 & 0.0 \\ -1.0 & 2.0{end}"
    assert matrix(X[0], decimals=2) == rf"{start}0.46 & -0.04{end}"
