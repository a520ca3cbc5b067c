"""The command that trains missing models side by side."""

import sys
from dataclasses import replace

import pytest
from shared.samples import TINY

from bookkit import train as command
from bookkit.recipes import is_on_disk, load_or_train
from charrnn.history import DivergenceError


@pytest.fixture(autouse=True)
def no_arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["charrnn"])


def test_the_command_trains_what_is_missing(monkeypatch, capfd):
    more = replace(TINY, name="more")
    monkeypatch.setattr(command, "RECIPES", {"tiny": TINY, "more": more})
    load_or_train(TINY)
    capfd.readouterr()
    command.main()
    assert capfd.readouterr().out == (
        "1 of 2 networks to train\nleft to train: more\n"
    )
    assert is_on_disk(more)
    command.main()
    assert capfd.readouterr().out == ""


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


def test_a_failed_training_raises_after_the_others_are_done():
    wild = replace(TINY, name="wild", lr=1e38, theta=1e30)
    with pytest.raises(DivergenceError, match="epoch .*, step"):
        command.train_missing([wild, TINY])
    assert is_on_disk(TINY)
