"""The command that trains what is missing, side by side."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from unittest.mock import Mock

import pytest
from filelock import Timeout
from samples import TINY
from shared.tools import ctrl_c

from charrnn import __main__ as command
from charrnn import store
from charrnn.recipes import load_or_train, model_file


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
    assert printed.startswith("1 of 2 models to train\n")
    assert "training more: " in printed and "training tiny" not in printed
    assert model_file(more).exists()
    assert printed.endswith("training more: done\n")
    command.main()
    assert capfd.readouterr().out == "0 of 2 models to train\n"


def test_the_command_says_in_one_line_what_is_wrong(
    monkeypatch, capfd, tmp_path
):
    def fail(code):
        with pytest.raises(SystemExit, match=code):
            command.main()
        return capfd.readouterr()

    monkeypatch.setattr(command, "RECIPES", {"tiny": TINY})
    text = tmp_path / "text.txt"
    monkeypatch.setenv("CHARRNN_CORPUS", str(text))
    printed = fail("1")
    assert printed.out == "" and "Traceback" not in printed.err
    assert str(text) in printed.err
    text.write_text("too short", "utf-8")
    *_, cause, last = fail("1").err.splitlines()
    assert "the text is too short" in cause
    assert last == "training tiny: failed, see above"
    monkeypatch.setattr(sys, "argv", ["charrnn", "sequentail"])
    assert "no recipe is named sequentail" in fail("2").err


@ctrl_c
def test_an_interrupted_command_says_so_and_leaves_no_process(folder):
    code = textwrap.dedent("""
        import os
        from dataclasses import replace
        from charrnn import __main__ as command
        os.cpu_count = lambda: 2
        long = command.Recipe("long", num_epochs=10_000)
        names = ["one", "two", "three"]
        command.RECIPES = {n: replace(long, name=n) for n in names}
        command.main()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", code], encoding="utf-8", start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "3 of 3 models to train\n"
        assert "training" in process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "interrupted: the models that are done are kept\n"
    assert "three" not in printed
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_model_to_be_trained_is_waited_for(monkeypatch):
    both = [TINY, replace(TINY, seed=1)]
    to_do = list(both)

    def train_apart(recipe, claimed):
        for other in to_do:
            with pytest.raises(Timeout):
                store.lock(model_file(other)).acquire(timeout=0)
        to_do.remove(recipe)
        claimed.release()

    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(command, "train_apart", train_apart)
    command.train_side_by_side(both)
    assert to_do == []


def test_trainings_run_side_by_side(monkeypatch):
    meeting = threading.Barrier(2, timeout=60)  # broken if one runs alone
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(command, "train_apart", lambda *_: meeting.wait())
    command.train_side_by_side([TINY, replace(TINY, seed=1)])


def test_a_training_that_fails_is_an_error_when_the_others_are_done(capfd):
    bad = replace(TINY, name="bad", max_tokens=10)
    others = [replace(TINY, name=name) for name in ("one", "two", "three")]
    with pytest.raises(ChildProcessError, match="training bad: failed"):
        command.train_side_by_side([bad, *others])
    assert "the text is too short" in capfd.readouterr().err
    assert all(model_file(other).exists() for other in others)


def test_what_could_not_be_kept_is_not_called_done(monkeypatch, capfd):
    monkeypatch.setattr(command, "model_file", lambda recipe: store.Path("no"))
    claimed = store.lock(model_file(TINY))
    command.train_apart(TINY, claimed)
    assert capfd.readouterr().out.endswith("tiny: not kept, see above\n")
    assert not claimed.is_locked


def test_models_may_lie_where_nothing_can_be_written(monkeypatch):
    load_or_train(TINY)
    refuse = Mock(side_effect=OSError("Read-only file system"))
    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    command.train_side_by_side([TINY])
    with pytest.raises(OSError, match="Read-only file system"):
        command.train_side_by_side([replace(TINY, seed=1)])
