"""Train three networks on nine tenths of the novel; test them on the rest.

    .venv/bin/python -m studies.ladder

writes studies/ladder.json, which the page on held-out text reads. Each
network is trained for three seeds by the recipe NOVEL: our own, nn.RNN, and
nn.LSTM, all with the same minibatches, epochs, optimiser, and schedule.
Only the learning rate is each network's own: the best by rates.py, which
does not use the test text.
"""

import math
from dataclasses import asdict, replace

import torch
from torch import nn

from bookkit import recipes
from bookkit.recipes import NOVEL, Recipe
from charrnn import RNNModel, corpus, train_rnn
from charrnn.history import evaluate
from charrnn.interface import Model
from studies import record, run

SEEDS = [0, 1, 2]
LAYERS = {"scratch": None, "nn.RNN": nn.RNN, "nn.LSTM": nn.LSTM}
RATES = {"scratch": NOVEL.lr, "nn.RNN": NOVEL.lr, "nn.LSTM": 2e-3}


def make_network(name: str, recipe: Recipe, vocab: corpus.Vocab) -> Model:
    """Return an untrained network."""
    if LAYERS[name] is None:
        return recipes.initial_model(recipe, vocab)
    torch.manual_seed(recipe.seed)
    layer = LAYERS[name](len(vocab), recipe.num_hiddens)
    return RNNModel(layer, len(vocab))


def measure(name: str, recipe: Recipe, end: int | None) -> float:
    """Train a network; return the perplexity of the text up to ``end``.

    It is that of the text that follows the training text, read in one pass
    from a zero state.
    """
    torch.set_num_threads(1)
    train_iter, vocab = recipes.load_data(recipe)
    net = make_network(name, recipe, vocab)
    updater = recipes.make_updater(recipe, net)
    train_rnn(
        net,
        train_iter,
        vocab,
        recipe.lr,
        recipe.num_epochs,
        recipe.use_random_iter,
        theta=recipe.theta,
        updater=updater,
        report=False,
        after_epoch=recipes.make_callback(recipe, net, updater, vocab, {}),
    )
    text = corpus.clean(corpus.read_text())[recipe.max_tokens : end]
    indices = torch.tensor(vocab[list(text)])
    perplexity = evaluate(net, *corpus.rows(indices))
    print(
        f"{name:8} seed {recipe.seed}, lr {recipe.lr:g}: perplexity "
        f"{perplexity:.3f}, {math.log2(perplexity):.3f} bits", flush=True,
    )  # fmt: skip
    return perplexity


def main() -> None:
    """Run all trainings and write the record."""
    run.take_no_arguments(__doc__)
    runs = [
        (name, replace(NOVEL, lr=RATES[name], seed=seed), None)
        for name in LAYERS
        for seed in SEEDS
    ]
    measured = iter(run.in_parallel(measure, runs))
    perplexity = {name: [next(measured) for _ in SEEDS] for name in LAYERS}
    settings = {"recipe": asdict(NOVEL), "lr": RATES}
    record.write(
        __file__, SEEDS, {"perplexity": perplexity, "settings": settings}
    )


if __name__ == "__main__":
    main()
