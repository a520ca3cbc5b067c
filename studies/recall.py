"""Train networks with gates and without to recall digits after a gap.

    .venv/bin/python -m studies.recall

writes studies/recall.json, for the pages on gates and on what came after them.
A row has two digits, a gap of text from the novel, and two question marks, to
answer with the digits. All networks have nearly as many parameters, and learn
from gaps of 1 to 20 characters, or one from gaps of 20 alone. A validation
text chooses the learning rate, and a test text judges new seeds. The record is
of commit 9e45c6e, and the script has been shortened since.
"""

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor, nn

from bookkit.recall import draw_recall
from charrnn import RNNModelScratch, gates, grad_clipping, init_rnn_state, rnn
from studies import record, run

SEEDS, SEEDS_OF_TRIALS = [0, 1, 2, 3, 4], [100, 101]
RATES = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
MAX_GAP, BATCH_SIZE = 20, 32
NUM_STEPS, VALIDATE_EVERY = 4000, 250
GAPS = [1, 2, 5, 10, 15, 18, 19, 20, 21, 22, 25, 30, 40, 60]
NUM_TESTED = 500  # rows for each gap
V = run.NUM_SYMBOLS  # of the text; ten digits and the mark come after them
PLAIN = 70, partial(gates.draw_params, num_triples=1), init_rnn_state, rnn
NETWORKS = {  # the hidden units, and what makes the network
    "plain, one gap": PLAIN, "plain": PLAIN,
    "plain, orthogonal": PLAIN, "plain, identity": PLAIN,
    "minGRU": (87, gates.get_min_gru_params, init_rnn_state, gates.min_gru),
    "GRU": (38, gates.get_gru_params, init_rnn_state, gates.gru),
    "LSTM": (32, gates.get_lstm_params, gates.init_lstm_state, gates.lstm),
}  # fmt: skip
MIN_GAP = dict.fromkeys(NETWORKS, 1) | {"plain, one gap": MAX_GAP}


def make_network(name: str, seed: int) -> RNNModelScratch:
    """Return an untrained network."""
    num_hiddens, draw, *functions = NETWORKS[name]
    generator = torch.Generator().manual_seed(seed)
    draw = partial(draw, generator=generator)
    net = RNNModelScratch(V + 11, num_hiddens, draw, *functions)
    if name == "plain, orthogonal":
        nn.init.orthogonal_(net.params[1], generator=generator)
    if name == "plain, identity":
        nn.init.eye_(net.params[1])
    return net


@torch.inference_mode()
def accuracy(net: RNNModelScratch, text: Tensor, gap: int, seed: int) -> list:
    """Return the share of rows in which each of the two digits is recalled."""
    generator = torch.Generator().manual_seed(seed)
    X, Y = draw_recall(text, V, gap, NUM_TESTED, generator=generator)
    O, _ = net(X, net.begin_state(NUM_TESTED))
    right = O[-Y.numel() :].argmax(dim=1).view(2, -1) == Y.T  # at the marks
    return right.float().mean(dim=1).tolist()


def train(name: str, lr: float, seed: int, text: Tensor) -> Iterator:
    """Train a network, and yield it whenever it is to be validated."""
    net, gaps = make_network(name, seed), (MIN_GAP[name], MAX_GAP + 1)
    updater = torch.optim.Adam(net.parameters(), lr=lr)
    generator = torch.Generator().manual_seed(seed)
    for step in range(1, NUM_STEPS + 1):
        gap = int(torch.randint(*gaps, (), generator=generator))
        X, Y = draw_recall(text, V, gap, BATCH_SIZE, generator=generator)
        O, _ = net(X, net.begin_state(BATCH_SIZE))
        updater.zero_grad()
        nn.functional.cross_entropy(O[-Y.numel() :], Y.T.flatten()).backward()
        grad_clipping(net, theta=1.0)
        updater.step()
        if step % VALIDATE_EVERY == 0:
            yield net


def measure(name: str, lr: float, seed: int) -> dict[str, list]:
    """Train a network; return its curve of validation, and its accuracy."""
    text, curve = run.read_novel(), []
    tenth = len(text) // 10
    seen, validation, test = text.split([len(text) - 2 * tenth, tenth, tenth])
    gaps = [gap for gap in GAPS if MIN_GAP[name] <= gap <= MAX_GAP]
    for net in train(name, lr, seed, seen):
        shares = [accuracy(net, validation, gap, 1000 + gap) for gap in gaps]
        curve.append(torch.tensor(shares).mean().item())
    found = [accuracy(net, test, gap, gap) for gap in GAPS]
    return {"curve": curve, "accuracy": found}


def study(name: str) -> dict:
    """Choose a learning rate by trials, and do the runs with it."""
    scores = [
        [measure(name, lr, seed)["curve"][-1] for seed in SEEDS_OF_TRIALS]
        for lr in RATES
    ]
    _, lr = max(zip(map(sum, scores), RATES, strict=True))
    runs = [measure(name, lr, seed) for seed in SEEDS]
    return {"scores": scores, "lr": lr, "runs": runs}


def main(commit: str) -> None:
    """Study all networks, and write the record."""
    found = run.in_parallel(study, {name: (name,) for name in NETWORKS})
    settings = {
        "rates": RATES,
        "scores": {name: each["scores"] for name, each in found.items()},
        "lr": {name: each["lr"] for name, each in found.items()},
        "longest gap": MAX_GAP,
        "steps": NUM_STEPS,
        "validated every": VALIDATE_EVERY,
    }
    runs = {name: each["runs"] for name, each in found.items()}
    results = {"gaps": GAPS, "runs": runs, "settings": settings}
    record.write(__file__, commit, SEEDS, results)


if __name__ == "__main__":
    main(record.commit())
