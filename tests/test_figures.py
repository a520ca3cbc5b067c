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


def test_losses_are_drawn_with_their_floors(history):
    (ax,) = figures.loss_floors({"a": history}, {"a": math.e**0.5}).axes
    curve, floor = ax.lines
    expected = [math.log(value) for value in history.perplexity]
    assert list(curve.get_ydata()) == expected
    assert set(floor.get_ydata()) == {0.5}
    assert ax.get_legend().get_texts()[0].get_text() == "a"


def test_the_lowest_held_out_perplexity_is_marked(history):
    history.held_out = [(10, 9.0), (20, 8.0), (30, 12.0)]
    one, two = figures.held_out_curves({"a": history, "b": history}).axes
    training, held_out, lowest = one.lines
    assert list(training.get_ydata()) == history.perplexity
    assert list(zip(*held_out.get_data(), strict=True)) == history.held_out
    assert lowest.get_xydata().tolist() == [[20, 8]]
    assert one.get_ylim() == two.get_ylim()


def test_the_ladder_is_sorted_and_tells_kinds_apart():
    bits = {"net": [2.0, 3.0, 2.5], "count": [2.0], "none": [4.75]}
    kinds = {"net": "network", "count": "n-gram", "none": "n-gram"}
    (ax,) = figures.ladder(bits, kinds, (0.6, 1.3), "people").axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["none", "net", "count"]
    network, spread, ngram, *_ = ax.lines
    assert network.get_xydata().tolist() == [[2.5, 1]]
    assert spread.get_xydata().tolist() == [[2, 1], [3, 1]]
    assert sorted(ngram.get_xdata()) == [2, 4.75]
    assert network.get_marker() != ngram.get_marker()
    assert network.get_color() != ngram.get_color()
    assert len(ax.patches) == 1  # the band
    assert "people" in [text.get_text() for text in ax.texts]
    assert ax.yaxis_inverted()
