"""The figures for a page and for a phone: what is legible, and where."""

import io
import math
import re
from itertools import combinations

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from charrnn import History, Vocab, figures
from charrnn.corpus import random_starts, sequential_starts
from charrnn.figures.inside import _keep_apart
from charrnn.figures.style import RULES, narrow_of

PHONE, LEAST = 390, 11  # pixels: the width of a screen, a legible letter
OPENING = "the time traveller for so it will be conve"


@pytest.fixture(autouse=True)
def closed():
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
    logits[:, vocab["<unk>"]] = -9  # it does not occur
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

SAMPLES = {
    "cell_with_shapes": (),
    "clipping_plane": (GRADIENTS, CLIPPED, 1.0),
    "clipping_shapes": (
        GRADIENTS,
        {"norm clipping": CLIPPED, "value clipping": GRADIENTS.clamp(-1, 1)},
        1.0,
    ),
    "gradient_flow": (),
    "jacobian_norms": (CURVES, dict.fromkeys(CURVES, 3)),
    "loss_cliff": (GRID, GRID, GRID**2 + GRID[:, None], PATHS),
    "minibatch_map": (OPENING, minibatches(), 5),
    "next_characters": (SENTENCE, probabilities(SENTENCE, VOCAB), VOCAB),
    "one_hot_matrix": (one_hot("time machine", VOCAB), "time machine", VOCAB),
    "one_prediction": (probabilities("t", VOCAB)[0], "h", VOCAB),
    "parameter_shapes": (
        {
            "W_xh": (28, 512), "W_hh": (512, 512), "b_h": (512,),
            "W_hq": (512, 28), "b_q": (28,),
        },
    ),
    "product_norms": (
        {f"spectral radius {r}": [r**k for k in range(36)] for r in (0.8, 1)},
    ),
    "repeated_products": (W, [1, 4, 12, 20]),
    "softmax_bars": ({"e": 2.0, "a": 1.0, "t": 0.5, "z": -1.5},),
    "spectra": ({"whole novel": (W, 2 * W), "learnt by heart": (W, -W)},),
    "state_groups": (STATES, GROUPS, dict.fromkeys(GROUPS, "name")),
    "state_letters": ({"one": STATES, "two": -STATES}, LETTERS, KINDS),
    "symbol_frequencies": (VOCAB,),
    "tanh_arguments": ({rf"$\sigma = {s}$": STATES[:, 0] for s in (0.1, 1)},),
    "unit_activations": (
        SENTENCE,
        {"unit 1: space to come": normal(len(SENTENCE)).tanh()},
    ),
    "unrolled_network": (),
    "writing_loop": ("time", " tra"),
}  # fmt: skip


def history(end, theta=1.0, epochs=120):
    """Return the history of a training that falls to some perplexity."""
    result = History(theta=theta)
    for epoch in range(epochs):
        value = end + (20 - end) * math.exp(-epoch / 25)
        result.append(value, [0.5 + epoch / 100, 1.2], 1e4)
    result.held_out = [(20, 9.0), (60, 7.0), (120, 15.0)]
    return result


SEQUENTIAL, RANDOM = history(1.03), history(1.4)
BOTH = {"sequential partitioning": SEQUENTIAL, "random sampling": RANDOM}
FALL = [1 + 20 * math.exp(-k / 4) for k in range(35)]
MODEL = torch.tensor([2.0**-k for k in range(1, 15)])
GREEDY = torch.eye(14)[0]
GAPS = [1, 10, 20, 40, 60]
RECALL = [[0.9, 0.8, 0.6, 0.5, 0.4], [1.0, 0.9, 0.7, 0.6, 0.5]]
REACH = [math.exp(-k / 4) for k in range(61)]
BITS = {
    "uniform": [4.75], "unigram": [4.1], "bigram": [3.4], "trigram": [2.75],
    "gzip": [3.2], "our RNN": [2.45, 2.47], "nn.LSTM": [2.44], "6-gram": [2.1],
}  # fmt: skip
RANKS = dict.fromkeys(BITS, "counting") | {
    "gzip": "compressor", "our RNN": "plain RNN", "nn.LSTM": "LSTM",
}  # fmt: skip
TIMES = {
    "values": [8, 16, 32, 64, 128, 256],
    "seconds": {
        name: [0.001 * (2**k + more) for k in range(6)]
        for name, more in [("nn.RNN", 1), ("autograd", 1), ("limit", 0)]
    },
}
ORDER, SHUFFLED = [1, 2, 3, 4] * 2, [3, 1, 4, 2, 4, 1, 3, 2]
CARRIED = ["zeros"] + ["carried"] * 7
TEMPERATURES = {
    0.25: (-0.8, 0.2, 0.98), 0.5: (-1, 0.4, 0.93), 1: (-1.9, 0.6, 0.7),
    1.5: (-3, 0.75, 0.4), 2: (-3.7, 0.86, 0.2),
}  # fmt: skip
SAMPLES |= {
    "clinic_curves": (
        {
            rule: [[20, 9 + k, 3 + k / 9], [20, 8 + k, 2 + k / 9]]
            for k, rule in enumerate(RULES)
        },
    ),
    "compare_curves": (BOTH,),
    "compare_thresholds": (
        {"threshold 1": SEQUENTIAL, "no clipping": history(1.1, 9, 70)}, 28
    ),
    "diversity_plane": (TEMPERATURES, (-2.5, 0.6, 0.9)),
    "entropy_along": (OPENING * 2, normal(2 * len(OPENING)).abs()),
    "first_characters": (
        {
            "from any place": {"memoriser": FALL, "random": FALL},
            "from the starts of rows": {"sequential": FALL},
        },
    ),
    "gated_memory": (),
    "gradient_reach": (
        {"plain": REACH, "GRU": [1.0] * 61, "LSTM, untrained": REACH},
    ),
    "growth": (
        {"hidden units": TIMES, "time steps": TIMES, "batch size": TIMES},
    ),
    "held_out_curves": (BOTH,),
    "ladder": (BITS, RANKS, (0.6, 1.3), "people\n(1951)"),
    "learning_curve": (SEQUENTIAL,),
    "likely_symbols": (
        dict.fromkeys(
            ("i saw the s", "the little peop"),
            probabilities("t", VOCAB)[0],
        ),
        VOCAB,
    ),
    "limit_shares": ({"nn.RNN": (0.77, 0.79, 0.8), "d2l": (0.8, 0.81, 0.82)},),
    "loss_along": ({"random": [1.0, 2] * 50, "sequential": [0.0] * 100}, 2),
    "loss_floors": (
        {"random": RANDOM, "sequential": SEQUENTIAL},
        {"random": 1.2, "sequential": 1.01},
    ),
    "marked_curve": (SEQUENTIAL, [1, 10, 30, 120]),
    "places_left": ({"the time": [900, 90, 40, 12, 5, 3, 2, 1]}, [9, 5, 1]),
    "recall_curves": (
        GAPS,
        {"plain": RECALL, "GRU": RECALL, "LSTM": RECALL},
        ("plain, one gap", 20, RECALL),
        (1, 20),
        0.1,
    ),
    "replica_spread": (
        {
            "perplexity": {"sequential": [1.0, 1.1, 1.05], "random": [1.4]},
            "epoch": {"threshold 10": [100.0, None, 300.0], "none": [90.0]},
        },
        ["seed 0", "another seed", "seed 0 in other arithmetic"],
    ),
    "state_timeline": (
        {
            "carried, not detached": ([1, 2], ["zeros", "graph"]),
            "in order, never reset": (ORDER, CARRIED),
            "random, reset each minibatch": (SHUFFLED, ["zeros"] * 8),
        },
        4,
    ),
    "strategy_panels": (
        MODEL,
        {"greedy": GREEDY, "top-k, k = 5": MODEL, "top-p": MODEL},
        "etaoinshrdlucm",
    ),
    "strings_seen": ({length: 1 / length for length in range(1, 13)},),
    "surprise_along": (
        {"human": (OPENING, normal(len(OPENING)).abs())}, {"the"}
    ),
}  # fmt: skip


def shown_texts(fig):
    """Return the texts of a figure that are drawn, ticks' names included."""
    hidden = set()
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = {*axis.get_major_ticks(), *axis.get_minor_ticks()}
            drawn = set(axis._update_ticks()) if ax.axison else set()
            for tick in ticks - drawn:
                hidden |= {tick.label1, tick.label2}
    return [
        text for text in fig.findobj(Text)
        if text.get_visible() and text.get_text() and text not in hidden
    ]  # fmt: skip


def extent(text, renderer):
    """Return the box of a text, without the line that leads to it."""
    if getattr(text, "arrow_patch", None):
        return Text.get_window_extent(text, renderer)
    return text.get_window_extent(renderer)


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


def test_every_figure_is_looked_at():
    assert {*SAMPLES, "INK", "move", "plt", "show"} == set(figures.__all__)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_figure_is_legible_on_a_page_and_on_a_phone(name):
    wide = getattr(figures, name)(*SAMPLES[name])
    narrow = narrow_of(wide)
    scale = PHONE / width_as_svg(narrow)
    for fig in wide, narrow:
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        texts = shown_texts(fig)
        boxes = {
            text: box for text in texts
            if (box := extent(text, canvas.get_renderer())).width
        }  # fmt: skip
        assert boxes
        for text, box in boxes.items():
            if fig is narrow:
                assert smallest(text) * scale > LEAST - 0.01, text
            whole = fig.bbox.padded(2)
            assert whole.contains(box.x0, box.y0), text
            assert whole.contains(box.x1, box.y1), text
        for one, other in combinations(boxes, 2):
            x = min(boxes[one].x1, boxes[other].x1) - max(
                boxes[one].x0, boxes[other].x0
            )
            y = min(boxes[one].y1, boxes[other].y1) - max(
                boxes[one].y0, boxes[other].y0
            )
            assert min(x, y) < 2, (one, other)


def test_boxes_are_kept_while_they_find_room():
    places = torch.tensor([[0.0, 0], [1, 1], [3, 0], [0, 0], [3, 2.5]]).numpy()
    assert _keep_apart(places, (2, 2)) == [0, 2, 4]
    assert _keep_apart(places, (1, 1)) == [0, 1, 2, 4]
    assert _keep_apart(places[:0], (1, 1)) == []


def letters_and_dots(fig):
    (ax,) = fig.axes
    (dots,) = (c for c in ax.collections if len(c.get_offsets()))
    return [text.get_text() for text in ax.texts], len(dots.get_offsets())


def test_a_letter_that_would_lie_on_another_one_is_a_dot():
    text = "aaab"
    points = torch.tensor([[0.0, 0], [0, 0.001], [5, 5], [0, 0.002]])
    fig = figures.state_letters({"net": points}, text, {"letter": "ab"})
    for each in fig, narrow_of(fig):
        (ax,) = each.axes
        assert letters_and_dots(each) == (["b", "a"], 2)  # the rare one first
        title = "net: 2 of 4 states as letters"
        assert ax.get_title(loc="left") == title


def test_no_marker_lies_on_another_one_or_on_a_name():
    points = torch.tensor([[0.0, 0], [10, 10], [10, 10.001], [-10, 5]])
    group = torch.tensor([True, True, True, True])
    fig = figures.state_groups(points, {"all": group}, {"all": "name"})
    for each in fig, narrow_of(fig):
        (ax,) = each.axes
        drawn = max((c.get_offsets() for c in ax.collections), key=len)
        assert len(drawn) == 3 and ax.get_title(loc="left") == "3 of 4 states"
    on_a_name = torch.tensor([[0.0, 0], [9, 9], [-9, -9]])
    fig = figures.state_groups(on_a_name, {"all": group[:3]}, {"all": "name"})
    assert fig.axes[0].get_title(loc="left") == "2 of 3 states"


def test_a_text_is_wrapped_on_a_phone_and_no_character_is_lost():
    fig = figures.minibatch_map(OPENING, minibatches(), 5)
    assert [len(each.axes) for each in (fig, narrow_of(fig))] == [2, 4]
    for each in fig, narrow_of(fig):
        tops = [
            text.get_text() for ax in each.axes for text in ax.texts
            if text.get_position()[1] == -1
        ]  # fmt: skip
        assert "".join(tops) == OPENING * 2


def test_a_phone_shows_fewer_columns():
    vocab = Vocab(SENTENCE)
    fig = figures.next_characters(
        SENTENCE, probabilities(SENTENCE, vocab), vocab
    )
    for each, columns in (fig, 24), (narrow_of(fig), 16):
        lines = math.ceil(len(SENTENCE) / columns)
        grids = [ax for ax in each.axes if ax.get_xlim() == (0, columns)]
        assert len(grids) >= 2 * lines


def test_a_phone_shows_a_single_step_before_the_border():
    fig = figures.gradient_flow()
    for each, before in (fig, 2), (narrow_of(fig), 1):
        (ax,) = each.axes
        boxes = [t.get_text() for t in ax.texts]
        states = [text for text in boxes if r"\mathbf{H}" in text]
        assert len(states) == 3 + before


def test_a_network_has_its_colour_among_the_gradients():
    (ax,) = figures.jacobian_norms(CURVES, dict.fromkeys(CURVES, 3)).axes
    colors = [line.get_color() for line in ax.lines[:6]]
    assert colors[::2] == colors[1::2]  # a bound has that of its gradient
    assert len(set(colors)) == 3
