"""How long a build takes, and how near it is to what it must compute.

    .venv/bin/python -m benchmarks.build

trains all networks, builds a copy of the book from nothing, trainings
included, and then builds it once more after an edit of its prose, without
its PDF and with it. The limit is the time that the matrix products of all
trainings take by themselves, in the way of single precision that the
trainings choose, at the speed of one thread, on all cores. A training that
ends early counts for the epochs that it had.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from sysconfig import get_path

import torch

from charrnn import arithmetic, recipes
from charrnn.recipes import RECIPES, Recipe

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
    subprocess.run([sys.executable, "-m", "charrnn.recipes"], check=True)
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


def build(book: Path, pdf: str = "") -> tuple[float, float, dict[str, float]]:
    """Build a book; return the seconds, in all and of each page executed.

    Between them is the longest time without a line. With "no", the PDF of
    the book is left as it is.
    """
    command = [Path(get_path("scripts"), "jupyter-book"), "build", "."]
    start, pages = time.perf_counter(), {}
    spoken, silence = start, 0.0
    with subprocess.Popen(
        command, cwd=book, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", env=os.environ | {"CHAPTER_PDF": pdf},
    ) as process:  # fmt: skip
        for line in process.stdout:
            silence = max(silence, time.perf_counter() - spoken)
            spoken = time.perf_counter()
            if line.startswith("training ") or "Execut" in line:
                print("   ", line.strip(), flush=True)
            if found := re.search(r"(\w+)\.md: Executed .* ([\d.]+) s", line):
                pages[found[1]] = float(found[2])
    if process.returncode:
        sys.exit("The build failed: run jupyter-book build . to see why.")
    return time.perf_counter() - start, silence, pages


def copy_book(folder: Path) -> Path:
    """Copy the sources of the book, and nothing that was built."""
    ignore = shutil.ignore_patterns(".*", "_build", "__pycache__")
    return Path(shutil.copytree(ROOT, folder / "book", ignore=ignore))


def edit(book: Path, number: int, pdf: str = "") -> float:
    """Add a sentence to a page; return the seconds that a build takes."""
    page = book / "book" / "model.md"
    text = page.read_text("utf-8")
    page.write_text(f"{text}\nEdit {number}.\n", "utf-8")
    seconds, _, executed = build(book, pdf)
    if executed:
        sys.exit("A prose edit executed a page.")
    return seconds


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        trained, epochs = train_all(Path(folder, "models"))
        book = copy_book(Path(folder))
        clean, silence, pages = build(book)
        edits = [edit(book, i, pdf="no") for i in range(3)]
        printed = edit(book, 3)
    flop = sum(map(training_flop, RECIPES.values(), epochs))
    cores = min(os.cpu_count(), len(RECIPES))  # that can be put to use
    speeds = {r.num_hiddens: gemm_speed(r) for r in RECIPES.values()}
    limit = sum(
        training_flop(recipe, num) / speeds[recipe.num_hiddens] / cores
        for recipe, num in zip(RECIPES.values(), epochs, strict=True)
    )
    print(f"\none thread, {arithmetic.fastest_precision()} precision:")
    for num_hiddens, speed in speeds.items():
        print(f"{speed / 1e9:.0f} GFLOP/s with {num_hiddens} hidden units")
    print(
        f"the trainings need {flop / 1e12:.1f} TFLOP: {limit:.0f} s on "
        f"{cores} cores\n"
        f"\ntrainings          {trained:6.1f} s = {trained / limit:.2f} x the "
        f"limit (wanted: at most {WANTED_RATIO})"
        f"\nclean build        {clean:6.1f} s (wanted: at most {WANTED_CLEAN})"
        f"\nlongest silence    {silence:6.1f} s (wanted: at most "
        f"{WANTED_SILENCE})"
        f"\nprose-only rebuild {median(edits):6.1f} s (wanted: at most "
        f"{WANTED_EDIT})"
    )
    print(f"with the PDF       {printed:6.1f} s")
    print("\nseconds to execute each page, waiting for a model included")
    for name, seconds in pages.items():
        print(f"{name:12} {seconds:6.1f}")
    print(f"{'all else':12} {clean - sum(pages.values()):6.1f}")


if __name__ == "__main__":
    main()
