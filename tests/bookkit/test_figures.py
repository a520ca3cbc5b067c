"""What some figures compute. The site's tests look at all of them."""

import math
import os
import subprocess
import sys

import pytest
import torch
from shared.site import ROOT

from bookkit.figures.curves import clinic_curves, compare_thresholds
from bookkit.figures.gates import gates_along_text, recall_curves
from bookkit.figures.inside import _without_overlap
from bookkit.figures.line_labels import spread_out
from bookkit.figures.text import minibatch_map
from charrnn import History
from charrnn.corpus import random_starts, sequential_starts

OPENING = "the time traveller for so it will be conve"
STYLE = """\
import importlib, pkgutil

import matplotlib
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

shell = InteractiveShell.instance()
drawings = shell.display_formatter.formatters["image/svg+xml"]

def settings():
    faces = [(face.name, face.weight) for face in fontManager.ttflist]
    return dict(matplotlib.rcParams), faces, Figure in drawings.type_printers

before = settings()
for module in pkgutil.walk_packages(["bookkit"], "bookkit."):
    importlib.import_module(module.name)
assert settings() == before
importlib.import_module("bookkit.figures.style").use()
used = settings()
assert used[0]["font.family"][0] == "Literata"
assert ("Literata", 700) in used[1] and used[2]
importlib.import_module("bookkit.figures.style").use()
assert settings() == used
"""


def history(end, epochs=120):
    """Return the history of a training whose perplexity falls to ``end``."""
    result = History(theta=1)
    for epoch in range(epochs):
        value = end + (20 - end) * math.exp(-epoch / 25)
        result.append(value, [0.5 + epoch / 100, 1.2], 1e4)
    return result


def test_a_call_sets_the_style_and_an_import_does_not(tmp_path):
    settings = {**os.environ, "IPYTHONDIR": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", STYLE], cwd=ROOT, env=settings, check=True
    )


def curves(ax):
    return [list(line.get_ydata()) for line in ax.lines]


def test_a_training_is_marked_where_it_diverges():
    good, broken = history(1.1), history(1.1, epochs=70)
    fig = compare_thresholds({"good": good, "bad": broken}, 28)
    whole, ended = fig.axes[::2]  # beside each, the gradient norms
    assert len(whole.lines) == 1
    assert list(ended.lines[1].get_xdata()) == [71]


def test_a_band_reaches_over_all_seeds_around_their_median_or_mean():
    seeds = [[9, 4], [8, 3], [8.5, 2]]
    (ax,) = clinic_curves({"random, never reset": seeds}).axes
    assert curves(ax) == [[8.5, 3]]
    (band,) = ax.collections
    assert {4, 2} <= {y for _, y in band.get_paths()[0].vertices}
    seen = [1, 30], {"plain": [[1.0, 0.5], [0.5, 0.0]]}
    for ax in recall_curves(seen, seen, (1, 20), {}).axes:
        assert curves(ax) == [[0.75, 0.25]]


def test_gates_are_drawn_under_the_characters_they_read():
    fig = gates_along_text("4 ?", {"forget gates": [[0.2, 1, 1], [0, 1, 0]]})
    labels = [label.get_text() for label in fig.axes[0].get_xticklabels()]
    assert labels == ["4", "␣", "?"]
    (fields,) = fig.axes[0].collections
    assert fields.get_array().tolist() == [[0.2, 1, 1], [0, 1, 0]]
    assert fields.get_clim() == (0, 1)


def test_a_text_is_wrapped_and_no_character_is_lost():
    n, generator = len(OPENING), torch.Generator().manual_seed(1)
    minibatches = {
        "sequential partitioning": sequential_starts(n, 2, 5, offset=3),
        "random sampling": random_starts(n, 2, 5, 3, generator),
    }
    fig = minibatch_map(OPENING, minibatches, 5)
    assert len(fig.axes) > len(minibatches)
    tops = [
        text.get_text() for ax in fig.axes for text in ax.texts
        if text.get_position()[1] == -1
    ]  # fmt: skip
    assert "".join(tops) == OPENING * 2


def test_boxes_that_overlap_an_earlier_one_are_left_out():
    places = torch.tensor([[0.0, 0], [1, 1], [3, 0], [0, 0], [3, 2.5]]).numpy()
    assert _without_overlap(places, (2, 2)) == [0, 2, 4]
    assert _without_overlap(places, (1, 1)) == [0, 1, 2, 4]


def test_labels_at_the_ends_of_lines_do_not_overlap():
    assert spread_out([0.1, 0.5], [0.2, 0.2]) == pytest.approx([0.1, 0.5])
    assert spread_out([0.5, 0.5, 0.5], [0.1, 0.2, 0.1]) == pytest.approx(
        [0.35, 0.5, 0.65]
    )
