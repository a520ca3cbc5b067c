"""Recorded runs: each has its script, its schema, and a page that says so."""

import ast
import json
import math
import re
from datetime import date

import pytest
import record
from shared.site import CHAPTER, NOTEBOOKS, ROOT, article, outputs

from charrnn.recipes import NOVEL, Recipe

pytestmark = pytest.mark.usefixtures("built")
RECORDS = sorted((ROOT / "benchmarks").glob("*.json"))


def names(files):
    return [file.stem for file in files]


@pytest.fixture(params=RECORDS, ids=names(RECORDS))
def run(request):
    return json.loads(request.param.read_text("utf-8"))


def test_there_are_records():
    assert set(names(RECORDS)) == {
        "binder", "clipping", "generate", "imports", "ladder", "precision",
        "rates", "replicas", "threads", "train",
    }  # fmt: skip


def test_a_record_says_where_it_comes_from(run):
    assert set(run) == record.KEYS
    assert date.fromisoformat(run["date"]) <= date.today()
    assert re.fullmatch(r"[0-9a-f]{7,40}", run["commit"])
    assert re.search(r"\d cores", run["machine"])
    assert set(run["versions"]) == {"python", "torch"}
    assert run["results"]


def test_the_script_that_made_it_is_here(run):
    script = ROOT / run["script"]
    tree = ast.parse(script.read_text("utf-8"))
    (seeds,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SEEDS"
    )
    assert ast.literal_eval(seeds) == run["seeds"]
    assert f"python {run['script']}" in ast.get_docstring(tree)


def test_a_page_shows_it_as_recorded(run):
    name = run["script"].replace(".py", ".json")
    readers = [
        page
        for page in NOTEBOOKS
        if name in (ROOT / "book" / f"{page}.md").read_text("utf-8")
    ]
    assert readers
    for page in readers:
        text = outputs(page)
        assert f"recorded by {run['script']} on {run['date']}" in text
        assert f"at commit {run['commit']}" in text
        assert run["machine"] in text


def extremes(values):
    """Return what a line has of some results, None where there is none."""
    known = sorted(value for value in values if value is not None)
    places = 3 if isinstance(sum(known), float) else 0
    shown = f"{known[0]:.{places}f} to {known[-1]:.{places}f}" if known else ""
    never = f" never: {values.count(None)}" if None in values else ""
    return re.escape(shown + never)


@pytest.mark.parametrize(
    ("recipe", "line", "key"),
    [
        ("sequential", "sequential, at the end", "last"),
        ("sequential", "sequential, lowest", "lowest"),
        ("random", "random, at the end", "last"),
        ("random", "random, lowest", "lowest"),
        ("tight", "tight, lowest", "lowest"),
        ("loose", "loose, lowest", "lowest"),
        ("unclipped", "unclipped, lowest", "lowest"),
        ("unclipped_random", "unclipped random, lowest", "lowest"),
        ("loose", "loose", "diverged"),
        ("unclipped", "unclipped", "diverged"),
        ("unclipped_random", "unclipped random", "diverged"),
        ("sequential", "sequential", "held_out"),
        ("random", "random", "held_out"),
        ("novel", "novel", "test"),
    ],
)
def test_the_page_shows_the_results_of_the_replicas(recipe, line, key):
    summaries = results("replicas")["summaries"]
    seeds, others = (
        extremes([
            summary[recipe][key]
            for name, summary in summaries.items()
            if name.startswith("seed ") is of_a_seed
        ])
        for of_a_seed in (True, False)
    )  # fmt: skip
    line = rf"^  {line} +{seeds} +{others}$"
    assert re.search(line, outputs("training"), re.M)


def test_the_page_counts_the_findings_of_the_replicas():
    pages = results("replicas")["findings"].values()
    held = [entry["held"] for page in pages for entry in page.values()]
    always = sum(all(each) for each in held)
    shown = f"{len(held)} findings, {always} of them true in all"
    assert shown in outputs("training")


def test_the_page_shows_which_trainings_diverged():
    file = ROOT / "benchmarks" / "clipping.json"
    record = json.loads(file.read_text("utf-8"))
    runs = record["results"]["runs"]
    orders, states = ("in order", "random"), ("carried", "reset")
    ways = {f"{order}, {state}" for order in orders for state in states}
    assert set(runs) == ways | {"in order, carried, theta 10"}
    for way, outcomes in runs.items():
        for seed, outcome in zip(record["seeds"], outcomes, strict=True):
            epoch = outcome["diverged"] or "-"
            lowest = re.escape(f"{outcome['lowest']:.2f}")
            top = re.escape(f"{max(outcome['curvature'][10:]):.2f}")
            line = rf"^{way} +{seed} +{epoch} +{lowest} +{top}$"
            assert re.search(line, outputs("clipping"), re.M)


SAID = {
    5: "5 seconds", 10: "10 seconds", 20: "20 seconds", 30: "30 seconds",
    60: "a minute", 120: "two minutes", 180: "three minutes",
}  # fmt: skip
LABELS = {"scratch": "our RNN", "nn.RNN": "nn.RNN", "nn.LSTM": "nn.LSTM"}


def results(name):
    file = ROOT / "benchmarks" / f"{name}.json"
    return json.loads(file.read_text("utf-8"))["results"]


def test_the_page_shows_the_bits_of_the_ladder():
    ladder = results("ladder")
    assert set(ladder["perplexity"]) == set(LABELS)
    for name, values in ladder["perplexity"].items():
        bits = [f"{math.log2(value):.3f}" for value in values]
        shown = " +".join(map(re.escape, bits))
        rate = re.escape(f"{ladder['settings']['lr'][name]:g}")
        line = rf"^{re.escape(LABELS[name])} +{shown} +{rate}$"
        assert re.search(line, outputs("quality"), re.M)


def test_the_recipe_of_the_ladder_is_that_of_the_chapter():
    assert Recipe(**results("ladder")["settings"]["recipe"]) == NOVEL


def test_the_page_shows_the_perplexities_of_the_validation():
    validation = results("rates")["perplexity"]
    assert set(validation) == set(LABELS)
    for name, tried in validation.items():
        values = [f"{tried[rate]:.3f}" for rate in sorted(tried, key=float)]
        shown = "[ -]+".join(map(re.escape, values))
        line = rf"^{re.escape(LABELS[name])}[ -]+{shown}[ -]*$"
        assert re.search(line, outputs("quality"), re.M)


def test_the_ladder_takes_the_best_rates_of_the_validation():
    validation = results("rates")["perplexity"]
    best = {
        name: float(min(tried, key=tried.get))
        for name, tried in validation.items()
    }
    assert results("ladder")["settings"]["lr"] == best


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_page_shows_the_speeds_of_the_training(threads):
    shown = outputs("speed")
    if threads == "2":
        shown = shown[shown.index("alone, with two threads") :]
    for name, row in results("train")["threads"][threads].items():
        if threads == "2" and ("medium" in name or "bfloat16" in name):
            continue
        low, middle, high = (f"{v:,.0f}" for v in row["tokens_per_sec"])
        ratios = [f"{ratio[1]:.2f}" for ratio in row["times"].values()]
        line = rf"{middle} +{' +'.join(ratios)} +\d+ +{low} to {high}"
        assert re.search(rf"^{name} +{line}$", shown, re.M)


def test_the_page_shows_the_times_of_a_step():
    for growth in results("train")["growth"].values():
        columns = zip(*growth["seconds"].values(), strict=True)
        for value, seconds in zip(growth["values"], columns, strict=True):
            times = " +".join(f"{1e3 * each:.2f}" for each in seconds)
            line = rf"^[a-z ]+ {value} +{times}$"
            assert re.search(line, outputs("speed"), re.M)


def test_the_page_shows_what_imports_take():
    for name, (low, middle, high) in results("imports")["seconds"].items():
        times = rf"{1e3 * middle:.1f} ms +{1e3 * low:.1f} to {1e3 * high:.1f}"
        assert re.search(rf"^{name} +{times}$", outputs("speed"), re.M)


def test_all_contenders_took_the_same_steps():
    losses = results("train")["loss"]
    assert {"d2l", "nn.RNN", "autograd", "by hand"} < set(losses)
    for name, values in losses.items():
        if name != "by hand, bfloat16":
            assert values == pytest.approx(losses["autograd"], abs=1e-4)


def test_the_page_shows_what_threads_do():
    for name, found in results("threads")["tokens_per_sec"].items():
        shown = " +".join(f"{found[n][1]:,.0f}" for n in ("1", "2"))
        assert re.search(rf"^{name} +{shown} ", outputs("speed"), re.M)


def test_the_page_shows_the_precisions():
    found = results("precision")
    for way in found["last"]:
        values = [*found["last"][way], *found["median_of_100"][way]]
        values += found["lowest"][way]
        shown = " +".join(re.escape(f"{value:.3f}") for value in values)
        assert re.search(rf"^{way} +{shown} *$", outputs("speed"), re.M)


def test_the_page_shows_the_page_faults():
    for name, counts in results("train")["faults_alone"].items():
        shown = " +".join(f"{count:.0f}" for count in counts)
        assert re.search(rf"^{name} +{shown}$", outputs("speed"), re.M)


def test_the_page_shows_the_speeds_of_writing():
    for name, (_, middle, _) in results("generate")["speed"].items():
        line = rf"^{re.escape(name)} +{middle:,.0f} "
        assert re.search(line, outputs("speed"), re.M)
    for name, (low, middle, high) in results("generate")["times"].items():
        line = (
            rf"^ *{middle:.2f} \({low:.2f} to {high:.2f}\)  {re.escape(name)}$"
        )
        assert re.search(line, outputs("speed"), re.M)


def test_the_page_shows_what_a_container_needs():
    found = results("binder")
    assert set(found["pages"]) == set(CHAPTER)
    for name, row in found["pages"].items():
        total = row["kernel_mb"] + found["jupyter_mb"]
        line = rf"{row['seconds']:.1f} +{row['kernel_mb']} +{total:,}"
        assert re.search(rf"^{name} +{line}$", outputs("rerun"), re.M)
        assert total <= 1024  # Binder gives that much
    assert f"to fetch: {found['wheels_mb']} MB" in outputs("rerun")


@pytest.mark.parametrize("name", CHAPTER)
def test_a_page_says_at_its_top_how_long_it_takes(name):
    seconds = results("binder")["pages"][name]["seconds"]
    limit = next(limit for limit in SAID if seconds <= limit)
    title, line = article(name).select("h1, h1 + p")
    says = f"Run All takes about {SAID[limit]} (where, and how)."
    assert line.get_text() == says
    assert line.a["href"] == "rerun.html"


def test_the_readme_says_what_a_container_needs():
    found = results("binder")
    pages = found["pages"].values()
    peak = found["jupyter_mb"] + max(page["kernel_mb"] for page in pages)
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"packages of {found['wheels_mb']} MB, which" in readme
    assert f"take {found['installed_mb']:,} MB on disk" in readme
    assert f"at most {peak} MB of memory, JupyterLab included" in readme
