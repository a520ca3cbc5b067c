"""Train every recipe many times over, and count how often findings hold.

    .venv/bin/python -m studies.replicas

writes studies/replicas.json, which book/replicas.md shows. A replica trains
all recipes with a different seed or a different arithmetic: with different
instructions, a different library, or gradients by autograd. Each page that
states findings runs on the networks of each replica. The authors had seen the
first replicas when they wrote the findings, and nobody tunes anything to the
fresh ones. It takes more than an hour on two cores. Finished runs are kept in
``_build/replicas``.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from itertools import product

import torch
from IPython.display import display
from myst_nb.core.read import read_myst_markdown_notebook

import bookkit
from bookkit import recipes
from bookkit.recipes import RECIPES, Recipe
from bookkit.stated_findings import stated
from charrnn import corpus, training
from charrnn.history import History
from charrnn.training import evaluate
from studies import record, run

BOOK = record.ROOT / "book"
MODELS = record.ROOT / "_build" / "replicas"
SEEDS = [0, 100, 200, 300, 400, 500]
FRESH_SEEDS = [1800, 1900, 2000, 2100]
SEED_STEP = 100  # because pages add small numbers to the seed of a replica


@dataclass(frozen=True)
class Replica:
    """Describe how a run differs from the one of a build."""

    seed: int = 0
    precision: str | None = None  # by default the one that a build chooses
    backward: str = "bptt"
    env: dict[str, str] = field(default_factory=dict)


SEEN = {f"seed {seed}": Replica(seed) for seed in SEEDS} | {
    "autograd": Replica(backward="autograd"),
    "highest": Replica(precision="highest"),
    "AVX2": Replica(
        env={
            "ATEN_CPU_CAPABILITY": "avx2",
            "ONEDNN_MAX_CPU_ISA": "AVX2",
            "MKL_CBWR": "AVX2",
        }
    ),
}
FRESH = {f"seed {seed}": Replica(seed) for seed in FRESH_SEEDS}
REPLICAS = SEEN | FRESH


def main() -> None:
    """Train, run the pages, and write the record."""
    run.take_no_arguments(__doc__)
    summaries = run_all("summarise", [(name,) for name in REPLICAS])
    pages = sorted({page for page, _, _ in stated(BOOK)})
    jobs = list(product(REPLICAS, pages))
    found = run_all("run_page", jobs)
    held: dict[str, dict[str, bool]] = {name: {} for name in REPLICAS}
    for (name, _), on_page in zip(jobs, found, strict=True):
        held[name] |= on_page
    results = {
        "seen": list(SEEN),
        "fresh": list(FRESH),
        "summaries": dict(zip(REPLICAS, summaries, strict=True)),
        "false_in": {
            finding: [name for name in REPLICAS if not held[name].get(finding)]
            for finding in held["seed 0"]
        },
    }
    record.write(__file__, SEEDS + FRESH_SEEDS, results)


def run_all(function: str, jobs: list[tuple[str, ...]]) -> list[dict]:
    """Return the results of a function of this module for each job.

    A job is the name of a replica and the arguments of the function. Each has
    a process of its own, because PyTorch chooses its arithmetic when it is
    imported.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(run_in_process, function), jobs))


def run_in_process(function: str, job: tuple[str, ...]) -> dict:
    """Call a function for a job in a new process; return its result."""
    env = os.environ | REPLICAS[job[0]].env
    for named in ("CHARRNN_TRUSTED", "CHARRNN_CORPUS"):
        env.pop(named, None)
    env |= {
        "CHARRNN_MODELS": str(MODELS / job[0]),
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(record.ROOT),
        "TQDM_DISABLE": "1",
    }
    code = (
        "import sys; from studies.replicas import run_job; run_job(*sys.argv)"
    )
    command = [sys.executable, "-c", code, function, *job]
    printed = subprocess.run(
        command, env=env, cwd=BOOK, stdout=subprocess.PIPE, check=True
    ).stdout
    print("done", *job, sep=": ", flush=True)
    return json.loads(printed)


def run_job(_: str, function: str, name: str, *arguments: str) -> None:
    """Call a function in this process, as a replica, and print the result."""
    torch.set_num_threads(1)
    use(REPLICAS[name])
    with contextlib.redirect_stdout(None):
        result = globals()[function](*arguments)
    print(json.dumps(result))


def use(replica: Replica) -> None:
    """Let this process train and load the networks of a replica."""
    if replica.precision is not None:
        recipes.choose_precision = lambda: replica.precision

    def train_rnn(*args, **options) -> History:
        if replica.backward == "autograd":
            options["gradients"] = None
        return training.train_rnn(*args, **options)

    recipes.train_rnn = train_rnn

    def shift(seed: int) -> int:  # to do so again changes nothing
        return seed % SEED_STEP + replica.seed

    for function in (
        "load_or_train", "load_snapshots", "load_data", "initial_model",
    ):  # fmt: skip
        shifted = with_seed(getattr(recipes, function), shift)
        setattr(recipes, function, shifted)
    seed_all = torch.manual_seed
    torch.manual_seed = lambda seed: seed_all(shift(seed))

    class Generator(torch.Generator):
        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(shift(seed))

    torch.Generator = Generator


def with_seed(function: Callable, shift: Callable[[int], int]) -> Callable:
    """Wrap a function of a recipe so that the seed of the recipe changes."""

    @wraps(function)
    def shifted(recipe: Recipe, *args: object) -> object:
        return function(replace(recipe, seed=shift(recipe.seed)), *args)

    return shifted


def run_page(page: str) -> dict[str, bool]:
    """Run the cells of a page; return which of its findings held."""
    held = {}

    def collect(name: str, sentence: str, *conditions: bool) -> None:
        held[name] = held.get(name, True) and all(conditions)

    bookkit.finding = collect
    text = (BOOK / f"{page}.md").read_text("utf-8")
    namespace = {"__name__": "__main__", "display": display}
    for number, cell in enumerate(read_myst_markdown_notebook(text).cells):
        if cell.cell_type == "code":
            place = f"{page}.md, cell {number}"
            exec(compile(cell.source, place, "exec"), namespace)
    return held


def summarise() -> dict[str, dict]:
    """Return the main results of a replica, recipe by recipe."""
    text = corpus.clean(corpus.read_text())
    summary = {}
    for name, recipe in RECIPES.items():
        model, history, vocab = recipes.load_or_train(recipe)
        summary[name] = {
            "last": history.perplexity[-1],
            "lowest": min(history.perplexity),
            "diverged": divergence(history, recipe.num_epochs, len(vocab)),
        }
        if history.held_out:
            summary[name]["held_out"] = min(p for _, p in history.held_out)
        if recipe is RECIPES["novel"]:
            unread = torch.tensor(vocab[list(text[recipe.max_tokens :])])
            value = evaluate(model, *corpus.rows(unread))
            summary[name]["test"] = value
    return summary


def divergence(
    history: History, num_epochs: int, guessing: float
) -> int | None:
    """Return the epoch from which on the perplexity exceeds ``guessing``.

    It is None if the run did not diverge, or recovered. A run that ended early
    diverged, at the latest, in the epoch after its last.
    """
    fine = [e for e, p in enumerate(history.perplexity, 1) if p <= guessing]
    last = fine[-1] if fine else 0
    return None if last == num_epochs else last + 1


if __name__ == "__main__":
    main()
