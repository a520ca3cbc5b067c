"""Definitions in notebooks, in place of listings."""

import pytest
from chapter.export import definitions
from nbformat.v4 import new_code_cell, new_markdown_cell

IMPORTS = """\
import torch
from bookkit import Source
from charrnn import corpus, rnn, train_rnn
from charrnn.corpus import Minibatches, Vocab, fold
from charrnn.training import grad_clipping, train_epoch_rnn
"""


def defined(*codes):
    """Return the code cells of a notebook below its imports."""
    cells = map(new_code_cell, [IMPORTS, *codes])
    _, *result = definitions.define([new_markdown_cell("# A"), *cells])
    return result[1:]


def test_a_listing_becomes_a_definition_with_what_it_still_imports():
    (cell,) = defined("Source(rnn)")
    imports, code = cell.source.split("\n\n\n")
    assert imports.splitlines() == [
        "from torch import Tensor",
        "from charrnn.interface import State",
    ]
    assert code.startswith("def rnn(\n") and "torch.tanh(" in code
    assert '"""Run the network along the time steps of a minibatch."""' in code
    assert cell.metadata == {} and cell.outputs == []


def test_nothing_is_imported_that_is_defined_above():
    _, cell = defined("Source(fold)", "Source(corpus.clean)")
    imports, _ = cell.source.split("def clean(")
    assert "fold" not in imports


def test_a_method_is_defined_with_its_class():
    (cell,) = defined("Source(Vocab.__init__, Vocab.to_tokens)")
    assert cell.source.count("class Vocab:") == 1
    assert "def clean_prefix(" in cell.source


@pytest.mark.parametrize(
    "code",
    [
        'Source(rnn, start="H =", end="O =")',
        "Source(corpus)",
        "Source(torch.relu)",
        "Source(corpus.LIGATURES)",
        "listing = Source(rnn)",
    ],
)
def test_another_listing_stays(code):
    (cell,) = defined(code)
    assert cell.source == code


@pytest.mark.parametrize("other", ["rnn = 1", "State = 1", "import re as rnn"])
def test_a_listing_stays_where_its_names_have_a_different_use(other):
    first, _ = defined("Source(rnn)", other)
    assert first.source == "Source(rnn)"


def test_what_calls_a_definition_for_the_cells_below_is_folded_below_it():
    _, folded, *_ = defined("Source(grad_clipping)", "train_rnn()")
    assert folded.source.startswith(definitions.AGAIN)
    assert "def train_epoch_rnn(" in folded.source
    assert "def train_rnn(" in folded.source
    assert folded.metadata == {"jupyter": {"source_hidden": True}}


def test_a_caller_that_is_defined_in_time_is_not_defined_twice():
    codes = "Source(grad_clipping)", "Source(train_epoch_rnn)", "train_rnn()"
    assert len(defined(*codes[:2])) == 2
    _, folded, epoch, _ = defined(*codes)
    assert "def train_epoch_rnn(" not in folded.source
    assert "train_epoch_rnn" not in epoch.source.partition("def ")[0]


def test_a_type_calls_nothing():
    codes = "Source(Vocab)", "def f(data: Minibatches): pass", "train_rnn()"
    assert len(defined(*codes)) == 3


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("corpus.random_starts(9, 1, 2, 0)", "corpus.random_starts"),
        ("from bookkit.recipes import load_data\nload_data()", "load_data"),
    ],
)
def test_what_keeps_to_the_version_of_the_package_is_named(code, name):
    first, _ = defined("Source(corpus.random_starts)", code)
    assert first.source.endswith(f"\n\n\n{definitions.KEPT % name}")


def test_the_first_cell_that_loads_a_network_says_so():
    imports = "from bookkit.networks import load_or_train"
    check = f"if False:\n    {(load := 'load_or_train(1)')}"
    cells = defined(imports, check, load, load)
    sources = [cell.source for cell in cells]
    assert sources == [imports, check, definitions.LOADED + load, load]
