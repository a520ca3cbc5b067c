"""Train every recipe many times over, and count how often findings hold.

    .venv/bin/python -m studies.replicas

writes studies/replicas.json, which book/replicas.md shows. A replica trains
all recipes with a different seed or a different arithmetic: with different
instructions, a different library, or gradients by autograd. Each page that
states findings runs on the networks of each replica. The authors had seen the
first replicas when they wrote the findings. What fails in a fresh one is
withdrawn or made weaker, so the next record needs new ``FRESH_SEEDS``. It
takes more than two hours on two cores, and keeps the networks in
``_build/replicas``. The record names commit e8956ed, which went into be69ead:
there the pages claim less, and state a few findings anew.
"""

import os
import sys
from itertools import product

import torch
from IPython.display import display
from myst_nb.core.read import read_myst_markdown_notebook

import bookkit
from bookkit import networks, recipes
from bookkit.findings import BOOK, stated
from charrnn import corpus, training
from studies import record, run

MODELS = record.ROOT / "_build" / "replicas"
SEEDS = [0, 100, 200, 300, 400, 500]
FRESH_SEEDS = [2200, 2300, 2400, 2500]
SEED_STEP = 100  # because pages add small numbers to the seed of a replica
SEEN = {f"seed {seed}": seed for seed in SEEDS}
SEEN |= {"autograd": 0, "highest": 0, "AVX2": 0}
FRESH = {f"seed {seed}": seed for seed in FRESH_SEEDS}


def use(replica: str) -> None:
    """Let this process train and load the networks of a replica."""
    os.environ["CHARRNN_MODELS"] = str(MODELS / replica)
    if replica == "AVX2":  # the first operation reads these
        os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
        os.environ["ONEDNN_MAX_CPU_ISA"] = os.environ["MKL_CBWR"] = "AVX2"
    if replica == "highest":
        recipes.choose_precision = lambda: "highest"
    if replica == "autograd":
        recipes.InPlaceBackpropagation = lambda model: None

    def shift(seed: int) -> int:
        return seed % SEED_STEP + (SEEN | FRESH)[replica]

    class Generator(torch.Generator):
        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(shift(seed))

    seed_all = torch.manual_seed
    torch.manual_seed = lambda seed: seed_all(shift(seed))
    torch.Generator = Generator


def results_of(recipe: recipes.Recipe) -> dict[str, float | None]:
    """Return the main results of the run of a recipe."""
    model, history, vocab = networks.load_or_train(recipe)
    found = {"last": history.perplexity[-1], "lowest": min(history.perplexity)}
    fine = [e for e, p in enumerate(history.perplexity, 1) if p <= len(vocab)]
    worse_from = 1 + max(fine, default=0)  # than guessing
    found["diverged"] = worse_from if worse_from <= recipe.num_epochs else None
    if history.held_out:
        found["held_out"] = min(p for _, p in history.held_out)
    if recipe.name == "novel":
        unread = corpus.rows(run.read_novel()[recipe.max_tokens :])
        found["test"] = training.evaluate(model, *unread)
    return found


def summarise(replica: str) -> dict[str, dict]:
    """Return the main results of a replica, recipe by recipe."""
    use(replica)
    of_letters = [r for r in recipes.RECIPES.values() if r.letters_only]
    return {recipe.name: results_of(recipe) for recipe in of_letters}


def run_page(replica: str, page: str) -> dict[str, bool]:
    """Run the cells of a page; return which of its findings held."""
    use(replica)
    os.chdir(BOOK)
    sys.path.append(str(BOOK))  # it has whole.py
    held = {}

    def collect(name: str, sentence: str, *conditions: bool) -> None:
        held[name] = held.get(name, True) and all(conditions)

    bookkit.finding = collect
    text = (BOOK / f"{page}.md").read_text("utf-8")
    namespace = {"__name__": "__main__", "display": display}
    for cell in read_myst_markdown_notebook(text).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, page, "exec"), namespace)
    return held


def main(commit: str) -> None:
    """Train, run the pages, and write the record."""
    names, findings = [*SEEN, *FRESH], stated()
    summaries = run.in_parallel(summarise, {name: (name,) for name in names})
    jobs = product(names, sorted({page for page, _, _ in findings}))
    held = run.in_parallel(run_page, {job: job for job in jobs})
    false_in = {
        finding: [n for n in names if not held[n, page].get(finding)]
        for page, finding, _ in findings
    }
    results = {
        "seen": list(SEEN), "fresh": list(FRESH),
        "summaries": summaries, "false_in": false_in,
    }  # fmt: skip
    record.write(__file__, commit, SEEDS + FRESH_SEEDS, results)


if __name__ == "__main__":
    main(record.commit())
