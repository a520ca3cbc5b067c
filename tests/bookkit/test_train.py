"""The command that trains missing networks side by side."""

from dataclasses import replace

import pytest
from shared.samples import TINY

from bookkit import train as command
from bookkit.networks import load, load_or_train


def test_the_command_trains_what_is_missing(monkeypatch, capfd):
    more = replace(TINY, name="more")
    wild = replace(TINY, name="wild", lr=1e38, theta=1e30)
    recipes = {"tiny": TINY, "more": more, "wild": wild}
    monkeypatch.setattr(command, "RECIPES", recipes)
    load_or_train(TINY)
    capfd.readouterr()
    with pytest.raises(SystemExit, match="not all networks could be trained"):
        command.main()
    printed = capfd.readouterr().out
    assert printed.startswith("2 of 3 networks to train\n")
    assert "more: done\n" in printed and "wild: epoch " in printed
    assert load(more)  # although the other diverged
    del recipes["wild"]
    command.main()
    assert capfd.readouterr().out == ""
