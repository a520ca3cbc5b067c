"""Choose the learning rates of the ladder by validation text.

    .venv/bin/python -m studies.rates

writes studies/rates.json, which the page on held-out text reads. Each
network of ladder.py is trained for one seed on the first nine tenths of its
training text, once for each of some learning rates. The perplexity of the
tenth that is left decides: ladder.py takes the best rate of each network.
The test text is not used.
"""

from dataclasses import replace

from bookkit.recipes import NOVEL
from studies import ladder, record, run

SEEDS = [0]
TRIED = {  # the best of a network must not be the first or the last
    "nn.LSTM": [5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
    "scratch": [2e-3, 5e-3, 1e-2],
    "nn.RNN": [2e-3, 5e-3, 1e-2],
}
RECIPE = replace(NOVEL, name="validation", max_tokens=140_771)


def main() -> None:
    """Run all trainings and write the record."""
    run.take_no_arguments(__doc__)
    runs = [(name, lr) for name, rates in TRIED.items() for lr in rates]
    measured = run.in_parallel(
        ladder.measure,
        [(n, replace(RECIPE, lr=lr), NOVEL.max_tokens) for n, lr in runs],
    )
    perplexity = {name: {} for name in TRIED}
    for (name, lr), value in zip(runs, measured, strict=True):
        perplexity[name][f"{lr:g}"] = value
    record.write(__file__, SEEDS, {"perplexity": perplexity})


if __name__ == "__main__":
    main()
