"""The scripts of experiments and benchmarks: what they take, and keep."""

import importlib
import json

import pytest
from shared.site import ROOT

from charrnn.history import History
from experiments import record, run
from experiments.clipping import divergence

# All but the one that takes names of pages, and is tested with the checkers.
SCRIPTS = [
    f"{file.parent.name}.{file.stem}"
    for folder in ("experiments", "benchmarks")
    for file in sorted((ROOT / folder).glob("*.py"))
    if "__main__" in file.read_text("utf-8") and file.stem != "light"
]


def test_there_are_scripts():
    assert {"experiments.replicas", "benchmarks.build"} < set(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_how_it_is_run_and_refuses_what_it_does_not_know(
    name, monkeypatch, capsys
):
    script = importlib.import_module(name)
    for argument, code in (("no_such_thing", "2"), ("--help", "0")):
        monkeypatch.setattr("sys.argv", [name, argument])
        with pytest.raises(SystemExit, match=code):
            script.main()
    printed = capsys.readouterr()
    assert "no_such_thing" in printed.err
    assert f".venv/bin/python -m {name}\n" in printed.out


def test_jobs_run_in_other_processes_and_in_order():
    assert run.side_by_side(divmod, [(7, 2), (9, 4)]) == [(3, 1), (2, 1)]
    assert run.apart(divmod, 7, 2) == (3, 1)


@pytest.mark.parametrize(
    ("perplexity", "epoch"),
    [
        ([9, 3, 2, 2], None),
        ([9, 3, 50, 2], None),  # it has recovered
        ([9, 3, 50, 60], 3),
        ([50, 60], 1),
        ([9, 3, 2], 4),  # it ended early, by a gradient that is not finite
    ],
)
def test_the_first_epoch_that_is_worse_than_guessing_from_then_on(
    perplexity, epoch
):
    history = History(1.0, perplexity=perplexity)
    assert divergence(history, num_epochs=4, guessing=28) == epoch


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Make a script in a project of its own, and commit all of it."""
    monkeypatch.setattr(record, "ROOT", tmp_path)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "charrnn").mkdir()
    file = tmp_path / "experiments" / "throw.py"
    file.write_text("SEEDS = [4]\n", "utf-8")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init"], ["add", "."], [*author, "commit", "-m", "A"]):
        record.git(*command)
    return file


def test_a_record_is_written_beside_its_script(script, capsys):
    record.write(str(script), [4], {"dice": 4})
    written = json.loads(script.with_suffix(".json").read_text("utf-8"))
    assert set(written) == record.KEYS
    assert written["script"] == "experiments/throw.py"
    assert (written["seeds"], written["results"]) == ([4], {"dice": 4})
    assert written["commit"] == record.git("rev-parse", "--short", "HEAD")


@pytest.mark.parametrize("changed", ["charrnn/new.py", "experiments/throw.py"])
def test_a_record_of_what_is_not_committed_is_refused(script, changed):
    (record.ROOT / changed).write_text("SEEDS = [5]\n", "utf-8")
    with pytest.raises(SystemExit, match="Commit charrnn and the script"):
        record.write(str(script), [4], {"dice": 4})
    assert not script.with_suffix(".json").exists()
