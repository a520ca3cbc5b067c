"""The command that trains missing models side by side."""

import re
import sys
from dataclasses import replace

import pytest
from shared.samples import TINY

from bookkit import train as command
from bookkit.recipes import is_on_disk, load_or_train


def test_the_command_trains_what_is_missing(monkeypatch, capfd):
    more = replace(TINY, name="more")
    wild = replace(TINY, name="wild", lr=1e38, theta=1e30)
    recipes = {"tiny": TINY, "more": more, "wild": wild}
    monkeypatch.setattr(command, "RECIPES", recipes)
    monkeypatch.setattr(sys, "argv", ["charrnn"])
    load_or_train(TINY)
    capfd.readouterr()
    with pytest.raises(SystemExit, match="1"):
        command.main()
    out, err = capfd.readouterr()
    assert out.startswith(
        "2 of 3 networks to train\nleft to train: more, wild"
    )
    assert re.search("epoch .*, step", err)
    assert is_on_disk(more)  # although the other diverged
    del recipes["wild"]
    command.main()
    assert capfd.readouterr().out == ""


def test_errors_are_reported_in_one_line(monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(command, "RECIPES", {"tiny": TINY})
    monkeypatch.setattr(sys, "argv", ["charrnn"])
    monkeypatch.setenv("CHARRNN_CORPUS", str(tmp_path / "text.txt"))
    with pytest.raises(SystemExit, match="1"):
        command.main()
    (line,) = capfd.readouterr().err.splitlines()
    assert str(tmp_path / "text.txt") in line
    monkeypatch.setattr(sys, "argv", ["charrnn", "sequentail"])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "no recipe is named sequentail" in capfd.readouterr().err
