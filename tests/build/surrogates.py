"""Run a page on networks that were never trained.

    python tests/build/surrogates.py PAGE KIND

takes the place of every training of the page: what ``load_or_train`` returns
has random parameters and an invented history, and no step of a training in
the page changes anything. What a page asserts has to be true all the same:
an assertion that a training could make false is a finding.
"""

import contextlib
import math
import sys
import zlib
from pathlib import Path

import torch
from IPython.display import display
from myst_nb.core.read import read_myst_markdown_notebook

from charrnn import findings, recipes, training
from charrnn.history import History
from charrnn.recipes import Recipe, Trained

KINDS = ["idle", "wild"]


def perplexities(recipe: Recipe, kind: str, guess: int) -> list[float]:
    """Invent a training that led nowhere, or that went astray at once."""
    if kind == "idle":
        return [guess - x for x in torch.rand(recipe.num_epochs).tolist()]
    return [10.0**n for n in range(2, recipes.HOPELESS + 2)]


def invent(recipe: Recipe, perplexity: list[float]) -> History:
    """Invent the rest of a history."""
    steps = (recipe.max_tokens - 1) // (recipe.batch_size * recipe.num_steps)
    every = recipes.MEASURED
    measured = list(enumerate(perplexity, start=1))
    return History(
        recipe.theta,
        perplexity,
        torch.rand(len(perplexity), steps).mul(2).tolist(),
        [1000.0] * len(perplexity),
        measured[every - 1 :: every] if recipe.held_out else [],
    )


def surrogate(recipe: Recipe, kind: str) -> Trained:
    """Return a network that a training did not make."""
    _, vocab = recipes.load_data(recipe)
    model = recipes.initial_model(recipe, vocab)
    generator = torch.Generator().manual_seed(zlib.crc32(recipe.name.encode()))
    sigma = 2.0 if kind == "wild" else 0.5 / math.sqrt(recipe.num_hiddens)
    for param in model.params:
        param.data.normal_(0, sigma, generator=generator)
    perplexity = perplexities(recipe, kind, len(vocab))
    return Trained(model, invent(recipe, perplexity), vocab)


def stay(model: object, updater: object, theta: float) -> float:
    """Take no step."""
    return 1.0


def run(page: Path) -> None:
    """Run the cells of a page, and print nothing."""
    notebook = read_myst_markdown_notebook(page.read_text("utf-8"))
    namespace = {"__name__": "__main__", "display": display}
    with contextlib.redirect_stdout(None):
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type == "code":
                place = f"{page.name}, cell {number}"
                exec(compile(cell.source, place, "exec"), namespace)


def main(page: str, kind: str) -> None:
    """Run a page; whatever fails is not true of every network."""
    torch.set_num_threads(1)
    sys.path.insert(0, "")  # as in a kernel: a page may import its neighbour
    recipes.load_or_train = lambda recipe: surrogate(recipe, kind)
    recipes.load_snapshots = lambda recipe: dict.fromkeys(
        recipe.snapshots, surrogate(recipe, kind).model
    )
    training.take_step = stay
    findings.finding = lambda *_: None
    run(Path(f"{page}.md"))


if __name__ == "__main__":
    main(*sys.argv[1:])
