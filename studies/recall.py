"""Train networks with gates and without to recall digits after a gap.

    .venv/bin/python -m studies.recall

writes studies/recall.json, which the page on what lies beyond reads.
Each row shows a network two digits, a gap of text from the novel, and two
question marks, which it must answer with the digits. An LSTM, a GRU, and the
plain network, with nearly the same number of parameters, are trained on gaps
of 1 to 20 characters, and the plain one also on gaps of 20 alone. Then their
accuracy is measured over many gaps, with unseen text from the end of the
novel. Each has its own learning rate, the best of a few with a seed that is
not used again.
"""

from functools import partial

import torch
from torch.nn import functional as F

from charrnn import corpus, gates, model, training
from charrnn.interface import Model
from studies import record, run

SEEDS = [0, 1, 2, 3, 4]
SEED_OF_RATES = 100
RATES = [1e-3, 3e-3, 1e-2]
MAX_GAP, NUM_STEPS, BATCH_SIZE = 20, 1500, 32
GAPS = [1, 2, 5, 10, 15, 18, 19, 20, 21, 22, 25, 30, 40, 60]
NUM_TESTED = 500  # rows for each gap
HIDDENS = {"plain": 70, "GRU": 38, "LSTM": 32}
RUNS = {  # network, and whether the gap is always the longest
    "plain, one gap": ("plain", True),
    "plain": ("plain", False),
    "GRU": ("GRU", False),
    "LSTM": ("LSTM", False),
}


def make_network(name: str, vocab_size: int, seed: int) -> Model:
    """Return an untrained network."""
    generator = torch.Generator().manual_seed(seed)
    parts = {
        "plain": (
            partial(gates.draw_params, num_triples=1),
            model.init_rnn_state,
            model.rnn,
        ),
        "GRU": (gates.get_gru_params, model.init_rnn_state, gates.gru),
        "LSTM": (gates.get_lstm_params, gates.init_lstm_state, gates.lstm),
    }
    draw, *functions = parts[name]
    return model.RNNModelScratch(
        vocab_size, HIDDENS[name], partial(draw, generator=generator),
        *functions,
    )  # fmt: skip


def answer(net: Model, X: torch.Tensor) -> torch.Tensor:
    """Return the logits at the two question marks, (2 * batch, symbols)."""
    O, _ = net(X, net.begin_state(len(X)))
    return O[-2 * len(X) :]


@torch.inference_mode()
def measure_accuracy(
    net: Model, text: torch.Tensor, vocab_size: int
) -> list[float]:
    """Return the share of digits recalled after each gap of ``GAPS``."""
    found = []
    for gap in GAPS:
        X, Y = gates.draw_recall(
            text, vocab_size, gap, NUM_TESTED,
            generator=torch.Generator().manual_seed(gap),
        )  # fmt: skip
        right = answer(net, X).argmax(dim=1) == Y.T.reshape(-1)
        found.append(right.float().mean().item())
    return found


def measure(label: str, lr: float, seed: int) -> list[float]:
    """Train a network; return its accuracy after each gap of ``GAPS``."""
    torch.set_num_threads(1)
    novel = corpus.clean(corpus.read_text())
    vocab = corpus.Vocab(novel)
    indices = torch.tensor(vocab[list(novel)])
    cut = len(indices) * 9 // 10
    seen, unseen = indices[:cut], indices[cut:]
    name, one_gap = RUNS[label]
    net = make_network(name, len(vocab) + 11, seed)
    updater = torch.optim.Adam(net.parameters(), lr=lr)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(NUM_STEPS):
        gap = int(torch.randint(1, MAX_GAP + 1, (), generator=generator))
        X, Y = gates.draw_recall(
            seen, len(vocab), MAX_GAP if one_gap else gap, BATCH_SIZE,
            generator=generator,
        )  # fmt: skip
        updater.zero_grad()
        F.cross_entropy(answer(net, X), Y.T.reshape(-1)).backward()
        training.take_step(net, updater, theta=1.0)
    accuracy = measure_accuracy(net, unseen, len(vocab))
    print(
        f"{label:14} seed {seed:3}, lr {lr:g}:",
        *(f"{share:.2f}" for share in accuracy), flush=True,
    )  # fmt: skip
    return accuracy


def score(label: str, accuracy: list[float]) -> float:
    """Return the mean accuracy over the gaps that it was trained on."""
    gaps = [MAX_GAP] if RUNS[label][1] else range(1, MAX_GAP + 1)
    found = [a for g, a in zip(GAPS, accuracy, strict=True) if g in gaps]
    return sum(found) / len(found)


def main() -> None:
    """Choose the rates, run all trainings, and write the record."""
    run.take_no_arguments(__doc__)
    tried = [(label, lr, SEED_OF_RATES) for label in RUNS for lr in RATES]
    scores = {
        job[:2]: score(job[0], accuracy)
        for job, accuracy in zip(
            tried, run.in_parallel(measure, tried), strict=True
        )
    }
    best = {
        label: max(RATES, key=lambda lr: scores[label, lr]) for label in RUNS
    }
    jobs = [(label, best[label], seed) for label in RUNS for seed in SEEDS]
    measured = iter(run.in_parallel(measure, jobs))
    accuracy = {label: [next(measured) for _ in SEEDS] for label in RUNS}
    vocab_size = len(corpus.Vocab(corpus.clean(corpus.read_text()))) + 11
    networks = {name: make_network(name, vocab_size, 0) for name in HIDDENS}
    settings = {
        "rates": RATES,
        "lr": best,
        "scores": {
            label: [scores[label, lr] for lr in RATES] for label in RUNS
        },
        "longest gap": MAX_GAP,
        "steps": NUM_STEPS,
        "batch size": BATCH_SIZE,
        "hidden units": HIDDENS,
        "parameters": {
            name: sum(map(torch.numel, net.parameters()))
            for name, net in networks.items()
        },
    }
    record.write(
        __file__,
        SEEDS,
        {"gaps": GAPS, "accuracy": accuracy, "settings": settings},
    )


if __name__ == "__main__":
    main()
