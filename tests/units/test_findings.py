"""Findings: told apart from invariants, counted, shown, never an error."""

import ast
import itertools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import surrogates
from shared.book import PAGE
from shared.site import NOTEBOOKS, ROOT

from charrnn import findings
from charrnn.findings import ascending, finding
from experiments import replicas

RECORD = json.loads(findings.RECORD.read_text("utf-8"))["results"]
STATED = {page: replicas.stated(replicas.BOOK / f"{page}.md")
          for page in replicas.pages_with_findings()}  # fmt: skip


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
    assert not ascending(1, 1) and not ascending(2, 1, 3)
    assert not ascending(0, float("nan")) and not ascending(float("nan"), 0)


def test_a_finding_that_holds_shows_nothing(shown, capsys):
    finding("Two is more than one.", ascending(1, 2), True)
    assert shown == [] and capsys.readouterr().out == ""


def test_a_finding_that_does_not_hold_shows_a_note(shown):
    finding("One < two.", True, ascending(2, 1))
    ((data, metadata),) = shown
    assert metadata == {"charrnn": {"finding": "One < two."}}
    assert "found: “One &lt; two.” Here it came out" in data["text/html"]
    for kind in ("text/plain", "text/markdown"):
        assert "found: “One < two.” Here it came out" in data[kind]
        assert "runs recorded" not in data[kind]


def test_the_note_says_how_often_it_held(shown):
    page, sentences = next(iter(RECORD["findings"].items()))
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
    assert recorded == STATED, "run experiments/replicas.py again"


def test_there_are_enough_replicas():
    assert len(RECORD["replicas"]) >= 8
    assert sum(name.startswith("seed") for name in RECORD["replicas"]) >= 4
    assert set(RECORD["summaries"]) == set(RECORD["replicas"])


@pytest.mark.parametrize("page", STATED)
def test_each_finding_held_in_every_replica_with_room_to_spare(page):
    for sentence, entry in RECORD["findings"][page].items():
        assert entry["held"] == [True] * len(RECORD["replicas"]), sentence
        for gaps in entry["gaps"]:
            assert len(gaps) == len(RECORD["replicas"])
            assert replicas.room(gaps) >= replicas.ROOM, sentence


@pytest.mark.parametrize("page", STATED)
def test_findings_compare_numbers_so_that_gaps_are_known(page):
    for call in replicas.calls(replicas.BOOK / f"{page}.md"):
        for condition in call.args[1:]:
            for node in ast.walk(condition):
                if isinstance(node, ast.Compare):
                    kinds = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
                    assert not isinstance(node.ops[0], kinds), (
                        f"line {node.lineno}: {ast.unparse(node)}"
                    )


@pytest.mark.parametrize("page", STATED)
def test_a_finding_is_stated_once(page):
    calls = replicas.calls(replicas.BOOK / f"{page}.md")
    sentences = [ast.literal_eval(call.args[0]) for call in calls]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert sentence[0].isupper() and sentence.endswith(".")


# Invariants

TRAINED = [
    page
    for page in NOTEBOOKS
    if "recipes" in (ROOT / "book" / f"{page}.md").read_text("utf-8")
]


def run_on_surrogates(page, kind):
    return subprocess.run(
        [sys.executable, surrogates.__file__, page, kind],
        cwd=ROOT / "book", encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {
            "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1",
            "PYTHONPATH": str(ROOT),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    """Run all pages on all surrogates, side by side."""
    jobs = list(itertools.product(TRAINED, surrogates.KINDS))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(run_on_surrogates, *zip(*jobs, strict=True))
        return dict(zip(jobs, results, strict=True))


@pytest.mark.parametrize("kind", surrogates.KINDS)
@pytest.mark.parametrize("page", TRAINED)
def test_no_assertion_depends_on_a_trained_network(page, kind, runs):
    result = runs[page, kind]
    assert result.returncode == 0, result.stdout[-2000:]


def test_an_assertion_on_a_trained_network_would_be_found(tmp_path):
    page = tmp_path / "page.md"
    code = (
        "from charrnn import recipes\n"
        "_, history, _ = recipes.load_or_train(recipes.SEQUENTIAL)\n"
        "assert history.perplexity[-1] < 1.1"
    )
    page.write_text(f"{PAGE}\n```{{code-cell}}\n{code}\n```\n", "utf-8")
    result = run_on_surrogates(page.with_suffix(""), "idle")
    assert result.returncode != 0 and "AssertionError" in result.stdout
