"""Train every recipe many times over, and count what the pages find.

    .venv/bin/python -m experiments.replicas

writes experiments/replicas.json. A replica is a training of all recipes, by
another seed or in another arithmetic: with other instructions, by another
library of products, with gradients by hand or by autograd. Each page runs
on the networks of each replica, and each finding is noted, true or false,
with the gaps of its comparisons. The page on training shows the spread of
the results. What is done is kept in ``_build/replicas``, and a run that was
stopped goes on from there; an edited page runs again, and nothing else. It
takes most of an hour on two cores.
"""

import ast
import contextlib
import hashlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from pathlib import Path
from statistics import mean, stdev

import torch
from myst_nb.core.read import read_myst_markdown_notebook

from charrnn import corpus, findings, recipes, training
from charrnn.arithmetic import describe_processor
from charrnn.history import History, evaluate
from charrnn.recipes import RECIPES, Recipe
from experiments import record, run
from experiments.clipping import divergence

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
FOLDER = ROOT / "_build" / "replicas"
SEEDS = [0, 100, 200, 300, 400, 500]
APART = 100  # as pages add a few to the seed of a replica themselves
ROOM = 2  # standard deviations, at least, from a border to the mean


@dataclass(frozen=True)
class Replica:
    """Describe in what a training differs from that of a build."""

    seed: int = 0
    precision: str | None = None  # None is the fastest that is exact
    backward: str = "bptt"
    env: dict[str, str] = field(default_factory=dict)


REPLICAS = {f"seed {seed}": Replica(seed) for seed in SEEDS} | {
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


def main() -> None:
    """Do what is left to do, side by side, and write the record."""
    run.take_no_arguments(__doc__)
    pages = pages_with_findings()
    print(f"{len(REPLICAS)} replicas, {len(pages)} pages", flush=True)
    run_all([(name, recipe) for name in REPLICAS for recipe in RECIPES])
    run_all([(n, what) for n in REPLICAS for what in (*pages, "summary")])
    found = {page: gather(page) for page in pages}
    results = {
        "replicas": list(REPLICAS),
        "summaries": {name: read_result(name, "summary") for name in REPLICAS},
        "findings": found,
    }
    report(found)
    record.write(__file__, SEEDS, results)


def pages_with_findings() -> list[str]:
    """Return the names of the pages that state findings."""
    return [
        page.stem
        for page in sorted(BOOK.glob("*.md"))
        if "finding(" in page.read_text("utf-8")
    ]


def run_all(jobs: list[tuple[str, str]]) -> None:
    """Run what is left of the jobs, a process for each, one per core.

    Ends the program if one fails, when the others are done.
    """
    left = [job for job in jobs if not result_file(*job).exists()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = list(pool.map(run_apart, left))
    if failed := [job for job, code in zip(left, codes, strict=True) if code]:
        sys.exit(f"failed, see above: {failed}")


def run_apart(job: tuple[str, str]) -> int:
    """Run a job in a process of its own; return its exit code."""
    name, _ = job
    env = os.environ | REPLICAS[name].env
    for named in ("CHARRNN_TRUSTED", "CHARRNN_CORPUS"):
        env.pop(named, None)
    env |= {
        "CHARRNN_MODELS": str(FOLDER / name / "models"),
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "TQDM_DISABLE": "1",
    }
    code = (
        "import sys; from experiments.replicas import work;work(*sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, *job, result_file(*job)]
    result = subprocess.run(command, env=env, cwd=BOOK).returncode
    print("done" if result == 0 else "FAILED", *job, sep=": ", flush=True)
    return result


def result_file(name: str, what: str) -> Path:
    """Return the file for the result of a job, named by all that decides it.

    ``what`` is the name of a recipe or of a page, or "summary".
    """
    versions = f"{sys.version} {torch.__version__} {describe_processor()}"
    facts = f"{REPLICAS[name]} {versions} {recipes.CODE}"
    decides = hashlib.sha256(facts.encode())
    page = BOOK / f"{what}.md"
    if what not in RECIPES:
        for file in sorted((ROOT / "charrnn").glob("*.py")):
            if file.name not in ("__main__.py", "display.py"):
                decides.update(file.read_bytes())
    if page.exists():
        decides.update("\n".join(code_cells(page)).encode())
    return FOLDER / name / f"{what}-{decides.hexdigest()[:16]}.json"


def read_result(name: str, what: str) -> dict:
    """Return the result of a job that is done."""
    return json.loads(result_file(name, what).read_text("utf-8"))


def code_cells(page: Path) -> list[str]:
    """Return the code of a page, cell by cell."""
    notebook = read_myst_markdown_notebook(page.read_text("utf-8"))
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def stated(page: Path) -> dict[str, str]:
    """Return the findings that a page states, each with a digest of its code.

    The digest is that of the call as Python reads it, whatever its layout.
    """
    return {
        ast.literal_eval(call.args[0]): hashlib.sha256(
            ast.dump(call).encode()
        ).hexdigest()[:8]
        for call in calls(page)
    }


def calls(page: Path) -> list[ast.Call]:
    """Return the calls of ``finding`` on a page."""
    return [
        node
        for cell in code_cells(page)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", None) == "finding"
    ]


def work(name: str, what: str, file: str) -> None:
    """Do one job, in its own process, and write the result to a file."""
    torch.set_num_threads(1)
    enter(REPLICAS[name])
    if what in RECIPES:
        trained = recipes.load_or_train(RECIPES[what])
        result = {"perplexity": trained.history.perplexity[-1]}
    elif what == "summary":
        result = summarise()
    else:
        result = run_page(BOOK / f"{what}.md")
    Path(file).write_text(json.dumps(result, indent=1), "utf-8")


def enter(replica: Replica) -> None:
    """Let this process train and read the networks of a replica."""
    if replica.precision is not None:
        recipes.fastest_precision = lambda: replica.precision

    def train_rnn(*args, **options) -> History:
        if replica.backward == "autograd":
            options["gradients"] = None
        return training.train_rnn(*args, **options)

    recipes.train_rnn = train_rnn
    shift = partial(shift_seed, by=replica.seed)
    for function in ("load_or_train", "load_data", "initial_model"):
        shifted = with_seed(getattr(recipes, function), shift)
        setattr(recipes, function, shifted)
    seed_all = torch.manual_seed
    torch.manual_seed = lambda seed: seed_all(shift(seed))


def shift_seed(seed: int, by: int) -> int:
    """Return the seed of a replica, also if it has been shifted before."""
    return seed % APART + by


def with_seed(function: Callable, shift: Callable[[int], int]) -> Callable:
    """Return a function of a recipe that takes it with another seed."""

    @wraps(function)
    def shifted(recipe: Recipe, *args: object) -> object:
        return function(replace(recipe, seed=shift(recipe.seed)), *args)

    return shifted


def run_page(page: Path) -> dict[str, dict]:
    """Run the cells of a page; return its findings.

    Each has whether it held, and the gaps of its comparisons.
    """
    found = {}

    def note(sentence: str, *conditions: bool | findings.Ascending) -> None:
        entry = found.setdefault(sentence, {"held": True, "gaps": []})
        entry["held"] &= all(map(bool, conditions))
        for condition in conditions:
            entry["gaps"] += getattr(condition, "gaps", ())

    findings.finding = note
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(None):
        for number, cell in enumerate(code_cells(page), start=1):
            place = f"{page.name}, code cell {number}"
            exec(compile(cell, place, "exec"), namespace)
    return found


def summarise() -> dict[str, dict]:
    """Return the main results of a replica, recipe by recipe."""
    text = corpus.clean(corpus.read_text())
    summary = {}
    for name, recipe in RECIPES.items():
        model, history, vocab = recipes.load_or_train(recipe)
        summary[name] = {
            "last": history.perplexity[-1],
            "lowest": min(history.perplexity),
            "epochs": len(history),
            "diverged": divergence(history, recipe.num_epochs, len(vocab)),
        }
        if history.held_out:
            epoch, value = min(history.held_out, key=lambda pair: pair[1])
            summary[name] |= {"held_out": value, "held_out_epoch": epoch}
        if recipe is RECIPES["novel"]:
            unread = torch.tensor(vocab[list(text[recipe.max_tokens :])])
            value = evaluate(model, *corpus.rows(unread))
            summary[name]["test"] = value
    return summary


def gather(page: str) -> dict[str, dict]:
    """Return the findings of a page, each with its lists by replica."""
    by_replica = [read_result(name, page) for name in REPLICAS]
    code, gathered = stated(BOOK / f"{page}.md"), {}
    for sentence in by_replica[0]:
        rows = [found[sentence] for found in by_replica]
        gaps = zip(*(row["gaps"] for row in rows), strict=True)
        gathered[sentence] = {
            "code": code[sentence],
            "held": [row["held"] for row in rows],
            "gaps": [[float(f"{g:.4g}") for g in column] for column in gaps],
        }
    return gathered


def room(gaps: list[float]) -> float:
    """Return how many standard deviations the mean gap is above zero."""
    if not all(map(math.isfinite, gaps)):
        return -math.inf  # what was to be compared did not come about
    spread = stdev(gaps)
    return mean(gaps) / spread if spread else math.inf * mean(gaps)


def report(found: dict[str, dict[str, dict]]) -> None:
    """Print the findings that do not hold, or not with room to spare."""
    for page, sentences in found.items():
        print(f"{page}: {len(sentences)} findings")
        for sentence, entry in sentences.items():
            rooms = [room(gaps) for gaps in entry["gaps"]]
            if all(entry["held"]) and all(r >= ROOM for r in rooms):
                continue
            held = "".join("+" if held else "-" for held in entry["held"])
            print(f"  {held} {sentence}")
            for gaps, r in zip(entry["gaps"], rooms, strict=True):
                if not r >= ROOM:
                    print(f"    room {r:.1f}:", *[f"{g:.3g}" for g in gaps])


if __name__ == "__main__":
    main()
