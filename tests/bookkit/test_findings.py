"""Findings: a note where one is false, and how often it held."""

import json
import sys

import pytest

from bookkit import findings
from bookkit.findings import finding


@pytest.fixture
def shown(monkeypatch):
    """Gather what is displayed."""
    outputs = []

    def display(data, *, raw, metadata):
        assert raw
        outputs.append((data, metadata))

    monkeypatch.setattr("IPython.display.display", display)
    return outputs


def test_a_finding_shows_a_note_if_it_is_false(shown, capsys):
    finding("Two is more than one.", 2 > 1, True)
    assert shown == [] and capsys.readouterr().out == ""
    finding("One < two.", True, 1 > 2)
    ((data, metadata),) = shown
    assert metadata == {"charrnn": {"finding": "One < two."}}
    assert "“One &lt; two.”" in data["text/html"]
    for kind in ("text/plain", "text/markdown"):
        assert "“One < two.”" in data[kind]
        assert "recorded" not in data[kind]


def test_the_note_says_how_often_the_finding_held(
    shown, tmp_path, monkeypatch
):
    results = {"replicas": ["a", "b", "c"], "findings": {"p": {"So.": 2}}}
    record = tmp_path / "replicas.json"
    record.write_text(json.dumps({"results": results}), "utf-8")
    monkeypatch.setattr(findings, "RECORD", record)
    finding("So.", False)
    ((data, _),) = shown
    assert "It held in 2 of the 3 runs recorded" in data["text/plain"]


def test_without_ipython_the_note_is_printed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    finding("One is more.", False)
    assert "The chapter found: “One is more.”" in capsys.readouterr().out


def test_a_finding_needs_a_condition():
    with pytest.raises(ValueError, match="needs a condition"):
        finding("It is so.")
