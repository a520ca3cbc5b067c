"""Train the recipes that are not on disk yet, side by side.

python -m bookkit.train [NAME ...]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import asdict
from subprocess import PIPE, Popen

from filelock import FileLock, Timeout

from bookkit import model_cache
from bookkit.recipes import RECIPES, Recipe, describe_origin, model_file


def train_side_by_side(recipes: Iterable[Recipe]) -> None:
    """Train what is not on disk, each in a process of its own, one per core.

    The locks are taken at once: who wants one of the models waits for it,
    even if its training has not begun.

    Raises ChildProcessError if one fails, when the others are done, and as
    ``read_text`` does.
    """
    claims = {recipe: claim(recipe) for recipe in recipes}
    missing = {recipe: mine for recipe, mine in claims.items() if mine}
    print(f"{len(missing)} of {len(claims)} models to train", flush=True)
    if folder := os.environ.get("CHARRNN_TRUSTED"):
        print(f"models are trusted, from {folder}", flush=True)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        jobs = [pool.submit(train_apart, *item) for item in missing.items()]
        wait(jobs)
    finally:
        pool.shutdown(cancel_futures=True)
    for job in jobs:
        job.result()


def claim(recipe: Recipe) -> FileLock | None:
    """Return the lock of a model to be trained, None if it is on disk.

    The lock is held, unless another process is training the model, or the
    folder lets none be made.
    """
    claimed = model_cache.lock(model_file(recipe))
    with suppress(OSError):
        try:
            claimed.acquire(timeout=0)
        except Timeout:
            return claimed
    if model_cache.find(recipe.name, describe_origin(recipe)) is None:
        return claimed
    claimed.release()
    return None


def train_apart(recipe: Recipe, claimed: FileLock) -> None:
    """Train a recipe in another process, while its lock is held here.

    Raises ChildProcessError if that process fails.
    """
    code = (
        "import json, sys; from bookkit.recipes import Recipe, obtain;"
        "obtain(Recipe(**json.loads(sys.argv[1])))"
    )
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    env.pop("TQDM_DISABLE", None)
    command = [sys.executable, "-c", code, json.dumps(asdict(recipe))]
    claimed.acquire()  # at once, unless another process has it
    try:
        with Popen(
            command, stdout=PIPE, env=env, text=True, encoding="utf-8"
        ) as process:
            report(recipe, process.stdout or [])
    finally:
        claimed.release(force=True)
    if process.returncode:
        raise ChildProcessError(f"training {recipe.name}: failed, see above")
    if model_file(recipe).exists():
        print(f"training {recipe.name}: done", flush=True)
    else:
        print(f"training {recipe.name}: not kept, see above", flush=True)


def report(recipe: Recipe, bar: Iterable[str], seconds: float = 10) -> None:
    """Print the state of a progress bar now and then.

    The bar sends a line about every second.
    """
    reported = -seconds
    for line in bar:
        if line.strip() and time.monotonic() - reported > seconds:
            print(f"training {recipe.name}: {line.strip()}", flush=True)
            reported = time.monotonic()


def main() -> None:
    """Train the recipes that are not on disk, all or those named."""
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
    try:
        train_side_by_side(RECIPES[name] for name in names)
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
