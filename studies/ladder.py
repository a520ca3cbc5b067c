"""Train three kinds of networks on nine tenths of the novel, with equal care.

    .venv/bin/python -m studies.ladder

writes studies/ladder.json, which the page on held-out text reads. A plain
network, a GRU, and an LSTM, all layers of PyTorch, get the same trials: first
the learning rate, then the epochs in which it falls to zero, the share of
dropout, and the number of units, each with the best of what was tried before.
A trial learns from the first nine tenths of the training text, and the rest of
it, the validation text, judges it after every epoch: it stops early where that
no longer helps. With the best settings, each kind is trained on the whole
training text for as many epochs as its best trial had, with new seeds, and
judged by the test text. The best kind is also trained on the first half of the
text.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR

from bookkit.recipes import NOVEL
from charrnn import RNNModel, corpus, load_data_time_machine, train_rnn
from charrnn.history import History
from charrnn.training import evaluate
from studies import record, run

SEED_OF_TRIALS, SEEDS = 0, [1, 2, 3]
LAYERS = {"plain": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
FIRST = {"num_epochs": 24, "num_hiddens": 256, "dropout": 0.25}
ROUNDS = {  # what is tried, with the best so far of the others
    "lr": [2e-3, 5e-3, 1e-2, 2e-2],
    "num_epochs": [48],
    "dropout": [0.0, 0.5],
    "num_hiddens": [128, 384],
}
PATIENCE = 3
TRAINING, HALF = NOVEL.max_tokens, NOVEL.max_tokens // 2
BEFORE_VALIDATION = 9 * TRAINING // 10
NUM_BLOCKS = 34  # of about 500 characters, of the test text

Settings = dict[str, float]


def make_network(kind: str, settings: Settings, seed: int) -> RNNModel:
    """Return an untrained network, with dropout before its output layer.

    The biases of an LSTM's forget gates begin at 1.
    """
    torch.manual_seed(seed)
    h = int(settings["num_hiddens"])
    net = RNNModel(LAYERS[kind](28, h), 28)
    if kind == "LSTM":
        nn.init.ones_(net.rnn.bias_ih_l0[h : 2 * h])

    def drop(linear: nn.Module, inputs: tuple[Tensor]) -> Tensor:
        return F.dropout(inputs[0], settings["dropout"], linear.training)

    net.linear.register_forward_pre_hook(drop)
    return net


def bits(net: RNNModel, indices: Tensor, num_rows: int = 1) -> float:
    """Return the bits per character of a text, without dropout."""
    net.eval()
    perplexity = evaluate(net, *corpus.rows(indices, num_rows))
    net.train()
    return math.log2(perplexity)


@torch.inference_mode()
def block_bits(net: RNNModel, indices: Tensor) -> list[float]:
    """Return the mean bits per character in each block of the test text."""
    net.eval()
    X, Y = corpus.rows(indices)  # (1, length)
    O, _ = net(X, net.begin_state(1))
    losses = F.cross_entropy(O, Y[0], reduction="none") / math.log(2)
    blocks = losses.double().tensor_split(NUM_BLOCKS)
    return [round(block.mean().item(), 5) for block in blocks]


def train(
    kind: str, settings: Settings, seed: int, length: int, epochs: int | None
) -> dict[str, list[float] | float]:
    """Train a network on the first ``length`` characters; return its bits.

    Without a number of ``epochs`` it is a trial, which ends when the bits of
    the validation text have been no lower for ``PATIENCE`` epochs.
    """
    torch.set_num_threads(1)
    train_iter, vocab = load_data_time_machine(
        NOVEL.batch_size, NOVEL.num_steps, False, length,
        generator=torch.Generator().manual_seed(seed),
    )  # fmt: skip
    novel = corpus.clean(corpus.read_text())
    indices = torch.tensor(vocab[list(novel)])
    net = make_network(kind, settings, seed)
    updater = torch.optim.Adam(net.parameters(), lr=settings["lr"])
    longest = int(settings["num_epochs"])
    schedule = CosineAnnealingLR(updater, longest)
    validation: list[float] = []

    def after_epoch(history: History) -> bool:
        schedule.step()
        if epochs:
            return len(history) == epochs
        validation.append(bits(net, indices[length:TRAINING]))
        return len(validation) - num_epochs(validation) == PATIENCE

    train_rnn(
        net, train_iter, vocab, settings["lr"], longest,
        updater=updater, report=False, after_epoch=after_epoch,
    )  # fmt: skip
    found = {"validation": validation}
    if epochs is not None:
        found = {
            "training": bits(net, indices[:length], 32),
            "test": bits(net, indices[TRAINING:]),
            "blocks": block_bits(net, indices[TRAINING:]),
        }
    print(kind, settings, seed, length, found, flush=True)
    return found


def try_settings() -> dict[str, list[dict]]:
    """Return all trials of each kind, with their settings and bits."""
    trials: dict[str, list[dict]] = {kind: [] for kind in LAYERS}
    for name, values in ROUNDS.items():
        so_far = {k: best(t)["settings"] if t else FIRST
                  for k, t in trials.items()}  # fmt: skip
        new = [(k, so_far[k] | {name: v}) for k in LAYERS for v in values]
        found = run.in_parallel(
            train, [(*n, SEED_OF_TRIALS, BEFORE_VALIDATION, None) for n in new]
        )
        for (kind, settings), each in zip(new, found, strict=True):
            trials[kind].append({"settings": settings, **each})
    return trials


def best(trials: list[dict]) -> dict:
    """Return the trial with the lowest bits of the validation text."""
    return min(trials, key=lambda trial: min(trial["validation"]))


def num_epochs(validation: list[float]) -> int:
    """Return the number of epochs after which a trial was best."""
    return validation.index(min(validation)) + 1


def main() -> None:
    """Try the settings, do all runs, and write the record."""
    run.take_no_arguments(__doc__)
    trials = try_settings()
    chosen = {kind: best(tried) for kind, tried in trials.items()}
    epochs = {
        kind: num_epochs(trial["validation"]) for kind, trial in chosen.items()
    }
    of_best = min(chosen, key=lambda kind: min(chosen[kind]["validation"]))
    lengths = [(kind, TRAINING) for kind in LAYERS] + [(of_best, HALF)]
    jobs = [
        (kind, chosen[kind]["settings"], seed, length, epochs[kind])
        for kind, length in lengths
        for seed in SEEDS
    ]
    found = iter(run.in_parallel(train, jobs))
    labels = [*LAYERS, f"{of_best}, half"]
    runs = {label: [next(found) for _ in SEEDS] for label in labels}
    record.write(
        __file__, SEEDS,
        {"trials": trials, "runs": runs, "seed of trials": SEED_OF_TRIALS},
    )  # fmt: skip


if __name__ == "__main__":
    main()
