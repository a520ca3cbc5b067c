"""The studies, each run to its record in the smallest size."""

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import torch

import bookkit
from bookkit import findings, recipes
from charrnn import corpus
from studies import ladder, recall, record, replicas, run, speed

in_processes = run.in_parallel  # which most tests replace
STUDIES = [ladder, recall, replicas, speed]
UNREAD = {  # what the records of today have, and no page reads
    "batch size", "hidden units", "num_rounds", "parameters",
    "seed of trials", "seeds of trials",
}  # fmt: skip
PAGE = """
```{code-cell} ipython3
from pathlib import Path

import torch

from bookkit import finding, networks, recipes

finding("in-its-folder", "It is there.", Path("page.md").is_file())
torch.manual_seed(1)
finding("seed-of-all", "It is 1.", torch.initial_seed() == 1)
generator = torch.Generator().manual_seed(2)
finding("seed-of-one", "It is 2.", generator.initial_seed() == 2)
finding("precision", "It is that of a build.",
        recipes.choose_precision() == "high")
model, _, _ = networks.load_or_train(recipes.SEQUENTIAL)
finding("by-hand", "No gradients are automatic.",
        recipes.InPlaceBackpropagation(model) is not None)
```
"""


def in_turn(function, jobs):
    """Do the jobs in this process, and undo what each has changed."""
    results = {}
    for name, arguments in jobs.items():
        with (
            pytest.MonkeyPatch.context() as patch,
            mock.patch.dict(os.environ),
        ):
            for place, changed in (
                (bookkit, "finding"),
                (recipes, "InPlaceBackpropagation"),
                (recipes, "choose_precision"),
                (torch, "Generator"),
                (torch, "manual_seed"),
            ):
                patch.setattr(place, changed, getattr(place, changed))
            patch.setattr(sys, "path", [*sys.path])
            patch.chdir(Path.cwd())
            results[name] = function(*arguments)
    return results


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Write records to a folder, and do all studies with a short text."""
    text = corpus.clean(corpus.read_text())[:1500]
    (tmp_path / "text.txt").write_text(text, "utf-8")
    monkeypatch.setenv("CHARRNN_CORPUS", str(tmp_path / "text.txt"))
    monkeypatch.setattr(run, "in_parallel", in_turn)
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def tiny(monkeypatch):
    """Make all recipes small, and return them."""
    tiny = {
        name: replace(
            recipe, batch_size=8, num_steps=25, max_tokens=1000, num_epochs=2,
            num_hiddens=4, held_out=recipe.held_out and 100, snapshots=(),
        )
        for name, recipe in recipes.RECIPES.items()
    }  # fmt: skip
    monkeypatch.setattr(recipes, "RECIPES", tiny)
    monkeypatch.setattr(recipes, "SEQUENTIAL", tiny["sequential"])
    monkeypatch.setattr(recipes, "EVALUATE_EVERY", 1)
    return tiny


def results_of(study, folder):
    """Run a study; return its results, and those of the record kept."""
    study.main("abc1234")
    name = f"{study.__name__.rpartition('.')[2]}.json"
    new, kept = (
        json.loads((place / name).read_text("utf-8"))
        for place in (folder, record.ROOT / "studies")
    )
    assert new.keys() == kept.keys() and new["script"] == kept["script"]
    return new["results"], kept["results"]


def shape(value):
    """Return a value without numbers, with the first item of each list."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items() if k not in UNREAD}
    return [*map(shape, value[:1])] if isinstance(value, list) else None


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_names_the_commit_of_its_record(study):
    kept = json.loads(Path(study.__file__).with_suffix(".json").read_text())
    assert f"commit {kept['commit']}" in " ".join(study.__doc__.split())


def test_ladder(monkeypatch, folder, tiny):
    monkeypatch.setattr(ladder, "NOVEL", tiny["novel"])
    monkeypatch.setattr(ladder, "TRAINING", tiny["novel"].max_tokens)
    monkeypatch.setattr(ladder, "SEEDS", [0, 1])
    small = {"num_epochs": 2, "num_hiddens": 4}
    monkeypatch.setattr(ladder, "FIRST", ladder.FIRST | small)
    tried = [(name, small.get(name, value)) for name, value in ladder.TRIED]
    monkeypatch.setattr(ladder, "TRIED", tried)
    new, kept = results_of(ladder, folder)
    for results in (new, kept):
        *kinds, half = results["runs"]
        assert half.removesuffix(", half") in kinds
        results["runs"]["half"] = results["runs"].pop(half)
    assert shape(new) == shape(kept)
    for kind, trials in new["trials"].items():
        assert [len(each["validation"]) for each in trials] == [2] * 9
        assert len(new["runs"][kind][0]["blocks"]) == 34


def test_recall(monkeypatch, folder):
    monkeypatch.setattr(recall, "SEEDS", [0])
    monkeypatch.setattr(recall, "SEEDS_OF_TRIALS", [1])
    monkeypatch.setattr(recall, "RATES", [1e-3, 1e-2])
    monkeypatch.setattr(recall, "GAPS", [1, 20, 21])
    monkeypatch.setattr(recall, "NUM_STEPS", 4)
    monkeypatch.setattr(recall, "VALIDATE_EVERY", 2)
    monkeypatch.setattr(recall, "NUM_TESTED", 3)
    new, kept = results_of(recall, folder)
    assert shape(new) == shape(kept)
    for name, runs in new["runs"].items():
        assert len(runs[0]["curve"]) == 2
        assert torch.tensor(runs[0]["accuracy"]).shape == (3, 2)
        assert torch.tensor(new["settings"]["scores"][name]).shape == (2, 1)


def test_replicas(monkeypatch, folder, tiny):
    seen = {"seed 0": 0, "autograd": 0, "highest": 0}
    monkeypatch.setattr(replicas, "SEEN", seen)
    monkeypatch.setattr(replicas, "FRESH", {"seed 1800": 1800})
    monkeypatch.setattr(replicas, "BOOK", folder)
    monkeypatch.setattr(findings, "BOOK", folder)
    monkeypatch.setattr(replicas, "MODELS", folder)
    monkeypatch.setattr(recipes, "choose_precision", lambda: "high")
    (folder / "page.md").write_text(PAGE, "utf-8")
    new, kept = results_of(replicas, folder)
    assert new.keys() == kept.keys()
    assert new["seen"] == [*seen] and new["fresh"] == ["seed 1800"]
    summaries = new["summaries"]
    assert shape(summaries["seed 0"]) == shape(kept["summaries"]["seed 0"])
    same, different = summaries["autograd"], summaries["seed 1800"]
    for name, results in summaries["seed 0"].items():
        last = pytest.approx(results["last"], rel=1e-4)
        assert same[name]["last"] == last != different[name]["last"]
    assert new["false_in"] == {
        "in-its-folder": [],
        "seed-of-all": ["seed 1800"],
        "seed-of-one": ["seed 1800"],
        "precision": ["highest"],
        "by-hand": ["autograd"],
    }


def test_speed(monkeypatch, folder, tiny):
    monkeypatch.setattr(speed, "NUM_STARTS", 1)
    monkeypatch.setattr(speed, "NUM_ROUNDS", 3)
    new, kept = results_of(speed, folder)
    assert shape(new) == shape(kept)
    for found in new.values():
        for each in found.values():
            assert len(each["seconds"]) == 3
        assert found["nn.RNN"]["times"]["nn.RNN"] == [1, 1, 1]


def test_the_table_of_the_docs_is_the_record():
    folder = Path(speed.__file__).parent
    found = json.loads((folder / "speed.json").read_text("utf-8"))
    recipe = recipes.SEQUENTIAL
    size = recipe.batch_size * recipe.num_steps
    num_tokens = recipe.max_tokens // size * size  # in an epoch
    expected = [
        (
            f"{num_tokens / each['seconds'][1]:,.0f}",
            f"{each['times']['nn.RNN'][1]:.2f}",
            f"{each['times']['products'][1]:.0%}",
        )
        for each in found["results"]["highest"].values()
    ]
    text = (folder.parent / "docs" / "speed.md").read_text("utf-8")
    rows = re.findall(r"^\|.*\| (.*) \| (.*) \| (\d+%) \|$", text, re.M)
    assert rows == expected


def test_jobs_run_in_processes_that_read_the_novel():
    jobs = {name: (name,) for name in ("CHARRNN_CORPUS", "OMP_NUM_THREADS")}
    found = in_processes(os.getenv, jobs)
    assert found == {"CHARRNN_CORPUS": "", "OMP_NUM_THREADS": "1"}
