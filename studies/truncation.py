"""Train the plain network with subsequences of three lengths.

    .venv/bin/python -m studies.truncation

writes studies/truncation.json, which the page on backpropagation through time
reads. The gradient goes back through T steps, and the state is carried over.
A minibatch has as many rows as give the same number of characters for each T,
so the number of updates is the same too. The learning rate is the best of
some on a validation text, the last tenth of the training text. Then each
network learns from the whole training text with other seeds, and the test
text judges it.
"""

import math
from dataclasses import replace

import torch

from bookkit import recipes
from bookkit.recipes import NOVEL
from charrnn import corpus, train_rnn
from charrnn.bptt import Backpropagation
from charrnn.history import evaluate
from studies import record, run

SEED_OF_TRIALS, SEEDS = 0, [1, 2, 3]
LENGTHS = [5, 35, 140]
RATES = [2e-3, 3e-3, 5e-3, 7e-3]
CHARACTERS = 1120  # in a minibatch
BEFORE_VALIDATION = 9 * NOVEL.max_tokens // 10


def measure(
    num_steps: int, lr: float, seed: int, length: int
) -> tuple[float, float]:
    """Train on the first characters; return the bits of these and the next.

    The next are those up to the end of the training text, or those after it.
    """
    torch.set_num_threads(1)
    recipe = replace(
        NOVEL, name="truncation", use_random_iter=False, max_tokens=length,
        batch_size=CHARACTERS // num_steps, num_steps=num_steps, lr=lr,
        seed=seed,
    )  # fmt: skip
    train_iter, vocab = recipes.load_data(recipe)
    net = recipes.initial_model(recipe, vocab)
    updater = recipes.make_updater(recipe, net)
    train_rnn(
        net, train_iter, vocab, lr, recipe.num_epochs, updater=updater,
        gradients=Backpropagation(net), report=False,
        after_epoch=recipes.make_callback(recipe, net, updater, vocab, {}),
    )  # fmt: skip
    text = corpus.clean(corpus.read_text())
    indices = torch.tensor(vocab[list(text)])
    end = NOVEL.max_tokens if length < NOVEL.max_tokens else None
    seen = evaluate(net, *corpus.rows(indices[:length], 32))
    unseen = evaluate(net, *corpus.rows(indices[length:end]))
    bits = math.log2(seen), math.log2(unseen)
    print(f"T {num_steps}, lr {lr:g}, seed {seed}: {bits}", flush=True)
    return bits


def main() -> None:
    """Choose the rates, run all trainings, and write the record."""
    run.take_no_arguments(__doc__)
    jobs = [
        (T, lr, SEED_OF_TRIALS, BEFORE_VALIDATION)
        for T in LENGTHS
        for lr in RATES
    ]
    trials: dict[int, list[dict[str, float]]] = {T: [] for T in LENGTHS}
    for (T, lr, *_), (_, bits) in zip(
        jobs, run.in_parallel(measure, jobs), strict=True
    ):
        trials[T].append({"lr": lr, "validation": bits})
    best = {
        T: min(tried, key=lambda trial: trial["validation"])["lr"]
        for T, tried in trials.items()
    }
    jobs = [
        (T, best[T], seed, NOVEL.max_tokens) for T in LENGTHS for seed in SEEDS
    ]
    runs: dict[int, list[dict[str, float]]] = {T: [] for T in LENGTHS}
    for (T, *_), (seen, unseen) in zip(
        jobs, run.in_parallel(measure, jobs), strict=True
    ):
        runs[T].append({"training": seen, "test": unseen})
    record.write(__file__, SEEDS, {"trials": trials, "runs": runs})


if __name__ == "__main__":
    main()
