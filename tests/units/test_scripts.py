"""The scripts of experiments and benchmarks: what they share, and record."""

import json

import pytest

from charrnn.history import History
from experiments import record, run
from experiments.replicas import divergence


def test_jobs_run_in_other_processes_and_in_order():
    assert run.side_by_side(divmod, [(7, 2), (9, 4)]) == [(3, 1), (2, 1)]


@pytest.mark.parametrize(
    ("perplexity", "epoch"),
    [
        ([9, 3, 2, 2], None),
        ([9, 3, 50, 2], None),  # it has recovered
        ([9, 3, 50, 60], 3),
        ([9, 3, 2], 4),  # it ended early, by a gradient that is not finite
    ],
)
def test_a_training_diverges_where_it_is_worse_than_guessing_from_then_on(
    perplexity, epoch
):
    history = History(1.0, perplexity=perplexity)
    assert divergence(history, num_epochs=4, guessing=28) == epoch


def test_a_record_of_what_is_not_committed_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "ROOT", tmp_path)
    (tmp_path / "charrnn").mkdir()
    script = tmp_path / "throw.py"
    script.write_text("SEEDS = [4]\n", "utf-8")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init"], ["add", "."], [*author, "commit", "-m", "A"]):
        record.git(*command)
    record.write(str(script), [4], {"dice": 4})
    written = json.loads(script.with_suffix(".json").read_text("utf-8"))
    assert written["results"] == {"dice": 4}
    assert written["commit"] == record.git("rev-parse", "--short", "HEAD")
    (tmp_path / "charrnn" / "new.py").touch()
    with pytest.raises(SystemExit, match="Commit charrnn and the script"):
        record.write(str(script), [5], {"dice": 5})
    assert (
        json.loads(script.with_suffix(".json").read_text("utf-8")) == written
    )
