"""The figures: both layouts of each, and what some of them compute."""

import io
import math
import re
from inspect import getmembers, isfunction

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from bookkit import figures
from bookkit.figures.inside import _without_overlap
from bookkit.figures.line_labels import spread_out
from bookkit.figures.style import RULES
from charrnn import History, Vocab
from charrnn.corpus import random_starts, sequential_starts

PHONE, LEGIBLE = 390, 11  # pixels: the width of a screen, a letter
OPENING = "the time traveller for so it will be conve"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def normal(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def minibatches():
    n, generator = len(OPENING), torch.Generator().manual_seed(1)
    return {
        "sequential partitioning": sequential_starts(n, 2, 5, offset=3),
        "random sampling": random_starts(n, 2, 5, 3, generator),
    }


def one_hot(text, vocab):
    return torch.eye(len(vocab))[vocab[list(text)]]


def probabilities(text, vocab):
    logits = 2 * normal(len(text), len(vocab))
    logits[:, vocab["<unk>"]] = -9  # nearly impossible
    return logits.softmax(dim=1)


VOCAB = Vocab("abcdefghijklmnopqrstuvwxyz the time")
SENTENCE = "can you imagine a crab as large as yonder table"
STATES = normal(300, 2)
GRADIENTS = torch.tensor([[2.0, 1.0], [-0.3, 0.5], [0.9, -1.2]])
CLIPPED = GRADIENTS / GRADIENTS.norm(dim=1, keepdim=True).clamp(min=1)
GROUPS = {"letter 1": STATES[:, 0] > 0, "later": STATES[:, 0] <= 0}
W = torch.tensor([[0.8, 1.0], [0.0, 0.7]])
LETTERS = ("the time traveller " * 16)[:300]
KINDS = {"vowel": "aeiou", "consonant": "thmrvl", "space": " "}
PATHS = {"no clipping": STATES[:4] / 9, r"clipped to $\theta = 1$": STATES / 9}
GRID = torch.linspace(-1, 1, 9)
FACTORS = {"initial": 0.1, "large": 1.2, "novel": 0.8}  # in each step
CURVES = {name: [f**k for k in range(36)] for name, f in FACTORS.items()}
SHAPES = {"W_xh": (28, 512), "W_hh": (512, 512), "b_h": (512,), "b_q": (28,)}


def history(end, theta=1.0, epochs=120):
    """Return the history of a training whose perplexity falls to ``end``."""
    result = History(theta=theta)
    for epoch in range(epochs):
        value = end + (20 - end) * math.exp(-epoch / 25)
        result.append(value, [0.5 + epoch / 100, 1.2], 1e4)
    result.held_out = [(20, 9.0), (60, 7.0), (120, 15.0)]
    return result


SEQUENTIAL, RANDOM = history(1.03), history(1.4)
BOTH = {"sequential partitioning": SEQUENTIAL, "random sampling": RANDOM}
FALL = [1 + 20 * math.exp(-k / 4) for k in range(35)]
MODEL, GREEDY = torch.tensor([2.0**-k for k in range(1, 15)]), torch.eye(14)[0]
RECALL = [[0.9, 0.8, 0.6, 0.5, 0.4], [1.0, 0.9, 0.7, 0.6, 0.5]]
REACH = [math.exp(-k / 4) for k in range(61)]
BITS = {"uniform": [4.75], "gzip": [3.2], "our RNN": [2.45, 2.47]}
RANKS = {"uniform": "counting", "gzip": "compressor", "our RNN": "plain RNN"}
SECONDS = {"nn.RNN": [2, 3, 5, 9], "autograd": [2, 3, 5, 9]}
TIMES = {"values": [8, 16, 64, 256], "seconds": SECONDS | {"limit": [1] * 4}}
ORDER, SHUFFLED = [1, 2, 3, 4] * 2, [3, 1, 4, 2, 4, 1, 3, 2]
SEEDS = [[20, 9, 3], [20, 8, 2]]
LIKELY = probabilities("t", VOCAB)[0]
TEMPERATURES = {
    0.25: (-0.8, 0.2, 0.98), 0.5: (-1, 0.4, 0.93), 1: (-1.9, 0.6, 0.7),
    1.5: (-3, 0.75, 0.4), 2: (-3.7, 0.86, 0.2),
}  # fmt: skip
PARAMS = [normal(*shape) for shape in [(3, 2), (2, 2), (2,), (2, 3), (3,)]]
ROW, CHANCES = normal(1, 2), torch.full((1, 3), 1 / 3)
SAMPLES = {
    "cell_with_shapes": (),
    "clinic_curves": (dict.fromkeys(RULES, SEEDS),),
    "clipping_plane": (GRADIENTS, CLIPPED, 1.0),
    "compare_curves": (BOTH,),
    "compare_thresholds": (
        {"threshold 1": SEQUENTIAL, "no clipping": history(1.1, 9, 70)}, 28
    ),
    "diversity_plane": (TEMPERATURES, (-2.5, 0.6, 0.9)),
    "entropy_along": (OPENING * 2, normal(2 * len(OPENING)).abs()),
    "first_characters": (
        {"from any place": {"memoriser": FALL, "random": FALL},
         "from the starts of rows": {"sequential": FALL}},
    ),
    "gated_memory": (),
    "gradient_flow": (),
    "gradient_reach": (
        {"plain": REACH, "GRU": [1.0] * 61, "LSTM, untrained": REACH},
    ),
    "growth": (
        {"hidden units": TIMES, "time steps": TIMES, "batch size": TIMES},
    ),
    "held_out_curves": (BOTH,),
    "jacobian_norms": (CURVES, dict.fromkeys(CURVES, 3)),
    "ladder": (BITS, RANKS, (0.6, 1.3), "people\n(1951)"),
    "learning_curve": (SEQUENTIAL,),
    "likely_symbols": (
        {"i saw the s": LIKELY, "the little peop": LIKELY}, VOCAB
    ),
    "limit_shares": ({"nn.RNN": (0.77, 0.79, 0.8), "d2l": (0.8, 0.81, 0.82)},),
    "loss_along": ({"random": [1.0, 2] * 50, "sequential": [0.0] * 100}, 2),
    "loss_cliff": (GRID, GRID, GRID**2 + GRID[:, None], PATHS),
    "loss_floors": (
        {"random": RANDOM, "sequential": SEQUENTIAL},
        {"random": 1.2, "sequential": 1.01},
    ),
    "marked_curve": (SEQUENTIAL, [1, 10, 30, 120]),
    "minibatch_map": (OPENING, minibatches(), 5),
    "next_characters": (SENTENCE, probabilities(SENTENCE, VOCAB), VOCAB),
    "one_hot_matrix": (one_hot("time machine", VOCAB), "time machine", VOCAB),
    "one_prediction": (LIKELY, "h", VOCAB),
    "parameter_shapes": (SHAPES | {"W_hq": (512, 28)},),
    "places_left": ({"the time": [900, 90, 40, 12, 5, 3, 2, 1]}, [9, 5, 1]),
    "product_norms": (
        {f"spectral radius {r}": [r**k for k in range(36)] for r in (0.8, 1)},
    ),
    "recall_curves": (
        ([1, 10, 20, 40, 60], dict.fromkeys(["plain", "GRU"], RECALL)),
        ([1, 10, 20, 40, 60], dict.fromkeys(["plain", "GRU"], RECALL)),
        (1, 20), {"chance": 0.1},
    ),
    "repeated_products": (W, [1, 4, 12, 20]),
    "replica_spread": (
        {"perplexity": {"sequential": [1.0, 1.1, 1.05]},
         "epoch": {"threshold 10": [100.0, None, 300.0]}},
        ["seed 0", "another seed", "seed 0 in other arithmetic"],
    ),
    "scan_rounds": (8,),
    "softmax_bars": ({"e": 2.0, "a": 1.0, "t": 0.5, "z": -1.5},),
    "spectra": ({"whole novel": (W, 2 * W), "learnt by heart": (W, -W)},),
    "state_groups": (STATES, GROUPS, dict.fromkeys(GROUPS, "name")),
    "state_letters": ({"one": STATES, "two": -STATES}, LETTERS, KINDS),
    "state_timeline": (
        {"carried, not detached": ([1, 2], ["zeros", "graph"]),
         "in order, never reset": (ORDER, ["zeros"] + ["carried"] * 7),
         "random, reset each minibatch": (SHUFFLED, ["zeros"] * 8)}, 4,
    ),
    "strategy_panels": (
        MODEL, {"greedy": GREEDY, "top-k, k = 5": MODEL, "top-p": MODEL},
        "etaoinshrdlucm",
    ),
    "strings_seen": ({length: 1 / length for length in range(1, 13)},),
    "surprise_along": (
        {"human": (OPENING, normal(len(OPENING)).abs())}, {"the"}
    ),
    "symbol_frequencies": (VOCAB,),
    "tanh_arguments": ({rf"$\sigma = {s}$": STATES[:, 0] for s in (0.1, 1)},),
    "unit_activations": (
        SENTENCE, {"unit 1: space to come": normal(len(SENTENCE)).tanh()}
    ),
    "unrolled_network": (),
    "worked_step": (
        "the", torch.eye(3)[[1]], ROW, PARAMS, ROW, ROW.tanh(), CHANCES.log(),
        CHANCES, 2,
    ),
    "writing_loop": ("time", " tra"),
}  # fmt: skip


def smallest(text):
    """Return the size of the smallest letter of a text, in points."""
    size = text.get_fontsize()
    if "$" not in text.get_text():
        return size
    properties = text.get_fontproperties()
    parsed = MathTextParser("path").parse(text.get_text(), 72, properties)
    return min(size, *(glyph[1] for glyph in parsed.glyphs))


def width_as_svg(fig):
    """Return the width of a figure in a page, cropped, in points."""
    file = io.StringIO()
    fig.savefig(file, format="svg", bbox_inches="tight")
    return float(re.search(r'width="([\d.]+)pt"', file.getvalue())[1])


def test_every_figure_has_a_sample():
    functions = {name for name, _ in getmembers(figures, isfunction)}
    assert {*SAMPLES, "move", "show"} == functions


@pytest.mark.parametrize("name", SAMPLES)
def test_a_figure_has_a_narrow_layout_that_is_legible_on_a_phone(name):
    wide = getattr(figures, name)(*SAMPLES[name])
    narrow = wide.draw_narrow()
    assert narrow.get_figwidth() < wide.get_figwidth()
    scale = PHONE / width_as_svg(narrow)
    for text in filter(Text.get_text, narrow.findobj(Text)):
        if text.get_visible():
            assert smallest(text) * scale > LEGIBLE - 0.01, text
    plt.close(wide)
    plt.close(narrow)
    assert not plt.get_fignums()  # no other figure is open


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("narrow", [False, True])
def test_the_axes_of_a_figure_are_labelled(name, narrow):
    fig = getattr(figures, name)(*SAMPLES[name], narrow=narrow)
    fig.draw_without_rendering()
    seen = [ax for ax in fig.axes if ax.axison]
    labels = [ax.get_xlabel() or ax.get_title("left") for ax in seen]
    assert any(labels) or not seen


# What they compute


def curves(ax):
    return [list(line.get_ydata()) for line in ax.lines]


def letters(ax):
    """Return the text drawn at each column and row of a grid."""
    return {
        tuple(int(x) for x in text.get_position()): text.get_text()
        for text in ax.texts
    }


def test_a_training_is_marked_where_it_diverges():
    good, broken = history(1.1), history(1.1, epochs=70)
    fig = figures.compare_thresholds({"good": good, "bad": broken}, 28)
    whole, ended = fig.axes[:2]
    assert len(whole.lines) == 1
    assert list(ended.lines[1].get_xdata()) == [71]


def test_a_band_reaches_over_all_seeds_around_their_median_or_mean():
    seeds = [[9, 4], [8, 3], [8.5, 2]]
    (ax,) = figures.clinic_curves({"random, never reset": seeds}).axes
    assert curves(ax) == [[8.5, 3]]
    (band,) = ax.collections
    assert {4, 2} <= {y for _, y in band.get_paths()[0].vertices}
    seen = [1, 30], {"plain": [[1.0, 0.5], [0.5, 0.0]]}
    for ax in figures.recall_curves(seen, seen, (1, 20), {}).axes:
        assert curves(ax) == [[0.75, 0.25]]


def test_guesses_are_ordered_by_probability_and_the_right_one_is_framed():
    vocab = Vocab("ab ")
    probabilities = torch.full((3, len(vocab)), 0.125)
    for i, guess in enumerate("abb"):
        probabilities[i, vocab[guess]] = 0.5
    probabilities[1, vocab[" "]] = 0.25
    fig = figures.next_characters("a b", probabilities, vocab, 2)
    bars, grid = fig.axes[:2]
    bits = [bar.get_height() for bar in bars.patches]
    assert bits == pytest.approx([1, 2, 1])
    drawn = letters(grid)
    assert [drawn[i, 0] for i in range(3)] == ["a", "␣", "b"]  # the text
    assert [drawn[i, 1] for i in range(3)] == ["a", "b", "b"]
    frames = [frame.get_xy() for frame in grid.patches]
    assert frames == [(0, 1), (1, 2), (2, 1)]


def test_a_text_is_wrapped_on_a_phone_and_no_character_is_lost():
    fig = figures.minibatch_map(OPENING, minibatches(), 5, narrow=True)
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
