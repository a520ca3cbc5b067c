"""How long a build takes, and how near it is to what it must compute.

    .venv/bin/python -m benchmarks.build

trains all networks, and builds a copy of the book from nothing, trainings
and downloads included, as ``make book`` does. Then it builds as an author
does, without the downloads: when there is nothing to do, and after an edit
of the prose; and at last after an edit, with the downloads.

The limit is the time that the matrix products of all trainings take by
themselves, in the way of single precision that the trainings choose, at the
speed of one thread, on all cores. A training that ends early counts for the
epochs that it had.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from sysconfig import get_path

import torch

from charrnn import arithmetic, recipes
from charrnn.recipes import RECIPES, Recipe
from experiments import run

ROOT = Path(__file__).resolve().parents[1]
WANTED_RATIO, WANTED_CLEAN, WANTED_SILENCE, WANTED_EDIT = 1.4, 300, 20, 5
VOCAB_SIZE = 28


def gemm_speed(recipe: Recipe, rounds: int = 5) -> float:
    """Return the FLOP per second of one thread, for a step's own product.

    That product is the largest of a time step: the hidden state,
    (batch_size, num_hiddens), by W_hh.
    """
    torch.set_num_threads(1)
    n, h = recipe.batch_size, recipe.num_hiddens
    H, W_hh, out = torch.randn(n, h), torch.randn(h, h), torch.empty(n, h)
    speeds = []
    with arithmetic.precision(arithmetic.fastest_precision()):
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(2000):
                torch.mm(H, W_hh, out=out)
            seconds = time.perf_counter() - start
            speeds.append(2000 * 2 * n * h * h / seconds)
    return median(speeds)


def train_all(folder: Path) -> tuple[float, list[int]]:
    """Train all recipes anew; return the seconds, and the epochs of each."""
    os.environ["CHARRNN_MODELS"] = str(folder)
    os.environ.pop("CHARRNN_TRUSTED", None)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "charrnn"], check=True)
    seconds = time.perf_counter() - start
    return seconds, [
        len(recipes.load_or_train(recipe).history)
        for recipe in RECIPES.values()
    ]


def training_flop(recipe: Recipe, num_epochs: int) -> float:
    """Return the FLOP of all matrix products of a training, at least.

    For each token, those by W_hh and W_hq, and backward two for each. A
    one-hot input needs no product: it picks a row of W_xh.
    """
    h, V = recipe.num_hiddens, VOCAB_SIZE
    per_token = 3 * 2 * (h * h + h * V)
    window = recipe.batch_size * recipe.num_steps
    tokens = (recipe.max_tokens - 1) // window * window
    return per_token * tokens * num_epochs


@dataclass(frozen=True)
class Build:
    """Hold the seconds of a build.

    They are those in all, the longest without a line, and those that each
    page took to execute.
    """

    seconds: float
    silence: float
    pages: dict[str, float]


def follow(
    command: list[str | Path], folder: Path, env: dict[str, str]
) -> Iterator[tuple[float, str]]:
    """Run a command; give each line, and the seconds from start to then.

    The end is given as an empty line. Ends the program if the command fails.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", env=os.environ | env,
    ) as process:  # fmt: skip
        for line in process.stdout:
            yield time.perf_counter() - start, line.strip()
    if process.returncode:
        sys.exit(f"This failed, run it to see why: {command}")
    yield time.perf_counter() - start, ""


def build(book: Path, downloads: str = "") -> Build:
    """Build a book, with its PDF and its zip if ``downloads`` is "yes"."""
    command = [Path(get_path("scripts"), "jupyter-book"), "build", "."]
    seconds, silence, pages = 0.0, 0.0, {}
    env = {"CHAPTER_DOWNLOADS": downloads}
    for now, line in follow(command, book, env):
        seconds, silence = now, max(silence, now - seconds)
        if line.startswith("training ") or "Execut" in line:
            print("   ", line, flush=True)
        if found := re.search(r"(\w+)\.md: Executed .* ([\d.]+) s", line):
            pages[found[1]] = float(found[2])
    return Build(seconds, silence, pages)


def copy_book(folder: Path) -> Path:
    """Copy the sources of the book, and nothing that was built."""
    ignore = shutil.ignore_patterns(".*", "_build", "__pycache__")
    return Path(shutil.copytree(ROOT, folder / "book", ignore=ignore))


def rebuild(book: Path, downloads: str = "") -> float:
    """Build once more; return the seconds. No page may be executed again."""
    again = build(book, downloads)
    if again.pages:
        sys.exit(f"These pages were executed again: {list(again.pages)}")
    return again.seconds


def edit(book: Path, number: int) -> None:
    """Add a sentence to a page."""
    page = book / "book" / "model.md"
    text = page.read_text("utf-8")
    page.write_text(f"{text}\nEdit {number}.\n", "utf-8")


def after_edits(book: Path, num_edits: int = 3) -> float:
    """Return the median of the seconds of a build after an edit."""
    seconds = []
    for number in range(num_edits):
        edit(book, number)
        seconds.append(rebuild(book))
    return median(seconds)


def find_limit(epochs: list[int]) -> float:
    """Return the least seconds that all trainings can take; print why."""
    cores = min(os.cpu_count(), len(RECIPES))  # that can be put to use
    speeds = {r.num_hiddens: gemm_speed(r) for r in RECIPES.values()}
    flop = [
        training_flop(recipe, num)
        for recipe, num in zip(RECIPES.values(), epochs, strict=True)
    ]
    limit = sum(
        each / speeds[recipe.num_hiddens] / cores
        for recipe, each in zip(RECIPES.values(), flop, strict=True)
    )
    print(f"\none thread, {arithmetic.fastest_precision()} precision:")
    for num_hiddens, speed in speeds.items():
        print(f"{speed / 1e9:.0f} GFLOP/s with {num_hiddens} hidden units")
    print(
        f"the trainings need {sum(flop) / 1e12:.1f} TFLOP: {limit:.0f} s on "
        f"{cores} cores"
    )
    return limit


def report(what: str, seconds: float, wanted: float | None = None) -> None:
    """Print a line of the table, with the most seconds that are wanted."""
    wish = f" (wanted: at most {wanted:.0f})" if wanted is not None else ""
    print(f"{what:22} {seconds:6.1f} s{wish}")


def main() -> None:
    """Measure and print."""
    run.take_no_arguments(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        trained, epochs = train_all(Path(folder, "models"))
        book = copy_book(Path(folder))
        clean = build(book, downloads="yes")
        idle = rebuild(book)
        edited = after_edits(book)
        edit(book, -1)
        downloads = rebuild(book, downloads="yes")
    limit = find_limit(epochs)
    print(f"\nthe trainings take {trained / limit:.2f} times the limit")
    report("trainings", trained, WANTED_RATIO * limit)
    report("build from nothing", clean.seconds, WANTED_CLEAN)
    report("longest silence in it", clean.silence, WANTED_SILENCE)
    report("nothing to do", idle)
    report("prose edited", edited, WANTED_EDIT)
    report("and with the downloads", downloads)
    print("\nto execute each page, waiting for a model included")
    for name, seconds in clean.pages.items():
        report(name, seconds)
    report("all else", clean.seconds - sum(clean.pages.values()))


if __name__ == "__main__":
    main()
