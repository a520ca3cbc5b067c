"""Run a page on networks that were never trained.

    python tests/surrogates.py PAGE KIND

takes the place of every training of the page: what ``load_or_train`` returns
has random parameters and an invented history, and no step of a training in
the page changes anything. What a page asserts has to be true all the same:
an assertion that a training could make false is a finding.
"""

import math
import sys
import zlib

import torch

from charrnn import recipes, training
from charrnn.recipes import Recipe, Trained
from charrnn.training import History
from experiments import replicas

KINDS = ["idle", "wild"]


def idle(recipe: Recipe, vocab_size: int) -> History:
    """Invent a training that led nowhere: guesses, to the last epoch."""
    noise = torch.rand(recipe.num_epochs).tolist()
    return invent(recipe, [vocab_size - x for x in noise])


def wild(recipe: Recipe, vocab_size: int) -> History:
    """Invent a training that went astray at once."""
    return invent(recipe, [10.0**n for n in range(2, recipes.HOPELESS + 2)])


def invent(recipe: Recipe, perplexity: list[float]) -> History:
    """Invent the rest of a history."""
    steps = (recipe.max_tokens - 1) // (recipe.batch_size * recipe.num_steps)
    every = recipes.MEASURED
    held_out = [
        (epoch, perplexity[epoch - 1])
        for epoch in range(every, len(perplexity) + 1, every)
        if recipe.held_out
    ]
    return History(
        recipe.theta,
        perplexity,
        torch.rand(len(perplexity), steps).mul(2).tolist(),
        [1000.0] * len(perplexity),
        held_out,
    )


def surrogate(recipe: Recipe, kind: str) -> Trained:
    """Return a network that a training did not make."""
    _, vocab = recipes.load_data(recipe)
    model = recipes.initial_model(recipe, vocab)
    generator = torch.Generator().manual_seed(zlib.crc32(recipe.name.encode()))
    sigma = 2.0 if kind == "wild" else 0.5 / math.sqrt(recipe.num_hiddens)
    for param in model.params:
        param.data.normal_(0, sigma, generator=generator)
    history = {"idle": idle, "wild": wild}[kind](recipe, len(vocab))
    return Trained(model, history, vocab)


def stay(model: object, updater: object, theta: float) -> float:
    """Take no step."""
    return 1.0


def main(page: str, kind: str) -> None:
    """Run a page; whatever fails is not true of every network."""
    torch.set_num_threads(1)
    recipes.load_or_train = lambda recipe: surrogate(recipe, kind)
    training.take_step = stay
    replicas.run_page(replicas.BOOK / f"{page}.md")


if __name__ == "__main__":
    main(*sys.argv[1:])
