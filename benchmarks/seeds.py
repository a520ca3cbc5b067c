"""Train both recipes of the chapter for three seeds; record the results.

    .venv/bin/python benchmarks/seeds.py

writes benchmarks/seeds.json, which the page about training reads.
"""

from dataclasses import replace

import record

from charrnn.recipes import RECIPES, load_or_train, train_side_by_side

SEEDS = [0, 1, 2]


def main() -> None:
    """Run all trainings and write the record."""
    runs = {
        name: [
            replace(recipe, name=f"{name}_seed_{seed}", seed=seed)
            for seed in SEEDS
        ]
        for name, recipe in RECIPES.items()
    }
    train_side_by_side([recipe for run in runs.values() for recipe in run])
    results = {
        name: [load_or_train(recipe).history.perplexity[-1] for recipe in run]
        for name, run in runs.items()
    }
    record.write(__file__, SEEDS, {"perplexity": results})


if __name__ == "__main__":
    main()
