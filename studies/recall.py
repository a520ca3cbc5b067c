"""Train networks with gates and without to recall digits after a gap.

    .venv/bin/python -m studies.recall

writes studies/recall.json, which the page on gates reads. Each row shows a
network two digits, a gap of text from the novel, and two question marks, which
it must answer with the digits. An LSTM, a GRU, a minGRU, and plain networks
with three kinds of initial W_hh have nearly the same number of parameters.
They are trained on gaps of 1 to 20 characters, and a plain one also on gaps of
20 alone. Each learning rate is tried with two seeds, and judged by rows from a
validation text. The best one is used with five new seeds, and judged by rows
from a test text, each digit by itself.
"""

from functools import partial
from itertools import product

import torch
from torch.nn import functional as F

from charrnn import corpus, gates, model, training
from charrnn.interface import Model
from studies import record, run

SEEDS = [0, 1, 2, 3, 4]
SEEDS_OF_TRIALS = [100, 101]
RATES = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
MAX_GAP, NUM_STEPS, BATCH_SIZE = 20, 4000, 32
VALIDATE_EVERY = 250  # steps
GAPS = [1, 2, 5, 10, 15, 18, 19, 20, 21, 22, 25, 30, 40, 60]
NUM_TESTED = 500  # rows for each gap
HIDDENS = {"plain": 70, "minGRU": 87, "GRU": 38, "LSTM": 32}
ONE_GAP = "plain, one gap"  # it is trained on the longest alone
NETWORKS = [
    ONE_GAP, "plain", "plain, orthogonal", "plain, identity",
    "minGRU", "GRU", "LSTM",
]  # fmt: skip


def draw_plain(
    vocab_size: int,
    num_hiddens: int,
    *,
    start: str = "plain",
    generator: torch.Generator,
) -> list[torch.Tensor]:
    """Return the parameters of a plain network with a kind of W_hh."""
    params = gates.draw_params(vocab_size, num_hiddens, 1, generator)
    with torch.no_grad():
        if start == "plain, orthogonal":
            torch.nn.init.orthogonal_(params[1], generator=generator)
        elif start == "plain, identity":
            torch.nn.init.eye_(params[1])
    return params


def make_network(name: str, vocab_size: int, seed: int) -> Model:
    """Return an untrained network."""
    generator = torch.Generator().manual_seed(seed)
    plain = partial(draw_plain, start=name), model.init_rnn_state, model.rnn
    draw, *functions = {
        "minGRU": (
            gates.get_min_gru_params, model.init_rnn_state, gates.min_gru
        ),
        "GRU": (gates.get_gru_params, model.init_rnn_state, gates.gru),
        "LSTM": (gates.get_lstm_params, gates.init_lstm_state, gates.lstm),
    }.get(name, plain)  # fmt: skip
    return model.RNNModelScratch(
        vocab_size, HIDDENS[name.split(",")[0]],
        partial(draw, generator=generator), *functions,
    )  # fmt: skip


def answer(net: Model, X: torch.Tensor) -> torch.Tensor:
    """Return the logits at the two question marks, (2 * batch, symbols)."""
    O, _ = net(X, net.begin_state(len(X)))
    return O[-2 * len(X) :]


@torch.inference_mode()
def accuracy(
    net: Model, text: torch.Tensor, vocab_size: int, gap: int, seed: int
) -> list[float]:
    """Return the share of rows in which each of the two digits is recalled."""
    X, Y = gates.draw_recall(
        text, vocab_size, gap, NUM_TESTED,
        generator=torch.Generator().manual_seed(seed),
    )  # fmt: skip
    right = answer(net, X).argmax(dim=1).view(2, -1) == Y.T
    return right.float().mean(dim=1).tolist()


def measure(name: str, lr: float, seed: int) -> dict[str, list]:
    """Train a network; return its learning curve and its accuracy.

    The curve is the share of digits recalled in validation rows, over the gaps
    of the training rows. The accuracy counts both digits in test rows, after
    each gap of ``GAPS``.
    """
    torch.set_num_threads(1)
    novel = corpus.clean(corpus.read_text())
    vocab = corpus.Vocab(novel)
    indices = torch.tensor(vocab[list(novel)])
    tenth = len(indices) // 10
    seen, validation, unseen = indices.split(
        [len(indices) - 2 * tenth, tenth, tenth]
    )
    trained_on = [g for g in GAPS if g <= MAX_GAP and name != ONE_GAP]
    net = make_network(name, len(vocab) + 11, seed)
    updater = torch.optim.Adam(net.parameters(), lr=lr)
    generator = torch.Generator().manual_seed(seed)
    curve = []
    for step in range(1, NUM_STEPS + 1):
        gap = int(torch.randint(1, MAX_GAP + 1, (), generator=generator))
        X, Y = gates.draw_recall(
            seen, len(vocab), MAX_GAP if name == ONE_GAP else gap,
            BATCH_SIZE, generator=generator,
        )  # fmt: skip
        updater.zero_grad()
        F.cross_entropy(answer(net, X), Y.T.reshape(-1)).backward()
        training.take_step(net, updater, theta=1.0)
        if step % VALIDATE_EVERY == 0:
            shares = [
                accuracy(net, validation, len(vocab), gap, 1000 + gap)
                for gap in trained_on or [MAX_GAP]
            ]
            curve.append(torch.tensor(shares).mean().item())
    found = [accuracy(net, unseen, len(vocab), gap, gap) for gap in GAPS]
    print(f"{name:17} seed {seed:3}, lr {lr:g}: {curve[-1]:.3f}", flush=True)
    return {"curve": curve, "accuracy": found}


def main() -> None:
    """Choose the rates, do all runs, and write the record."""
    run.take_no_arguments(__doc__)
    trials = list(product(NETWORKS, RATES, SEEDS_OF_TRIALS))
    scores = {name: [[] for _ in RATES] for name in NETWORKS}
    for (name, lr, _), found in zip(
        trials, run.in_parallel(measure, trials), strict=True
    ):
        scores[name][RATES.index(lr)].append(found["curve"][-1])
    best = {
        name: max(zip(map(sum, tried), RATES, strict=True))[1]
        for name, tried in scores.items()
    }
    jobs = [(name, best[name], seed) for name in NETWORKS for seed in SEEDS]
    found = iter(run.in_parallel(measure, jobs))
    runs = {name: [next(found) for _ in SEEDS] for name in NETWORKS}
    vocab_size = len(corpus.Vocab(corpus.clean(corpus.read_text()))) + 11
    networks = {name: make_network(name, vocab_size, 0) for name in HIDDENS}
    settings = {
        "rates": RATES,
        "seeds of trials": SEEDS_OF_TRIALS,
        "scores": scores,
        "lr": best,
        "longest gap": MAX_GAP,
        "steps": NUM_STEPS,
        "validated every": VALIDATE_EVERY,
        "batch size": BATCH_SIZE,
        "hidden units": HIDDENS,
        "parameters": {
            name: sum(map(torch.numel, network.parameters()))
            for name, network in networks.items()
        },
    }
    results = {"gaps": GAPS, "runs": runs, "settings": settings}
    record.write(__file__, SEEDS, results)


if __name__ == "__main__":
    main()
