"""Train the networks that are not on disk yet, side by side.

python -m bookkit.train
"""

import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from bookkit import networks
from bookkit.recipes import RECIPES, Recipe


def main() -> None:
    """Train what is missing, and say when each network is done.

    If a run fails, the rest are done before the program exits with its error.
    """
    # In the workers: one thread each, and no bars, which would mix.
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    missing = [r for r in RECIPES.values() if not networks.load(r)]
    if not missing:
        return
    print(f"{len(missing)} of {len(RECIPES)} networks to train", flush=True)
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"),
        initializer=signal.signal,  # end at Ctrl-C without a traceback
        initargs=(signal.SIGINT, signal.SIG_DFL),
    ) as pool:
        jobs = {pool.submit(train, recipe): recipe.name for recipe in missing}
        for job in as_completed(jobs):
            print(f"{jobs[job]}: {job.exception() or 'done'}", flush=True)
    if any(job.exception() for job in jobs):
        sys.exit("not all networks could be trained, see above")


def train(recipe: Recipe) -> None:
    """Train a network, and keep it."""
    networks.load_or_train(recipe)


if __name__ == "__main__":
    main()
