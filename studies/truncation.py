"""Train networks whose gradients reach back 5, 35, or 140 steps at most.

    .venv/bin/python -m studies.truncation

writes studies/truncation.json, which the page on backpropagation through time
reads. All networks have the sizes of the recipe NOVEL. They begin with weights
of the size 1 / sqrt(h), because with smaller ones some runs stay on a plateau,
and learn for 12 epochs by sequential partitioning, with equal numbers of
characters and of updates. A minibatch has fewer rows the longer it is. One
more kind of network therefore gets the minibatches of 140 steps, with
gradients cut every 5 steps. The learning rate of each kind is the best on
validation text with one seed. The test text then judges new seeds.
"""

import math
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from bookkit import recipes
from bookkit.recipes import NOVEL
from charrnn import (
    RNNModelScratch,
    corpus,
    gates,
    init_rnn_state,
    rnn,
    train_rnn,
)
from charrnn.in_place import InPlaceBackpropagation
from charrnn.interface import Gradients, Model, State
from charrnn.training import evaluate
from studies import record, run

SEEDS = [1, 2, 3]
TRIAL_SEED = 0
RATES = [2e-3, 5e-3, 1e-2]
NUM_EPOCHS = 12
# Rows and steps of a minibatch, and the steps that a gradient reaches back.
KINDS = [(224, 5, 5), (32, 35, 35), (8, 140, 140), (8, 140, 5)]
NUM_TRAINING = 140_771  # nine tenths of those before the test text
VALIDATION = slice(NUM_TRAINING, NOVEL.max_tokens)
TEST = slice(NOVEL.max_tokens, None)


def truncated(model: Model, reach: int) -> Gradients:
    """Return a function for the gradients of minibatches cut into pieces.

    Each piece has ``reach`` steps; no gradient goes between them.
    """
    backpropagate = InPlaceBackpropagation(model)
    params = list(model.parameters())

    def gradients(X: Tensor, Y: Tensor, state: State) -> tuple[Tensor, State]:
        losses, grads = [], []
        for x, y in zip(X.split(reach, 1), Y.split(reach, 1), strict=True):
            loss, state = backpropagate(x, y, state)
            losses.append(loss)
            grads.append([param.grad for param in params])
        for param, parts in zip(params, zip(*grads, strict=True), strict=True):
            param.grad = sum(parts) / len(parts)
        return sum(losses) / len(losses), state

    return gradients


def measure(
    kind: tuple[int, int, int], lr: float, seed: int, judging: slice
) -> tuple[float, float]:
    """Train a network; return its bits on the training text and a new one."""
    torch.set_num_threads(1)
    batch_size, num_steps, reach = kind
    recipe = replace(
        NOVEL, use_random_iter=False, max_tokens=NUM_TRAINING,
        batch_size=batch_size, num_steps=num_steps, lr=lr, seed=seed,
        num_epochs=NUM_EPOCHS,
    )  # fmt: skip
    train_iter, vocab = recipes.load_data(recipe)
    generator = torch.Generator().manual_seed(seed)
    draw = partial(gates.draw_params, num_triples=1, generator=generator)
    model = RNNModelScratch(
        len(vocab), recipe.num_hiddens, draw, init_rnn_state, rnn
    )
    updater = recipes.make_updater(recipe, model)
    train_rnn(
        model, train_iter, vocab, lr, recipe.num_epochs,
        theta=recipe.theta, updater=updater, report=False,
        after_epoch=recipes.make_callback(recipe, model, updater, None, {}),
        gradients=truncated(model, reach),
    )  # fmt: skip
    novel = torch.tensor(vocab[list(corpus.clean(corpus.read_text()))])
    training, judged = (
        math.log2(evaluate(model, *corpus.rows(novel[part], num_rows)))
        for part, num_rows in ((slice(NUM_TRAINING), 32), (judging, 1))
    )
    print(
        f"{kind}, lr {lr:g}, seed {seed}: {training:.3f} bits in training, "
        f"{judged:.3f} after", flush=True,
    )  # fmt: skip
    return training, judged


def main() -> None:
    """Do all runs and write the record."""
    run.take_no_arguments(__doc__)
    trials = [(k, r, TRIAL_SEED, VALIDATION) for k in KINDS for r in RATES]
    measured = iter(run.in_parallel(measure, trials))
    validation = {k: [next(measured)[1] for _ in RATES] for k in KINDS}
    best = {k: min(zip(found, RATES, strict=True))[1]
            for k, found in validation.items()}  # fmt: skip
    jobs = [(k, best[k], s, TEST) for k in KINDS for s in SEEDS]
    judged = iter(run.in_parallel(measure, jobs))
    kinds = []
    for kind in KINDS:
        training, test = zip(*(next(judged) for _ in SEEDS), strict=True)
        kinds.append({
            "rows": kind[0], "steps": kind[1], "reach": kind[2],
            "validation": validation[kind], "lr": best[kind],
            "training": training, "test": test,
        })  # fmt: skip
    record.write(__file__, SEEDS, {"rates": RATES, "kinds": kinds})


if __name__ == "__main__":
    main()
