"""The figures that move: what they are given, and what their scripts are."""

import gzip
import json
import re
import shutil
import subprocess
from collections import Counter

import matplotlib.pyplot as plt
import pytest
import torch
from samples import run_python
from shared.tools import need

from charrnn import bptt, browser, figures
from charrnn.corpus import random_starts, sequential_starts
from charrnn.figures import moving
from charrnn.figures.style import moving_of, picture

PICTURES = browser.FOLDER / "pictures"
NAMES = ["backpropagation", "clipping", "jacobians", "minibatches"]
NAMES += ["strategies"]
DEFINED = re.compile(r"^(?:function|class|const|let) (\w+)", re.M)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def network(V, h):
    """Return parameters with which states are neither small nor saturated."""
    shapes = [(V, h), (h, h), (h,), (h, V), (V,)]
    return [normal(*shape, seed=i) / h**0.5 for i, shape in enumerate(shapes)]


def test_a_figure_that_moves_is_the_same_figure():
    fig = plt.figure()
    assert moving_of(fig) is None
    assert figures.move(fig, "clipping", {"theta": 1, "g": (2, 0.5)}) is fig
    data = {"theta": 1, "g": [2, 0.5]}
    assert moving_of(fig) == {"name": "clipping", "data": data}


@pytest.mark.parametrize(
    "value", [torch.ones(2), float("nan"), float("inf"), {1, 2}, b"text"]
)
def test_other_data_than_plain_json_is_an_error(value):
    fig = plt.figure()
    with pytest.raises(TypeError, match=r"'clipping' must be plain JSON"):
        figures.move(fig, "clipping", {"numbers": [value]})
    assert moving_of(fig) is None


def test_a_picture_that_is_missing():
    with pytest.raises(FileNotFoundError, match="'clip'"):
        figures.move(plt.figure(), "clip", {})


KERNEL = """
import json, sys, types
sys.modules.setdefault("ipykernel", types.ModuleType("ipykernel"))
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from charrnn import figures
fig = figures.unrolled_network()
kinds = shell.display_formatter.format
plain = kinds(fig)[1]["image/svg+xml"]
moved = kinds(figures.move(fig, "clipping", {"theta": 1}))[1]
print(json.dumps([sorted(plain), moved["image/svg+xml"]["moving"]]))
"""


def test_a_kernel_keeps_the_data_beside_the_drawing():
    before, kept = json.loads(run_python(KERNEL).stdout.splitlines()[-1])
    assert before == ["narrow"]
    assert kept["name"] == "clipping"
    assert json.loads(kept["data"]) == {"theta": 1}
    assert kept["script"] == picture("clipping")


def test_numbers_are_rounded_and_no_zero_is_negative():
    found = moving.rounded(torch.tensor([[-0.0004, 1.23456], [2, -3]]), 3)
    assert found == [[0, 1.235], [2, -3]]
    assert "-0.0" not in json.dumps(found)


def test_the_way_of_a_word_is_that_of_the_package():
    params, H_0 = network(4, 2), normal(1, 2).tanh()
    data = moving.backpropagation("time", params, H_0)
    assert data["vocabulary"] == ["t", "i", "m", "e"]
    own = [param.clone().requires_grad_() for param in params]
    W_xh, W_hh, b_h, W_hq, b_q = own
    H, losses, probabilities = H_0, [], []
    for symbol in range(3):
        H = torch.tanh(W_xh[symbol] + H @ W_hh + b_h)
        log_p = (H @ W_hq + b_q).log_softmax(dim=1)[0]
        probabilities.append(log_p.exp().tolist())
        losses.append(-log_p[symbol + 1])
        assert data["H"][symbol + 1] == pytest.approx(H[0].tolist(), abs=0.01)
    loss = torch.stack(losses).mean()
    loss.backward()
    assert data["loss"] == pytest.approx(loss.item(), abs=0.01)
    assert data["losses"] == pytest.approx(
        [v.item() for v in losses], abs=0.01
    )
    for row, expected in zip(data["P"], probabilities, strict=True):
        assert row == pytest.approx(expected, abs=0.01)
    dW_hh = torch.tensor(data["sums"][-1])
    assert torch.allclose(dW_hh.double(), W_hh.grad, atol=6e-4)
    terms = torch.tensor(data["terms"])
    assert torch.allclose(terms.sum(dim=0), dW_hh, atol=3e-3)
    slopes = 1 - torch.tensor(data["H"])[1:] ** 2
    dH, dA = torch.tensor(data["dH"])[1:], torch.tensor(data["dA"])
    assert torch.allclose(dH * slopes, dA, atol=0.01)


def test_what_never_occurs_is_not_among_the_symbols():
    logits = torch.tensor([-torch.inf, 0.12345, 2])
    data = moving.strategies({"here": logits}, ["<unk>", " ", "e"])
    assert data == {"symbols": ["␣", "e"], "places": {"here": [0.123, 2]}}


def test_minibatches_are_those_of_the_package():
    text, sizes = "the time traveller" * 3, (2, 5, 3)
    one, other = (torch.Generator().manual_seed(1) for _ in range(2))
    data = moving.minibatches(text, *sizes, generator=one)
    assert data["starts"] == {
        "sequential partitioning": sequential_starts(54, *sizes).tolist(),
        "random sampling": random_starts(54, *sizes, other).tolist(),
    }
    assert data["text"] == text and data["offset"] == 3
    assert (data["batchSize"], data["numSteps"]) == (2, 5)


def test_a_chain_is_bounded_and_its_axes_are_those_of_the_product():
    h, V, steps = 300, 5, 4
    params = network(V, h)
    inputs = torch.eye(V, dtype=torch.float64)[None, :1].expand(steps, 1, V)
    O, H = bptt.run(inputs, normal(1, h), params)
    dO = bptt.logit_gradients(O, torch.zeros(1, steps, dtype=torch.int64))
    dO[:-1] = 0
    data = moving.jacobians({"net": (H, dO)}, {"net": params})
    (chain,) = data["networks"].values()
    assert len(chain["gradient"]) == len(chain["axes"]) == steps + 1
    assert chain["gradient"][0] == 0 and set(chain["axes"][0]) == {0}
    for k, (longest, *_) in enumerate(chain["axes"]):
        assert chain["gradient"][k] <= longest + 0.01
        assert longest <= k * chain["bound"] + 0.01
    step = torch.func.jacrev(
        lambda before: torch.tanh(
            params[0][0] + before @ params[1] + params[2]
        )
    )
    product = torch.eye(h, dtype=torch.float64)
    for before in H[:-1, 0].flip(0):
        product = product @ step(before)
    axes = torch.linalg.svdvals(product)[[rank - 1 for rank in moving.RANKS]]
    assert chain["axes"][-1] == pytest.approx(axes.log10().tolist(), abs=0.01)
    gradient = dO[-1] @ params[3].T
    norm = (gradient @ product).norm() / gradient.norm()
    assert chain["gradient"][-1] == pytest.approx(
        norm.log10().item(), abs=1e-3
    )


def test_there_is_a_script_for_each_name():
    begun = {
        name for file in PICTURES.glob("*.mjs")
        for name in re.findall(r'^begin\("(\w+)"', file.read_text(), re.M)
    }  # fmt: skip
    assert begun == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_runs_without_a_page_and_is_light(name):
    if shutil.which("node") is None:
        need("Node.js", "to run the scripts")
    script = picture(name)
    assert "/*" not in script and len(gzip.compress(script.encode())) < 8000
    counts = Counter(DEFINED.findall(script))
    assert counts["begin"] == 1 and set(counts.values()) == {1}
    subprocess.run(["node", "-"], input=script, text=True, check=True)
