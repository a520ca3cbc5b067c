"""Train three kinds of networks on the novel, with equal care.

    .venv/bin/python -m studies.ladder

writes studies/ladder.json, for the page with the ladder. All kinds get the
same trials, on nine tenths of the training text. The rest judges a trial after
every epoch, and ends it where that no longer helps. With new seeds, each kind
then learns the whole like its best trial, and the best kind also the first
half. The record is of commit b865164, and the script has been shortened since.
"""

import math
from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR

from bookkit.recipes import NOVEL
from charrnn import RNNModel, corpus, train_epoch_rnn
from studies import record, run

SEEDS = [0, 1, 2, 3]  # the first is for the trials
LAYERS = {"plain": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
FIRST = {"num_epochs": 24, "num_hiddens": 256, "dropout": 0.25}
TRIED = [  # with the best so far of the other settings
    ("lr", 2e-3), ("lr", 5e-3), ("lr", 1e-2), ("lr", 2e-2),
    ("num_epochs", 48), ("dropout", 0.0), ("dropout", 0.5),
    ("num_hiddens", 128), ("num_hiddens", 384),
]  # fmt: skip
PATIENCE = 3  # epochs
TRAINING = NOVEL.max_tokens  # the characters before the test text


def make_network(kind: str, settings: dict) -> RNNModel:
    """Return an untrained network, with dropout before its output layer."""
    h = settings["num_hiddens"]
    net = RNNModel(LAYERS[kind](run.NUM_SYMBOLS, h), run.NUM_SYMBOLS)
    if kind == "LSTM":
        nn.init.ones_(net.rnn.bias_ih_l0[h : 2 * h])  # of the forget gates
    net.drop = nn.Dropout(settings["dropout"])
    net.linear.register_forward_pre_hook(lambda _, inputs: net.drop(*inputs))
    return net


def train(kind: str, settings: dict, seed: int, text: Tensor) -> Iterator:
    """Train a network on a text, and yield it after every epoch."""
    sizes = NOVEL.batch_size, NOVEL.num_steps
    generator = torch.Generator().manual_seed(seed)
    batches = corpus.Minibatches(text, *sizes, generator=generator)
    torch.manual_seed(seed)
    net = make_network(kind, settings)
    updater = torch.optim.Adam(net.parameters(), lr=settings["lr"])
    schedule = CosineAnnealingLR(updater, settings["num_epochs"])
    for _ in range(settings["num_epochs"]):
        net.train()
        train_epoch_rnn(net, batches, nn.CrossEntropyLoss(), updater, False)
        schedule.step()
        yield net.eval()


@torch.inference_mode()
def bits(net: RNNModel, text: Tensor, num_rows: int = 1) -> Tensor:
    """Return the bits of each character of a text."""
    X, Y = corpus.rows(text, num_rows)
    O, _ = net(X, net.begin_state(num_rows))
    losses = nn.CrossEntropyLoss(reduction="none")(O.double(), Y.T.flatten())
    return losses / math.log(2)


def lowest(trial: dict) -> float:
    """Return the lowest bits of the validation text in a trial."""
    return min(trial["validation"])


def try_settings(kind: str) -> list[dict]:
    """Return the settings and the bits of all trials of a kind of network."""
    text = run.read_novel()
    cut, settings, trials = 9 * TRAINING // 10, FIRST, []
    for name, value in TRIED:
        tried, validation = settings | {name: value}, []
        for net in train(kind, tried, SEEDS[0], text[:cut]):
            validation.append(bits(net, text[cut:TRAINING]).mean().item())
            if min(validation) not in validation[-PATIENCE:]:
                break
        trials.append({"settings": tried, "validation": validation})
        settings = min(trials, key=lowest)["settings"]
    return trials


def judge(kind: str, best: dict, length: int) -> list[dict]:
    """Train networks as in the best trial; return their bits, by the seed."""
    text = run.read_novel()
    epochs, runs = 1 + best["validation"].index(lowest(best)), []
    for seed in SEEDS[1:]:
        nets = train(kind, best["settings"], seed, text[:length])
        *_, net = islice(nets, epochs)
        test = bits(net, text[TRAINING:])
        runs.append({
            "training": bits(net, text[:length], 32).mean().item(),
            "test": test.mean().item(),
            "blocks": [block.mean().item() for block in test.tensor_split(34)],
        })  # fmt: skip
    return runs


def main(commit: str) -> None:
    """Try the settings, do all runs, and write the record."""
    trials = run.in_parallel(try_settings, {kind: (kind,) for kind in LAYERS})
    best = {kind: min(trials[kind], key=lowest) for kind in LAYERS}
    winner = min(best, key=lambda kind: lowest(best[kind]))
    jobs = {kind: (kind, best[kind], TRAINING) for kind in LAYERS}
    jobs[f"{winner}, half"] = winner, best[winner], TRAINING // 2
    runs = run.in_parallel(judge, jobs)
    record.write(__file__, commit, SEEDS, {"trials": trials, "runs": runs})


if __name__ == "__main__":
    main(record.commit())
