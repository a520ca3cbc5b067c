"""Train the recipes that are not on disk yet, side by side.

python -m bookkit.train [NAME ...]
"""

import argparse
import os
import signal
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread

from bookkit.recipes import RECIPES, Recipe, is_on_disk, load_or_train

SECONDS = 10  # between two lines of progress, at most


def train_missing(recipes: Sequence[Recipe]) -> None:
    """Train the models that are not on disk, in a process per core.

    What is left is printed whenever one is done, and every ten seconds.

    Raises what a run raises, after the rest are done.
    """
    missing = [recipe for recipe in recipes if not is_on_disk(recipe)]
    if not missing:
        return
    print(f"{len(missing)} of {len(recipes)} networks to train", flush=True)
    with ProcessPoolExecutor(
        max_workers=min(len(missing), os.cpu_count() or 1),
        mp_context=get_context("spawn"),
        initializer=end_with_parent,
    ) as pool:
        jobs = {pool.submit(train, one): one.name for one in missing}
        left = set(jobs)
        while left:
            names = [name for job, name in jobs.items() if job in left]
            print(f"left to train: {', '.join(names)}", flush=True)
            _, left = wait(left, SECONDS, FIRST_COMPLETED)
    for job in jobs:
        job.result()


def end_with_parent() -> None:
    """Let this process end when its parent does, or at Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a traceback

    def wait_for_parent() -> None:
        parent = parent_process()
        assert parent is not None  # this is a worker
        parent.join()
        os._exit(1)

    Thread(target=wait_for_parent, daemon=True).start()


def train(recipe: Recipe) -> None:
    """Train a model, and keep it."""
    load_or_train(recipe)


def main() -> None:
    """Train the named recipes, by default all, that are not on disk."""
    parser = argparse.ArgumentParser(
        prog="python -m bookkit.train",
        description="Train what is not on disk yet, side by side.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"all of these if none is given: {', '.join(RECIPES)}",
    )
    names = parser.parse_args().names or list(RECIPES)
    if unknown := set(names) - set(RECIPES):
        parser.error(f"no recipe is named {', '.join(sorted(unknown))}")
    # In the workers: one thread each, and no bars, which would mix.
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    try:
        train_missing([RECIPES[name] for name in names])
    except (ArithmeticError, BrokenProcessPool, OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
