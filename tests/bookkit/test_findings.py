"""Findings: a note is shown where one is false."""

import sys

import pytest

from bookkit.findings import finding


@pytest.fixture
def shown(monkeypatch):
    """Return what is displayed, with its metadata."""
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


def test_without_ipython_the_note_is_printed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    finding("One is more.", False)
    assert "“One is more.”" in capsys.readouterr().out


def test_a_finding_needs_a_condition():
    with pytest.raises(ValueError, match="needs a condition"):
        finding("It is so.")
