"""The figures: what they draw."""

import math
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from charrnn import History, Vocab, figures
from charrnn.corpus import sequential_starts
from charrnn.figures.ends import spread
from charrnn.figures.inside import _choose_ink
from charrnn.figures.style import COLORS, RANDOM, SEQUENTIAL


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


def words(artists):
    return [artist.get_text() for artist in artists]


def names(legend):
    return words(legend.get_texts())


def heights(bars):
    return [bar.get_height() for bar in bars]


def curves(ax):
    return [list(line.get_ydata()) for line in ax.lines]


def test_learning_curve(history):
    top, bottom = figures.learning_curve(history).axes
    assert top.get_yscale() == "log" and top.get_ylabel() == "perplexity"
    assert curves(top) == [history.perplexity]
    norms, threshold = curves(bottom)
    assert norms == history.grad_norm and set(threshold) == {1}
    assert bottom.get_xlabel() == "epoch"


def test_a_threshold_of_infinity_is_not_drawn(history):
    history.theta = math.inf
    for fig in (
        figures.learning_curve(history),
        figures.compare_thresholds({"none": history}, 28),
    ):
        _, bottom = fig.axes
        assert len(bottom.lines) == 1 and not bottom.texts


def test_compared_curves_share_an_axis(history):
    names = ["sequential partitioning", "random sampling"]
    (ax,) = figures.compare_curves(dict.fromkeys(names, history)).axes
    assert curves(ax) == 2 * [history.perplexity]
    assert [line.get_color() for line in ax.lines] == [SEQUENTIAL, RANDOM]
    assert {" ".join(name.split()) for name in words(ax.texts)} == {*names}


def test_minibatch_map_shows_each_character_once():
    text = "abcdefghijklmnopqrstuvwxyz" * 2
    starts = sequential_starts(len(text), 8, 2, 0)  # more rows than colours
    (ax,) = figures.minibatch_map(text, {"map": starts}, 2).axes
    drawn = [t.get_text() for t in ax.texts if t.get_position()[1] >= 0]
    assert len(drawn) == starts.numel() * 2
    assert len(ax.patches) == starts.numel()


def test_the_clipped_end_in_a_ball_and_in_a_square():
    g = torch.tensor([[3.0, 4.0]])
    ball, square = g / 5, g.clamp(-1, 1)
    shapes = {"ball": ball, "square": square}
    panels = [
        *figures.clipping_plane(g, ball, theta=1).axes,
        *figures.clipping_shapes(g, shapes, theta=1).axes,
    ]
    for ax, end in zip(panels, [(0.6, 0.8), (0.6, 0.8), (1, 1)], strict=True):
        ends = [a.xy for a in ax.texts if a.arrow_patch is not None]
        assert ends == [(3, 4), pytest.approx(end)]
    assert [ax.get_title(loc="left") for ax in panels[1:]] == [*shapes]


def test_descents_are_drawn_on_the_map_of_their_loss():
    w, b = torch.linspace(0, 1, 5), torch.linspace(-1, 1, 9)
    loss = w**2 + b[:, None] ** 2  # (9, 5)
    long = torch.tensor([[0.9, 0.9], [0.1, -0.9]])
    short = torch.tensor([[0.9, 0.9], [0.5, 0.5], [0.2, 0.2]])
    fig = figures.loss_cliff(w, b, loss, {"free": long, "short": short})
    ax, bar = fig.axes
    free, clipped, start = (line.get_xydata() for line in ax.lines)
    assert free == pytest.approx(long.numpy())
    assert clipped == pytest.approx(short.numpy())
    assert start == pytest.approx(long[:1].numpy())
    assert names(fig.legends[0]) == ["free", "short"]
    assert words(ax.texts) == ["start"] and bar.get_ylabel() == "loss"
    looks = [(line.get_color(), line.get_linestyle()) for line in ax.lines]
    assert len(set(looks[:2])) == 2


def test_a_state_is_drawn_as_right_only_if_its_text_goes_on():
    rules = {
        "lost": ([1, 2], ["zeros", "graph"]),
        "carried": ([1, 2, 1, 2], ["zeros", "carried", "carried", "zeros"]),
    }
    fig = figures.state_timeline(rules, per_epoch=2)
    lost, carried = fig.axes
    assert [ax.get_title(loc="left") for ax in fig.axes] == [*rules]
    assert [len(ax.patches) for ax in fig.axes] == [2, 4]
    drawn = [text for text in words(lost.texts) if text]
    assert drawn == ["1", "0", "2", "error"]
    drawn = [text for text in words(carried.texts) if text]
    assert drawn == ["1", "0", "2", "1", "2", "0"]
    arrows = [a.arrow_patch for a in carried.texts if a.get_text() == ""]
    right, foreign = arrows
    assert right.get_linestyle() != foreign.get_linestyle()
    assert right.get_edgecolor() != foreign.get_edgecolor()
    assert len(carried.lines) == 1  # the border of the epochs
    assert len(names(fig.legends[0])) == 3


def test_symbols_are_named():
    (ax,) = figures.symbol_frequencies(Vocab("a ab")).axes
    assert words(ax.get_xticklabels()) == ["a", "␣", "b"]
    assert heights(ax.patches) == [50, 25, 25]


def test_a_gradient_goes_back_to_the_border_of_its_minibatch():
    (ax,) = figures.gradient_flow(num_steps=4).axes
    boxes = {text.get_text() for text in ax.texts} - {""}
    steps = range(-1, 5)
    drawn = {rf"$\mathbf{{{Z}}}_{{{t}}}$" for Z in "XHO" for t in steps}
    assert drawn < boxes and {"loss $L$", "cut", "this minibatch"} < boxes
    arrows = [
        (a.xyann, a.xy) for a in ax.texts
        if a.get_text() == "" and a.arrow_patch is not None
    ]  # fmt: skip
    (border,) = (x for x, end in (line.get_xdata() for line in ax.lines[:1]))
    back = [(x, end) for (x, _), (end, _) in arrows if end < x]
    assert len(back) == 3 and all(border < end for _, end in back)
    forward = [(x, end) for (x, _), (end, _) in arrows if x < end]
    assert len(forward) == 5 and any(x < border < end for x, end in forward)
    legend = names(ax.figure.legends[0])
    assert legend == ["values, forward", "gradients, backward"]


def test_chains_are_named_where_they_end():
    norms = {"short": [1, 2], "long": [1, 0.1, 0.01]}
    (ax,) = figures.product_norms(norms).axes
    names = {text.get_text(): text.get_position() for text in ax.texts}
    assert names == {"short": (2, 2), "long": (3, 0.01)}


def test_gradients_are_drawn_beside_their_bounds():
    norms = {"falls": [1, 1e-4, 1e-8], "stays": [1, 0.5, 0.5]}
    bounds = {"falls": 0.1, "stays": 3}
    (ax,) = figures.jacobian_norms(norms, bounds).axes
    bound, *others = curves(ax)[:4]
    assert bound == pytest.approx([1, 0.1, 0.01])
    assert others == [norms["falls"], [1, 3, 9], norms["stays"]]
    # Each name is where its curve ends, or leaves the axis.
    places = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert places == {"falls": 1.5, "stays": 2.5}


def test_the_name_of_a_gradient_lies_beside_its_curve():
    norms = {"falls": [1, 1e-8], "stays": [1, 1], "rises": [1, 1e8]}
    (ax,) = figures.jacobian_norms(norms, dict.fromkeys(norms, 1)).axes
    sides = {text.get_text(): text.get_va() for text in ax.texts}
    assert sides == {
        "falls": "bottom", "stays": "center_baseline", "rises": "top"
    }  # fmt: skip


def letters(ax):
    """Return the text drawn at each column and row of a grid."""
    return {
        tuple(int(x) for x in text.get_position()): text.get_text()
        for text in ax.texts
    }


def test_guesses_are_ordered_and_the_right_one_is_framed():
    vocab = Vocab("ab ")
    text = "a b"
    probabilities = torch.full((3, len(vocab)), 0.125)
    for i, guess in enumerate("abb"):
        probabilities[i, vocab[guess]] = 0.5
    probabilities[1, vocab[" "]] = 0.25
    fig = figures.next_characters(text, probabilities, vocab, 2, columns=2)
    bars, first, _, second = fig.axes[:4]
    assert heights(bars.patches) == pytest.approx([1, 2])  # bits
    drawn = letters(first)
    assert drawn[0, 0] == drawn[0, 1] == "a"
    assert (drawn[1, 0], drawn[1, 1], drawn[1, 2]) == ("␣", "b", "␣")
    assert [frame.get_xy() for frame in first.patches] == [(0, 1), (1, 2)]
    assert letters(second)[0, 0] == "b"


def test_units_are_drawn_on_their_text_and_wrapped():
    values = torch.tensor([0.9, -0.9, 0.1, -0.1, 0.0])
    fig = figures.unit_activations("ab cd", {"unit 3": values}, columns=3)
    ax, bar = fig.axes
    assert ax.get_title(loc="left") == "unit 3"
    drawn = letters(ax)
    assert drawn[2, 0] == "␣" and drawn[0, 1] == "c" and drawn[1, 1] == "d"
    bold = [text for text in ax.texts if text.get_weight() == "bold"]
    assert words(bold) == ["a", "␣"]
    (mesh,) = ax.collections
    shown = torch.tensor(mesh.get_array().filled(2).flatten())
    assert shown[:5].tolist() == values.tolist()
    assert mesh.get_clim() == (-1, 1)
    assert "activation" in bar.get_xlabel()
    with pytest.raises(RuntimeError, match="must match"):
        figures.unit_activations("abc", {"short": values[:2]})


def contrast(*colors):
    """Give the contrast of two colours, as WCAG 2.2 defines it."""
    shares = torch.tensor([to_rgb(color) for color in colors])
    bright = ((shares + 0.055) / 1.055) ** 2.4
    linear = torch.where(shares <= 0.04045, shares / 12.92, bright)
    low, high = sorted(linear @ torch.tensor([0.2126, 0.7152, 0.0722]) + 0.05)
    return high / low


@pytest.mark.parametrize("name", ["Oranges", "PuOr"])
def test_letters_are_as_legible_as_white_and_ink_allow(name):
    for cell in plt.get_cmap(name)(torch.linspace(0, 1, 200).tolist()):
        best = max(contrast(ink, cell) for ink in ("white", figures.INK))
        chosen = _choose_ink(cell)
        assert contrast(chosen, cell) > best - 0.2 and best > 3.9


def test_states_are_drawn_as_their_characters_in_the_colour_of_the_kind():
    points = torch.tensor([[0.0, 0], [2, 4], [-5, 5]])
    fig = figures.state_letters(
        {"one": points, "two": -points}, "a b", {"letter": "ab", "space": " "}
    )
    one, two = fig.axes
    assert [ax.get_title(loc="left") for ax in fig.axes] == [
        f"{name}: 3 of 3 states as letters" for name in ("one", "two")
    ]
    assert words(one.texts) == ["a", "␣", "b"]
    places = [text.get_position() for text in two.texts]
    assert places == [(0, 0), (-2, -4), (5, -5)]
    first, space, last = (text.get_color() for text in one.texts)
    assert first == last != space
    for ax in fig.axes:  # a text does not move the limits by itself
        for text in ax.texts:
            assert ax.viewLim.contains(*text.get_position())
    assert names(fig.legends[0]) == ["letter", "space"]


def test_names_stand_at_the_means_of_their_states():
    points = torch.tensor([[0.0, 0], [2, 4], [5, 5]])
    group = torch.tensor([True, True, False])
    fig = figures.state_groups(
        points, {"a": group, "b": ~group}, {"a": "first", "b": "second"}
    )
    (ax,) = fig.axes
    assert [text.get_position() for text in ax.texts] == [(1, 2), (5, 5)]
    assert words(ax.texts) == ["first", "second"]
    drawn = [len(c.get_offsets()) for c in ax.collections]
    assert drawn == [0, 0, 2, 0]  # the name lies on the state of the second
    assert ax.get_title(loc="left") == "2 of 3 states"
    assert names(fig.legends[0]) == ["a", "b"]


def test_spectra_have_every_eigenvalue_and_singular_value():
    before, after = 0.1 * torch.eye(3), torch.diag(torch.tensor([1.0, -2, 3]))
    fig = figures.spectra({"net": (before, after)})
    plane, values = fig.axes
    drawn, dots = plane.collections[0].get_offsets(), plane.collections
    assert sorted(drawn[:, 0]) == [-2, 1, 3] and not drawn[:, 1].any()
    assert [len(points.get_offsets()) for points in dots] == [3, 3]
    (circle,) = plane.patches
    assert circle.radius == 1
    assert values.lines[0].get_ydata() == pytest.approx([3, 2, 1])
    assert values.get_yscale() == "log"


def test_excluded_symbols_are_grey_and_as_high_as_in_the_model():
    model = torch.tensor([0.5, 0.3, 0.2])
    kept = torch.tensor([0.625, 0.375, 0.0])
    fig = figures.strategy_panels(model, {"a": kept, "b": model}, "xy ")
    one, other = fig.axes
    excluded, after = [0, 0, 0.2], kept.tolist()
    assert heights(one.patches) == pytest.approx(
        [*excluded, *after, *model.tolist()]
    )
    assert one.get_ylim() == other.get_ylim()
    assert words(one.get_xticklabels()) == ["x", "y", "␣"]


def test_first_letters_have_a_colour_of_their_own():
    first, second = figures.entropy_along("ab cd e", torch.arange(7.0)).axes
    bars = [*first.patches[:4], *second.patches]
    assert heights(bars) == list(range(7))
    colours = [bar.get_facecolor() for bar in bars]
    beginning = {i for i, c in enumerate(colours) if c == colours[3]}
    assert beginning == {3, 6}


def test_the_likeliest_symbols_stand_in_falling_order():
    vocab = Vocab("ab ")
    p = torch.zeros(len(vocab))
    p[vocab["b"]], p[vocab[" "]] = 0.3, 0.7
    fig = figures.likely_symbols({"one": p, "two": p}, vocab, 2)
    for ax, name in zip(fig.axes, ["one", "two"], strict=True):
        assert words(ax.get_xticklabels()) == ["␣", "b"]
        assert heights(ax.patches) == pytest.approx([0.7, 0.3])
        assert name in ax.get_title(loc="left")


def test_new_words_have_a_colour_of_their_own():
    texts = {"a": ("to xx", torch.arange(5.0)), "b": ("to", torch.ones(2))}
    one, other = figures.surprise_along(texts, {"to"}).axes
    assert heights(one.patches)[:5] == list(range(5))
    colours = [bar.get_facecolor() for bar in one.patches[:5]]
    assert [c == colours[3] for c in colours] == 3 * [False] + 2 * [True]
    assert heights(other.patches) == [1, 1]
    assert one.get_xlim() == other.get_xlim()
    assert words(one.get_xticklabels()) == [*"to␣xx"]


def test_strategies_are_drawn_on_one_scale():
    model, greedy = torch.tensor([0.3, 0.2]), torch.tensor([1.0, 0.0])
    panels = dict.fromkeys("abc", model) | {"d": greedy}
    axes = figures.strategy_panels(model, panels, "xy").axes
    assert len({ax.get_ylim() for ax in axes}) == 1


def test_each_temperature_has_a_point_in_both_panels():
    points = {0.5: (-1.0, 0.3, 0.9), 2: (-3.0, 0.8, 0.2)}
    fig = figures.diversity_plane(points, (-2.0, 0.5, 0.8))
    shares = [([30, 80], [50]), ([90, 20], [80])]
    for ax, expected in zip(fig.axes, shares, strict=True):
        assert curves(ax) == [pytest.approx(share) for share in expected]
        assert list(ax.lines[0].get_xdata()) == [-1, -3]
        assert words(ax.texts) == ["0.5", r"$\tau$ = 2", "human"]


@pytest.mark.parametrize("num_epochs", [20, 30])
def test_a_run_is_marked_where_it_diverges(history, num_epochs):
    broken = History(theta=10)  # ends at epoch 20, or leaves the axis there
    for epoch in range(num_epochs):
        value = history.perplexity[epoch] if epoch < 20 else 1e9
        broken.append(value, [epoch + 1.0, epoch + 2.0], 1e4)
    runs = {"good": history, "bad": broken}
    fig = figures.compare_thresholds(runs, ceiling=28)
    good, bad, good_norms, bad_norms = fig.axes
    assert len(good.lines) == 1 and not good.texts
    _, cross = bad.lines
    assert list(cross.get_xdata()) == [21] and bad.get_ylim()[1] == 28
    assert words(bad.texts) == ["diverged"]
    assert set(curves(good_norms)[-1]) == {1}
    steps = bad_norms.lines[0]
    assert list(steps.get_xdata()[:4]) == [0.5, 1, 1.5, 2]
    assert list(steps.get_ydata()[:4]) == [1, 2, 2, 3]


def test_treatments_are_medians_in_bands_with_names_at_their_ends():
    rules = ["in order, never reset", "random, never reset", "another"]
    seeds = [[9, 4], [8, 3], [8.5, 2]]
    fig = figures.clinic_curves(dict.fromkeys(rules, seeds))
    (ax,) = fig.axes
    assert curves(ax) == 3 * [[8.5, 3]] and ax.get_ylim()[0] < 2
    for band in ax.collections:
        assert {4, 2} <= {y for _, y in band.get_paths()[0].vertices}
    assert [" ".join(name.split()) for name in words(ax.texts)] == rules
    looks = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(looks) == 3


def test_losses_are_drawn_with_their_floors(history):
    fig = figures.loss_floors({"random": history}, {"random": math.e**0.5})
    (ax,) = fig.axes
    curve, floor = curves(ax)
    assert curve == [math.log(value) for value in history.perplexity]
    assert set(floor) == {0.5}
    assert {line.get_color() for line in ax.lines} == {RANDOM}
    assert set(words(ax.texts)) == {"random", "floor of\nrandom"}


def test_the_lowest_held_out_perplexity_is_marked(history):
    history.held_out = [(10, 9.0), (20, 8.0), (30, 12.0)]
    one, two = figures.held_out_curves({"a": history, "b": history}).axes
    training, held_out, lowest = one.lines
    assert list(training.get_ydata()) == history.perplexity
    assert list(map(tuple, held_out.get_xydata())) == history.held_out
    assert lowest.get_xydata().tolist() == [[20, 8]]
    assert one.get_ylim() == two.get_ylim()


def test_the_ladder_is_sorted_and_tells_kinds_apart():
    bits = {"net": [2.0, 3.0, 2.5], "count": [2.0], "none": [4.75]}
    kinds = {"net": "network", "count": "n-gram", "none": "n-gram"}
    (ax,) = figures.ladder(bits, kinds, (0.6, 1.3), "people").axes
    assert words(ax.get_yticklabels()) == ["none", "net", "count"]
    network, spread, ngram, *_ = ax.lines
    assert network.get_xydata().tolist() == [[2.5, 1]]
    assert spread.get_xydata().tolist() == [[2, 1], [3, 1]]
    assert sorted(ngram.get_xdata()) == [2, 4.75]
    assert network.get_marker() != ngram.get_marker()
    assert network.get_color() != ngram.get_color()
    assert len(ax.patches) == 1  # the band
    assert "people" in words(ax.texts)
    assert ax.yaxis_inverted()


def test_growth_is_drawn_as_times_the_limit_for_each_size():
    seconds = {name: [0.003, 0.004] for name in ("nn.RNN", "by hand")}
    seconds["limit"] = [0.001, 0.002]
    found = {"values": [16, 32], "seconds": seconds}
    axes = figures.growth({"units": found, "steps": found}).axes
    assert [ax.get_xlabel() for ax in axes] == ["units", "steps"]
    for ax in axes:
        assert ax.get_xscale() == "log"
        assert curves(ax) == [[3, 2], [3, 2], [1, 1]]
        assert [list(line.get_xdata()) for line in ax.lines] == [[16, 32]] * 3
        assert len({line.get_linestyle() for line in ax.lines}) == 3


def test_shares_of_the_limit_have_their_quartiles():
    (ax,) = figures.limit_shares({"by hand": (0.8, 0.9, 0.95)}).axes
    quartiles, median, limit = ax.lines
    assert list(quartiles.get_xdata()) == [0.8, 0.95]
    assert list(median.get_xdata()) == [0.9] and set(limit.get_xdata()) == {1}
    assert words(ax.texts) == ["90%", "limit"]
    assert words(ax.get_yticklabels()) == ["by hand"]


def arrows(ax):
    return [text for text in ax.texts if hasattr(text, "arrow_patch")]


def test_a_memory_has_a_straight_path_where_there_are_gates():
    fig = figures.gated_memory()
    names = [ax.get_title(loc="left") for ax in fig.axes]
    assert names == ["plain", "GRU", "LSTM"]
    widths = [
        [a.arrow_patch.get_linewidth() for a in arrows(ax)] for ax in fig.axes
    ]
    assert [w.count(3) for w in widths] == [0, 3, 3]
    plain, gru, lstm = (" ".join(words(ax.texts)) for ax in fig.axes)
    assert "W" in plain and "W" not in gru + lstm
    assert "tanh" in plain and "tilde" in gru and "tilde" in lstm


def test_recall_is_a_mean_with_a_band_from_the_worst_seed_to_the_best():
    mixed = {"one": [[1.0, 0.5], [0.5, 0.0]], "two": [[1.0, 1.0]] * 2}
    single = ("three", 20, [[0.1, 0.2], [0.9, 0.3]])
    fig = figures.recall_curves([1, 30], mixed, single, (1, 20), 0.1)
    top, bottom = fig.axes
    one, two, chance = curves(top)
    assert one == [0.75, 0.25] and two == [1, 1] and set(chance) == {0.1}
    first, _ = top.collections
    edges = first.get_paths()[0].vertices.tolist()
    assert [1, 0.5] in edges and [1, 1] in edges and [30, 0] in edges
    assert top.lines[0].get_linestyle() != top.lines[1].get_linestyle()
    assert curves(bottom)[:2] == single[2]  # each seed
    assert names(fig.legends[0]) == ["one", "two", "three"]
    assert words(top.texts) == ["trained on", "chance"]
    assert words(bottom.texts) == ["trained on"]


def test_gradients_are_drawn_from_the_last_step_back():
    norms = {"falls": [1, 0.1, 0.01], "stays": [1, 1, 0.9]}
    fig = figures.gradient_reach(norms)
    (ax,) = fig.axes
    assert curves(ax) == [*norms.values()] and ax.get_yscale() == "log"
    assert set(words(ax.texts)) == {"falls", "stays"}
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert "back" in ax.get_xlabel()


def test_each_run_has_a_point_and_what_never_was_is_beside():
    panels = {
        "perplexity": {"low": [1.0, 1.5, 1.0], "high": [4.0, 4.5]},
        "epoch": {"some": [20, None, 30]},
        "none": {"empty": [None, None, None]},
    }
    kinds = ["seed 0", "other", "other"]
    fig = figures.replica_spread(panels, kinds)
    first, second, _ = fig.axes
    runs = [line for line in first.lines if len(line.get_xdata())]
    points = [line.get_xydata()[0].tolist() for line in runs]
    drawn, places = zip(*points, strict=True)
    assert drawn == (1, 1.5, 1, 4, 4.5)
    assert list(places) == sorted(set(places))  # no point hides another
    assert [round(place) for place in places] == [0, 0, 0, 1, 1]
    looks = [(line.get_color(), line.get_marker()) for line in runs]
    assert looks[1] == looks[2] == looks[4] and looks[0] == looks[3]
    assert not set(looks[0]) & set(looks[1])
    assert (first.get_xscale(), second.get_xscale()) == ("log", "linear")
    never = [words(ax.texts) for ax in fig.axes]
    assert never == [[], ["never"], ["never"]]
    fig.draw_without_rendering()
    right = second.get_window_extent().x1
    beside = [line.get_window_extent().x0 > right for line in second.lines]
    assert beside[:3] == [False, True, False]
    assert words(first.get_yticklabels()) == ["low", "high"]
    assert first.yaxis_inverted() and names(fig.legends[0]) == kinds[:2]


def test_places_are_followed_until_one_is_left():
    passages = {"to be": [9, 3, 1, 1, 1], "tot": [9, 3, 2]}
    (ax,) = figures.places_left(passages, [7.5, 2.0, 1.5]).axes
    assert curves(ax) == [[7.5, 2.0, 1.5], [9, 3, 1], [9, 3, 2]]
    assert words(ax.texts) == ["t", "o", "␣", "t", "o", "t"]
    assert ax.texts[2].xy == (3, 1)
    assert ax.get_yscale() == "log"
    assert names(ax.get_legend()) == ["typical beginning"]


def test_losses_along_a_text_are_means_of_pieces():
    losses = {"a": torch.tensor([1.0, 3, 5]), "b": torch.zeros(3)}
    fig = figures.loss_along(losses, per_point=2)
    first, second = fig.axes
    assert curves(first) == [[2, 5]] and curves(second) == [[0, 0]]
    assert list(first.lines[0].get_xdata()) == [1, 3]
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["a", "b"]
    assert first.get_ylim() == second.get_ylim()


def test_a_reader_has_the_same_look_in_each_panel():
    panels = {
        "here": {"ideal": [3, 2], "one": [9, 4], "two": [8, 3]},
        "there": {"ideal": [2, 1], "two": [5, 2]},
    }
    fig = figures.first_characters(panels)
    here, there = fig.axes
    assert curves(here) == [[3, 2], [9, 4], [8, 3]]
    looks = [
        [(line.get_color(), line.get_linestyle()) for line in ax.lines]
        for ax in fig.axes
    ]
    assert looks[1] == [looks[0][0], looks[0][2]]
    assert len(set(looks[0])) == 3
    assert names(fig.legends[0]) == ["ideal", "one", "two"]
    assert [ax.get_title(loc="left") for ax in fig.axes] == [*panels]


def test_strings_seen_are_shares_in_percent():
    (ax,) = figures.strings_seen({1: 1.0, 2: 0.5}).axes
    assert heights(ax.patches) == [100, 50]
    assert words(ax.get_xticklabels()) == ["1", "2"]


def test_parameters_are_drawn_to_scale():
    shapes = {"W_xh": (10, 40), "W_hh": (40, 40), "b_h": (40,)}
    (ax,) = figures.parameter_shapes(shapes).axes
    assert words(ax.texts) == ["W_xh\n10 × 40", "W_hh\n40 × 40", "b_h\n40"]
    wide, square, row = ax.patches
    assert square.get_width() == square.get_height() == wide.get_width()
    assert wide.get_height() == pytest.approx(wide.get_width() / 4)
    assert 0 < row.get_height() < wide.get_height()


def test_the_network_is_drawn_with_its_loop_and_unrolled():
    (ax,) = figures.unrolled_network(num_steps=2).axes
    labels = words(ax.texts)
    for letter in "XHO":
        for step in "t12":
            assert rf"$\mathbf{{{letter}}}_{step}$" in labels
    assert labels.count(r"$\mathbf{W}_{hh}$") == 3  # the loop and two steps


def test_the_cell_has_shapes_on_its_arrows():
    (ax,) = figures.cell_with_shapes().axes
    labels = words(ax.texts)
    assert labels.count("$(n, h)$") == 4 and labels.count("$(n, V)$") == 2
    assert any("(V, h)" in label for label in labels)


def test_what_is_written_is_read_next():
    (ax,) = figures.writing_loop("ab", "c d").axes
    labels = words(ax.texts)
    assert [t for t in labels if len(t) == 1] == list("abc␣c␣d")
    (ax,) = figures.writing_loop("ab", "c").axes
    assert "what was\nwritten is read" not in words(ax.texts)


@pytest.mark.parametrize("truth", ["a", "z"])
def test_the_loss_of_a_prediction(truth):
    vocab = Vocab("abcdefghijklmnopqrstuvwxyz")
    logits = torch.linspace(0, -9, len(vocab))
    p = logits.softmax(dim=0)
    left, right = figures.one_prediction(p, truth, vocab).axes
    shown = words(left.get_xticklabels())
    assert truth in shown and len(shown) == 7
    assert heights(left.patches)[shown.index(truth)] == pytest.approx(
        p[vocab[truth]].item()
    )
    (point,) = (line for line in right.lines if line.get_marker() == "o")
    assert point.get_ydata()[0] == pytest.approx(-p[vocab[truth]].log().item())


def test_a_marked_curve(history):
    (ax,) = figures.marked_curve(history, [1, 10, 30]).axes
    assert words(ax.texts) == ["1", "10", "30"]
    curve, marks = curves(ax)
    assert curve == history.perplexity
    assert marks == [curve[0], curve[9], curve[29]]
    assert not ax.lines[1].get_clip_on()  # the mark at the top is whole


def test_arguments_of_tanh_are_named_and_the_flat_parts_grey():
    arguments = {"small": torch.zeros(5), "large": torch.tensor([3.0, 99.0])}
    top, bottom = figures.tanh_arguments(arguments).axes
    assert len(top.patches) == len(bottom.patches) == 2
    assert words(bottom.get_yticklabels()) == [*arguments]
    assert curves(bottom) == [[0] * 5, [1]]  # 99 is outside


def test_softmax_is_drawn_in_three_panels():
    panels = figures.softmax_bars({"a": 1.0, "b": -1.0}).axes
    drawn = [heights(ax.patches) for ax in panels]
    assert drawn[0] == [1, -1]
    assert drawn[1] == pytest.approx([math.e, 1 / math.e])
    assert sum(drawn[2]) == pytest.approx(1)
    assert words(panels[0].get_xticklabels()) == ["a", "b"]


def test_repeated_products_shrink_the_circle():
    W = torch.eye(2, dtype=torch.float64) / 2
    panels = figures.repeated_products(W, [1, 3]).axes
    assert [ax.get_title(loc="left") for ax in panels] == [
        "1 product", "3 products",
    ]  # fmt: skip
    for ax, length in zip(panels, (1 / 2, 1 / 8), strict=True):
        circle, ellipse = (patch.get_xy() for patch in ax.patches)
        assert circle.max() == pytest.approx(1)
        assert ellipse.max() == pytest.approx(length)


def test_names_at_the_ends_have_room_and_stay_near():
    assert spread([0.1, 0.5], [0.2, 0.2]) == pytest.approx([0.1, 0.5])
    assert spread([0.5, 0.5, 0.5], [0.1, 0.2, 0.1]) == pytest.approx(
        [0.35, 0.5, 0.65]
    )
    assert spread([0.1, 0.2, 0.9], [0.2] * 3) == pytest.approx(
        [0.05, 0.25, 0.9]
    )


def lab(color):
    """Return a colour, (3,) of sRGB, in the space CIELAB."""
    bright = ((color + 0.055) / 1.055) ** 2.4
    linear = np.where(color <= 0.04045, color / 12.92, bright)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
              [0.0193, 0.1192, 0.9505]]  # fmt: skip
    shares = np.array(to_xyz) @ linear / [0.9505, 1, 1.089]
    x, y, z = np.where(
        shares > 0.00886, np.cbrt(shares), 7.787 * shares + 16 / 116
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def in_the_dark(color):
    """Return what the style of the pages makes of a colour in dark mode."""
    grey = np.array([[0.213, 0.715, 0.072]] * 3)
    rotated = (2 * grey - np.eye(3)) @ (1 - color)  # hue-rotate(180deg)
    page = np.array(to_rgb("#17181b"))
    return 1 - (1 - rotated.clip(0, 1)) * (1 - page)  # screen


# How the colour-blind see linear light: Machado, Oliveira, Fernandes, 2009.
SIGHTS = {
    "usual": [1, 0, 0, 0, 1, 0, 0, 0, 1],
    "no red": [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216,
               -0.003882, -0.048116, 1.051998],
    "no green": [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413,
                 -0.011820, 0.042940, 0.968881],
    "no blue": [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602,
                0.004733, 0.691367, 0.303900],
}  # fmt: skip


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("mode", [np.asarray, in_the_dark])
def test_colours_of_lines_differ_for_every_eye(mode, sight):
    seen = []
    for color in (mode(np.array(to_rgb(name))) for name in COLORS):
        linear = np.where(
            color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4
        )
        linear = (np.reshape(SIGHTS[sight], (3, 3)) @ linear).clip(0, 1)
        gamma = 1.055 * linear ** (1 / 2.4) - 0.055
        seen.append(lab(np.where(linear <= 0.0031308, 12.92 * linear, gamma)))
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) > 20


@pytest.mark.parametrize("color", COLORS)
def test_lines_stand_out_from_the_page(color):
    assert contrast(color, "#fffefb") > 3
    dark = tuple(in_the_dark(np.array(to_rgb(color))))
    assert contrast(dark, "#17181b") > 3
