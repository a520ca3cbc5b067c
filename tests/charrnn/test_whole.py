"""The whole network in one file: short, alone, and the package's equal."""

import ast
import subprocess
import sys

import pytest
import torch
from shared.site import ROOT

from charrnn import (
    RNNModelScratch,
    get_params,
    init_rnn_state,
    load_data_time_machine,
    predict_rnn,
    rnn,
    train_rnn,
)

FILE = ROOT / "book" / "whole.py"
SOURCE = FILE.read_text("utf-8")
NEEDED = {"importlib", "re", "torch"}  # and the novel, which is data


@pytest.fixture(scope="module")
def whole():
    """Import the file, as the page beside it does."""
    with pytest.MonkeyPatch.context() as context:
        context.syspath_prepend(FILE.parent)
        import whole
    return whole


def test_it_is_short_and_needs_no_module_of_ours():
    lines = SOURCE.splitlines()
    assert len(lines) <= 60 and max(map(len, lines)) <= 79
    found = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    assert found == NEEDED


# The smaller threshold clips every step; a power of two rounds alike in both.
@pytest.mark.parametrize("theta", [1, 1 / 16])
def test_it_computes_what_the_package_computes_to_the_bit(
    whole, monkeypatch, theta
):
    monkeypatch.setattr(whole, "h", 24)
    monkeypatch.setattr(whole, "theta", theta)
    batches, vocab = load_data_time_machine(whole.n, whole.T)
    torch.manual_seed(0)
    ours = whole.get_params()
    torch.manual_seed(0)
    net = RNNModelScratch(len(vocab), 24, get_params, init_rnn_state, rnn)
    same = zip(ours, net.params, strict=True)
    assert all(torch.equal(a, b) for a, b in same)
    torch.manual_seed(1)
    perplexities = [whole.train_epoch(ours) for _ in range(2)]
    torch.manual_seed(1)
    history = train_rnn(net, batches, vocab, 1, 2, theta=theta, report=False)
    assert theta == 1 or set(history.clipped) == {1}
    assert perplexities == pytest.approx(history.perplexity, rel=1e-5)
    same = zip(ours, net.params, strict=True)
    assert all(torch.equal(a, b) for a, b in same)
    prefix = "time traveller"
    assert whole.write(prefix, 20, ours) == predict_rnn(prefix, 20, net, vocab)


def test_it_runs_by_itself(tmp_path):
    code = SOURCE
    for old, new in (("range(500)", "range(2)"), (", 512, ", ", 16, ")):
        assert code.count(old) == 1
        code = code.replace(old, new)
    program = tmp_path / "program.py"
    program.write_text(code, "utf-8")
    result = subprocess.run(
        [sys.executable, "-I", program], capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    for line in (first, second):
        perplexity, text = line.split(maxsplit=1)
        assert 1 < float(perplexity) < 29
        assert text.startswith("traveller") and len(text) == 9 + 50
