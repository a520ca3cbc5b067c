"""Train the recipes that are not on disk yet, in parallel.

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


def train_in_parallel(recipes: Iterable[Recipe]) -> None:
    """Train the models that are not on disk, in one process per core.

    All of them are locked at once, so a process that needs one waits for it,
    even if its training has not begun.

    Raises ChildProcessError if a training fails, after the others are done,
    and as ``read_text`` does.
    """
    locks = {recipe: lock_if_missing(recipe) for recipe in recipes}
    missing = {recipe: lock for recipe, lock in locks.items() if lock}
    print(f"{len(missing)} of {len(locks)} models to train", flush=True)
    if folder := os.environ.get("CHARRNN_TRUSTED"):
        print(f"models are trusted, from {folder}", flush=True)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        jobs = [
            pool.submit(train_in_process, *item) for item in missing.items()
        ]
        wait(jobs)
    finally:
        pool.shutdown(cancel_futures=True)
    for job in jobs:
        job.result()


def lock_if_missing(recipe: Recipe) -> FileLock | None:
    """Return the lock of a model to be trained, or None if it is on disk.

    The lock is acquired, unless another process is training the model or the
    folder is not writable.
    """
    origin = describe_origin(recipe)
    lock = model_cache.lock_for(recipe.name, origin)
    with suppress(OSError):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return lock
    if model_cache.load(recipe.name, origin) is None:
        return lock
    lock.release()
    return None


CODE = """
import json, sys
from bookkit.recipes import Recipe, describe_origin, load_or_train_locked
recipe = Recipe(**json.loads(sys.argv[1]))
load_or_train_locked(recipe, describe_origin(recipe))
"""


def train_in_process(recipe: Recipe, lock: FileLock) -> None:
    """Train a recipe in another process, while its lock is held here.

    Raises ChildProcessError if that process fails.
    """
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    env.pop("TQDM_DISABLE", None)
    command = [sys.executable, "-c", CODE, json.dumps(asdict(recipe))]
    lock.acquire()  # waits only if another process holds it
    try:
        with Popen(
            command, stdout=PIPE, env=env, text=True, encoding="utf-8"
        ) as process:
            print_progress(recipe, process.stdout or [])
    finally:
        lock.release(force=True)
    if process.returncode:
        raise ChildProcessError(f"training {recipe.name}: failed, see above")
    if model_file(recipe).exists():
        print(f"training {recipe.name}: done", flush=True)
    else:
        print(f"training {recipe.name}: not kept, see above", flush=True)


def print_progress(
    recipe: Recipe, lines: Iterable[str], seconds: float = 10
) -> None:
    """Print a line of a progress bar from time to time."""
    printed = -seconds
    for line in lines:
        if line.strip() and time.monotonic() - printed > seconds:
            print(f"training {recipe.name}: {line.strip()}", flush=True)
            printed = time.monotonic()


def main() -> None:
    """Train the named recipes, by default all, that are not on disk."""
    parser = argparse.ArgumentParser(
        prog="python -m bookkit.train",
        description="Train what is not on disk yet, in parallel.",
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
        train_in_parallel(RECIPES[name] for name in names)
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
