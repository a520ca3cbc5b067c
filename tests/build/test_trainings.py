"""Models are trained once, side by side, and no longer than the build."""

import re
import subprocess
import sys

import psutil
import pytest
from chapter.execute import trainings
from shared.book import TRAINED, cell, make_small, working_in


@pytest.fixture
def small(book):
    """Give a book with two small recipes, a block in what they report."""
    make_small(book)
    book.edit("charrnn/__main__.py", ': done"', ': █ done"')
    return book


def test_models_are_trained_once_side_by_side_and_if_needed(small, original):
    assert "models to train" not in original.printed
    small.write(TRAINED)
    printed = small.build(PYTHONIOENCODING="cp1252")  # as on Windows
    assert "2 of 2 models to train" in printed
    assert len(re.findall(r"^training \w+: .* done$", printed, re.M)) == 2
    assert "Error" not in printed
    assert "2 epochs" in small.html()
    small.write(TRAINED + "\nProse.\n")
    assert "models to train" not in small.build()
    (model,) = (small.root / "_build" / "models").glob("random-*.safetensors")
    model.write_bytes(model.read_bytes()[:-10])
    small.write(TRAINED + cell("print('more')"))
    printed = small.build()
    assert "is discarded, so that the model is trained" in printed
    assert "1 of 2 models to train" in printed


def test_trainings_end_with_a_build_that_fails(small):
    small.edit("charrnn/recipes.py", "num_epochs=2,", "num_epochs=200000,")
    small.write(cell("1 / 0  # before recipes"))
    assert "2 of 2 models to train" in small.fail()
    assert working_in(small.root) == []


def test_trainings_that_have_ended_are_not_stopped(monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()  # from here on, the number may be another process's
    monkeypatch.setattr(psutil, "Process", None)  # not to be called
    trainings.end(ended)
