"""The figures: what they draw, and that the same call draws the same."""

import io
import math

import matplotlib.pyplot as plt
import pytest
import torch

from charrnn import History, Vocab, figures
from charrnn.corpus import sequential_starts


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def history():
    history = History(theta=1)
    for epoch in range(30):
        history.append(20 * 0.9**epoch + 1, [epoch / 10], 1e4)
    return history


def test_learning_curve(history):
    top, bottom = figures.learning_curve(history).axes
    assert top.get_yscale() == "log" and top.get_ylabel() == "perplexity"
    (curve,) = top.lines
    assert list(curve.get_ydata()) == history.perplexity
    norms, threshold = bottom.lines
    assert list(norms.get_ydata()) == history.grad_norm
    assert set(threshold.get_ydata()) == {1}
    assert bottom.get_xlabel() == "epoch"


def test_no_threshold_to_draw_without_clipping(history):
    history.theta = math.inf
    _, bottom = figures.learning_curve(history).axes
    assert len(bottom.lines) == 1


def test_compared_curves_share_an_axis(history):
    one, two = figures.compare_curves({"a": history, "b": history}).axes
    assert one.get_ylim() == two.get_ylim()
    assert one.get_title(loc="left") == "a"


def test_minibatch_map_shows_each_character_once():
    text = "abcdefghijklmnopqrstuvwxyz" * 2
    starts = sequential_starts(len(text), 8, 2, 0)  # more rows than colours
    (ax,) = figures.minibatch_map(text, {"map": starts}, 2).axes
    drawn = [t.get_text() for t in ax.texts if t.get_position()[1] >= 0]
    assert len(drawn) == starts.numel() * 2
    assert len(ax.patches) == starts.numel()


def test_clipped_gradients_end_in_the_ball():
    g = torch.tensor([[3.0, 4.0]])
    (ax,) = figures.clipping_plane(g, g / 5, theta=1).axes
    ends = [a.xy for a in ax.texts if a.arrow_patch is not None]
    assert ends[0] == (3, 4)
    assert ends[1] == pytest.approx((0.6, 0.8))


def test_symbols_are_named():
    (ax,) = figures.symbol_frequencies(Vocab("a ab")).axes
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["a", "␣", "b"]
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == [50, 25, 25]


def test_the_same_figure_has_the_same_bytes():
    def draw():
        file = io.BytesIO()
        figures.unrolled_network(2).savefig(
            file, format="svg", metadata={"Date": None}
        )
        return file.getvalue()

    assert draw() == draw()


def test_chains_are_named_where_they_end():
    norms = {"short": [1, 2], "long": [1, 0.1, 0.01]}
    (ax,) = figures.product_norms(norms).axes
    names = {text.get_text(): text.get_position() for text in ax.texts}
    assert names == {"short": (2, 2), "long": (3, 0.01)}


def test_the_clipped_end_in_a_ball_and_in_a_square():
    g = torch.tensor([[3.0, 4.0]])
    shapes = {"ball": g / 5, "square": g.clamp(-1, 1)}
    ball, square = figures.clipping_shapes(g, shapes, theta=1).axes
    for ax, end in [(ball, (0.6, 0.8)), (square, (1, 1))]:
        ends = [a.xy for a in ax.texts if a.arrow_patch is not None]
        assert ends == [(3, 4), pytest.approx(end)]
    assert square.get_title(loc="left") == "square"


def diverging(history, *, early):
    """Return a history that ends at epoch 20, or leaves the axis there."""
    broken = History(theta=10)
    for epoch in range(20 if early else 30):
        value = history.perplexity[epoch] if epoch < 20 else 1e9
        broken.append(value, [epoch + 1.0, epoch + 2.0], 1e4)
    return broken


@pytest.mark.parametrize("early", [True, False])
def test_a_run_is_marked_where_it_diverges(history, early):
    runs = {"good": history, "bad": diverging(history, early=early)}
    fig = figures.compare_thresholds(runs, ceiling=28)
    good, bad, good_norms, bad_norms = fig.axes
    assert len(good.lines) == 1 and not good.texts
    _, cross = bad.lines
    assert list(cross.get_xdata()) == [21] and bad.get_ylim()[1] == 28
    assert [text.get_text() for text in bad.texts] == ["diverged"]
    assert set(good_norms.lines[-1].get_ydata()) == {1}
    steps = bad_norms.lines[0]
    assert list(steps.get_xdata()[:4]) == [0.5, 1, 1.5, 2]
    assert list(steps.get_ydata()[:4]) == [1, 2, 2, 3]


def test_a_threshold_of_infinity_is_not_drawn(history):
    history.theta = math.inf
    _, bottom = figures.compare_thresholds({"none": history}, 28).axes
    assert len(bottom.lines) == 1 and not bottom.texts


def test_each_treatment_is_named_once():
    curves = {"one": [[9, 4], [8, 3]], "two": [[9, 5], [9, 6]]}
    (ax,) = figures.clinic_curves(curves).axes
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["one", "two"] and len(ax.lines) == 4
    assert list(ax.lines[1].get_ydata()) == [8, 3]
    assert ax.get_ylim()[0] < 3
