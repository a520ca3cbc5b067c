"""Train the chapter's network by hand, in three precisions, to the end.

    .venv/bin/python -m studies.precision

writes studies/precision.json, which the page of records shows: is a
network worse if its products are computed faster? It takes about ten minutes.
"""

from dataclasses import replace
from statistics import median

import torch

from bookkit import recipes
from charrnn import train_rnn
from charrnn.bptt import Backpropagation
from studies import record, run

SEEDS = [0, 1, 2]
# The precision of float32 products, and the dtype of products with W_hh.
WAYS = {
    "float32": ("highest", None),
    "float32, medium": ("medium", None),
    "bfloat16": ("highest", torch.bfloat16),
}
# The last epoch alone may be one in which the perplexity jumps up.
SUMMARIES = {
    "last": lambda curve: curve[-1],
    "lowest": min,
    "median_of_100": lambda curve: median(curve[-100:]),
}


def measure(way: str, seed: int) -> list[float]:
    """Train a network; return the perplexity of each epoch."""
    precision, hidden_dtype = WAYS[way]
    torch.set_float32_matmul_precision(precision)
    recipe = replace(recipes.SEQUENTIAL, seed=seed)
    train_iter, vocab = recipes.load_data(recipe)
    net = recipes.initial_model(recipe, vocab)
    history = train_rnn(
        net,
        train_iter,
        vocab,
        recipe.lr,
        recipe.num_epochs,
        theta=recipe.theta,
        report=False,
        gradients=Backpropagation(net, hidden_dtype),
    )
    print(f"{way:16} seed {seed}: {history.perplexity[-1]:.3f}", flush=True)
    return history.perplexity


def main() -> None:
    """Run all trainings, two at a time, and write the record."""
    run.take_no_arguments(__doc__)
    runs = [(way, seed) for way in WAYS for seed in SEEDS]
    curves = iter(run.in_parallel(measure, runs))
    found = {way: [next(curves) for _ in SEEDS] for way in WAYS}
    results = {
        name: {way: [value(curve) for curve in found[way]] for way in WAYS}
        for name, value in SUMMARIES.items()
    }
    record.write(__file__, SEEDS, results)


if __name__ == "__main__":
    main()
