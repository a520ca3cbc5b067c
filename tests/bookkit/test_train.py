"""The command that trains missing models in parallel."""

import os
import sys
import threading
from dataclasses import replace

import pytest
from shared.samples import TINY

from bookkit import train as command
from bookkit.recipes import load_or_train, model_file


@pytest.fixture(autouse=True)
def no_arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["charrnn"])


def test_the_command_trains_what_is_missing(monkeypatch, capfd):
    more = replace(TINY, name="more")
    monkeypatch.setattr(command, "RECIPES", {"tiny": TINY, "more": more})
    load_or_train(TINY)
    capfd.readouterr()
    command.main()
    printed = capfd.readouterr().out
    assert "training more: " in printed and "training tiny" not in printed
    assert model_file(more).exists()
    command.main()
    assert capfd.readouterr().out == "0 of 2 models to train\n"


def test_errors_are_reported_in_one_line(monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(command, "RECIPES", {"tiny": TINY})
    monkeypatch.setenv("CHARRNN_CORPUS", str(tmp_path / "text.txt"))
    with pytest.raises(SystemExit, match="1"):
        command.main()
    (line,) = capfd.readouterr().err.splitlines()
    assert str(tmp_path / "text.txt") in line
    monkeypatch.setattr(sys, "argv", ["charrnn", "sequentail"])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "no recipe is named sequentail" in capfd.readouterr().err


def test_trainings_run_in_parallel(monkeypatch):
    meeting = threading.Barrier(2, timeout=60)  # broken if one runs alone
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(command, "train_in_process", lambda *_: meeting.wait())
    command.train_in_parallel([TINY, replace(TINY, seed=1)])


def test_a_failed_training_raises_after_the_others_are_done(capfd):
    bad = replace(TINY, name="bad", max_tokens=10)
    with pytest.raises(ChildProcessError, match="training bad: failed"):
        command.train_in_parallel([bad, TINY])
    assert "the text is too short" in capfd.readouterr().err
    assert model_file(TINY).exists()
