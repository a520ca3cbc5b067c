"""Findings: told apart from invariants, counted, shown, never an error."""

import ast
import hashlib
import json
import math
import sys
from pathlib import Path
from statistics import mean, stdev

import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from shared.site import NOTEBOOKS, source

from charrnn import findings
from charrnn.findings import ascending, finding

RECORD = json.loads(findings.RECORD.read_text("utf-8"))["results"]
ROOM = 2  # standard deviations, at least, from a border to the mean


def calls(page):
    """Return the calls of ``finding`` on a page."""
    cells = read_myst_markdown_notebook(source(page)).cells
    code = "\n".join(c.source for c in cells if c.cell_type == "code")
    found = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)]
    return [call for call in found if ast.unparse(call.func) == "finding"]


CALLS = {
    Path(page).name: found for page in NOTEBOOKS if (found := calls(page))
}
every_page = pytest.mark.parametrize("page", CALLS)


def sentence(call):
    return ast.literal_eval(call.args[0])


def digest(call):
    """Return the digest of a call as Python reads it, whatever its layout."""
    return hashlib.sha256(ast.dump(call).encode()).hexdigest()[:8]


@pytest.fixture
def shown(monkeypatch):
    """Gather what is displayed."""
    outputs = []

    def display(data, *, raw, metadata):
        assert raw
        outputs.append((data, metadata))

    monkeypatch.setattr("IPython.display.display", display)
    return outputs


# The helper


def test_numbers_that_ascend_are_true_and_keep_their_gaps():
    assert ascending(1, 2.5, 3)
    assert ascending(1, 2.5, 3).gaps == (1.5, 0.5)
    for numbers in ((1, 1), (2, 1, 3), (0, math.nan), (math.nan, 0)):
        assert not ascending(*numbers)


def test_a_finding_shows_a_note_if_it_does_not_hold(shown, capsys):
    finding("Two is more than one.", ascending(1, 2), True)
    assert shown == [] and capsys.readouterr().out == ""
    finding("One < two.", True, ascending(2, 1))
    ((data, metadata),) = shown
    assert metadata == {"charrnn": {"finding": "One < two."}}
    assert "found: “One &lt; two.” Here it came out" in data["text/html"]
    for kind in ("text/plain", "text/markdown"):
        assert "found: “One < two.” Here it came out" in data[kind]
        assert "runs recorded" not in data[kind]


def test_the_note_says_how_often_it_held(shown):
    sentences = next(iter(RECORD["findings"].values()))
    finding(next(iter(sentences)), False)
    ((data, _),) = shown
    number = len(RECORD["replicas"])
    recorded = f"In the {number} runs recorded for this chapter it held"
    assert f"{recorded} in all." in data["text/plain"]


def test_without_ipython_the_note_is_printed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    finding("One is more.", False)
    assert "The chapter found: “One is more.”" in capsys.readouterr().out


def test_a_finding_needs_a_condition():
    with pytest.raises(ValueError, match="needs a condition"):
        finding("It is so.")


# The record


def test_the_record_is_of_the_findings_that_the_pages_state():
    recorded = {
        page: {name: entry["code"] for name, entry in sentences.items()}
        for page, sentences in RECORD["findings"].items()
    }
    stated = {
        page: {sentence(call): digest(call) for call in found}
        for page, found in CALLS.items()
    }
    assert recorded == stated, "run experiments/replicas.py again"


def test_there_are_enough_replicas():
    assert len(RECORD["replicas"]) >= 8
    assert sum(name.startswith("seed") for name in RECORD["replicas"]) >= 4
    assert set(RECORD["summaries"]) == set(RECORD["replicas"])


@every_page
def test_each_finding_held_in_every_replica_with_room_to_spare(page):
    for text, entry in RECORD["findings"][page].items():
        assert entry["held"] == [True] * len(RECORD["replicas"]), text
        for gaps in entry["gaps"]:
            assert len(gaps) == len(RECORD["replicas"])
            assert all(map(math.isfinite, gaps))
            assert mean(gaps) >= ROOM * stdev(gaps) and mean(gaps) > 0


@every_page
def test_findings_compare_numbers_so_that_gaps_are_known(page):
    for call in CALLS[page]:
        for node in ast.walk(call):
            if isinstance(node, ast.Compare):
                kinds = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
                assert not isinstance(node.ops[0], kinds), ast.unparse(node)


@every_page
def test_a_finding_is_a_sentence_and_stated_once(page):
    sentences = [sentence(call) for call in CALLS[page]]
    assert len(set(sentences)) == len(sentences)
    for text in sentences:
        assert text[0].isupper() and text.endswith(".")
