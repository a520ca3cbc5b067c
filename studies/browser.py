"""How fast the network is in a browser.

    make book
    .venv/bin/python -m studies.browser

prints how many characters a second the browser writes, and how many epochs a
second it trains, beside PyTorch on one thread; then the longest task on the
main thread of the page to play on.
"""

import sys
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
from studies.light import CHROMIUM, FLAGS, SITE, go, served
from studies.rounds import Job, measure, spread, times_as_fast
from widgets.bundle import bundle, kernel

HERE = Path(__file__).parent
ROUNDS = 7
CHARACTERS = {"PyTorch": 1000, "page": 10000}
EPOCHS = {"PyTorch": 10, "page": 10}
SIZES = {"write": (256, 512), "train": (128, 256, 512)}
# The tasks above 50 ms on the main thread, in milliseconds.
TASKS = """() => {
  window.tasks = [];
  new PerformanceObserver((list) => {
    window.tasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: "longtask", buffered: true });
}"""


def in_pytorch(what: str, h: int) -> Job:
    """Return the job of writing or training by PyTorch."""
    recipe = Recipe("benchmark", num_hiddens=h)
    train_iter, vocab = recipes.load_data(recipe)
    model = recipes.initial_model(recipe, vocab)
    if what == "write":
        count = CHARACTERS["PyTorch"]
        return partial(generate, "the", count, model, vocab)
    loss, updater = torch.nn.CrossEntropyLoss(), choose_updater(model, 1.0)
    gradients = Backpropagation(model)

    def train() -> None:
        for _ in range(EPOCHS["PyTorch"]):
            train_epoch_rnn(
                model, train_iter, loss, updater, False, gradients=gradients
            )

    return train


def in_browser(tab: Page, what: str, h: int) -> Job:
    """Return the job of writing or training in the worker of a tab."""
    train_iter, vocab = recipes.load_data(Recipe("benchmark"))
    counts = CHARACTERS if what == "write" else EPOCHS
    question = {
        "ask": what, "V": len(vocab), "h": h, "count": counts["page"],
        "symbols": train_iter.corpus.tolist(),
    }  # fmt: skip
    return lambda: tab.evaluate("question => ask(question)", question)


def print_speeds(tab: Page) -> None:
    """Print what is done in a second, and how that compares to PyTorch."""
    worker = bundle(str(HERE / "browser_worker.mjs"), KERNEL=kernel())
    page = bundle(str(HERE / "browser_page.mjs"), WORKER=worker)
    tab.add_script_tag(content=page)
    for what, sizes in SIZES.items():
        counts = CHARACTERS if what == "write" else EPOCHS
        unit = "characters" if what == "write" else "epochs"
        for h in sizes:
            jobs = {
                "PyTorch": in_pytorch(what, h),
                "page": in_browser(tab, what, h),
            }
            seconds, _ = measure(jobs, ROUNDS, warm_up=1)
            for way, found in seconds.items():
                rate = spread([counts[way] / s for s in found])
                ratio = times_as_fast(
                    [s / counts[way] for s in found],
                    [s / counts["PyTorch"] for s in seconds["PyTorch"]],
                )
                print(f"{what} {h:4} units {way:8}{rate[1]:10,.1f} {unit} a "
                      f"second, {ratio[1]:6.3f} times PyTorch "
                      f"({ratio[0]:.3f} to {ratio[2]:.3f})",
                      flush=True)  # fmt: skip


def print_tasks(tab: Page, address: str) -> None:
    """Print the longest task while the page is loaded, writes, and trains."""
    tab.add_init_script(f"({TASKS})()")
    go(tab, f"{address}/book/play.html")
    writer = tab.locator(".network-widget.playground")
    writer.scroll_into_view_if_needed()
    writer.locator(".stories button").last.click()
    writer.get_by_label("Speed").select_option("Infinity")
    tab.wait_for_timeout(3000)
    report_tasks(tab, "loaded and wrote")
    lab = tab.locator(".network-widget.trainer")
    lab.scroll_into_view_if_needed()
    lab.locator(".stories button").first.click()
    tab.wait_for_timeout(15000)
    report_tasks(tab, "trained")


def report_tasks(tab: Page, what: str) -> None:
    """Print the tasks since the last report."""
    tasks = tab.evaluate("window.tasks.splice(0)")
    longest = f"{max(tasks):.0f} ms" if tasks else "none above 50 ms"
    print(f"longest task on the main thread while it {what}: {longest}")


def main() -> None:
    """Measure and print all of it."""
    run.take_no_arguments(__doc__)
    if not SITE.is_dir() or CHROMIUM is None:
        sys.exit("This needs Chromium, and the site: run make book.")
    torch.set_num_threads(1)
    with served(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        print_speeds(browser.new_page())
        print_tasks(browser.new_page(), address)
        browser.close()


if __name__ == "__main__":
    main()
