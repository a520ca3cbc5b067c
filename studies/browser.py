"""Measure how fast the network is in a browser, beside PyTorch.

    .venv/bin/python -m studies.browser

prints how many characters a second Chromium writes, and how many epochs a
second it trains, beside PyTorch on one thread.
"""

import shutil
from functools import partial
from pathlib import Path

import torch
from playwright.sync_api import Page, sync_playwright

from bookkit import recipes
from bookkit.recipes import Recipe
from charrnn import generate
from charrnn.bptt import Backpropagation
from charrnn.training import choose_updater, train_epoch_rnn
from studies import run
from studies.timing import Job, measure, quartiles, times_as_fast
from widgets.bundle import bundle, kernel

NUM_ROUNDS = 7
SIZES = {"write": (256, 512), "train": (128, 256, 512)}
COUNTS = {"write": 5000, "train": 10}  # characters, epochs


def in_pytorch(task: str, recipe: Recipe) -> Job:
    """Return the job of writing or training by PyTorch."""
    train_iter, vocab = recipes.load_data(recipe)
    model = recipes.initial_model(recipe, vocab)
    if task == "write":
        return partial(generate, "the", COUNTS[task], model, vocab)
    loss, updater = torch.nn.CrossEntropyLoss(), choose_updater(model, 1.0)
    gradients = Backpropagation(model)

    def train() -> None:
        for _ in range(COUNTS[task]):
            train_epoch_rnn(
                model, train_iter, loss, updater, False, gradients=gradients
            )

    return train


def in_browser(page: Page, task: str, recipe: Recipe) -> Job:
    """Return the job of writing or training on a page."""
    train_iter, vocab = recipes.load_data(recipe)
    sizes = [len(vocab), recipe.num_hiddens, train_iter.corpus.tolist()]
    page.evaluate("([t, s]) => { job = makers[t](...s); }", [task, sizes])
    return partial(page.evaluate, "count => job(count)", COUNTS[task])


def compare(page: Page, task: str, num_hiddens: int) -> None:
    """Print what both do in a second, and the ratio, with its quartiles."""
    recipe = Recipe("browser", num_hiddens=num_hiddens)
    jobs = {
        "PyTorch": in_pytorch(task, recipe),
        "browser": in_browser(page, task, recipe),
    }
    seconds, _ = measure(jobs, NUM_ROUNDS, warm_up=1)
    for name, values in seconds.items():
        _, rate, _ = quartiles([COUNTS[task] / value for value in values])
        low, ratio, high = times_as_fast(values, seconds["PyTorch"])
        print(
            f"{task} {num_hiddens:4} units {name:8}{rate:10,.1f} a second, "
            f"{ratio:.3f} times PyTorch ({low:.3f} to {high:.3f})", flush=True,
        )  # fmt: skip


def main() -> None:
    """Measure all sizes on a blank page."""
    run.take_no_arguments(__doc__)
    torch.set_num_threads(1)
    script = bundle(Path(__file__).with_suffix(".mjs"), KERNEL=kernel())
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page()
        page.add_script_tag(content=script)
        for task, sizes in SIZES.items():
            for num_hiddens in sizes:
                compare(page, task, num_hiddens)
        chromium.close()


if __name__ == "__main__":
    main()
