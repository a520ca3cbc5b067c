"""Recorded runs: where each comes from, and that a page shows it."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import permutations
from statistics import geometric_mean
from typing import Any

import pytest
from chapter.check.findings import otherwise
from shared.site import (
    LESSONS,
    NOTEBOOKS,
    PAGES,
    ROOT,
    SITE,
    TOC,
    article,
    outputs,
    sections,
    source,
)

from charrnn.recipes import NOVEL, Recipe

pytestmark = pytest.mark.usefixtures("built")
FILES = {
    file.stem: file
    for folder in ("experiments", "benchmarks")
    for file in sorted((ROOT / folder).glob("*.json"))
}
RECORDS = {
    name: json.loads(file.read_text("utf-8")) for name, file in FILES.items()
}
every_record = pytest.mark.parametrize("name", RECORDS)


def results(name: str) -> dict[str, Any]:
    """Return what a record says was found."""
    return RECORDS[name]["results"]


def readers(name: str) -> list[str]:
    """Return the pages that read a record."""
    file = FILES[name].relative_to(ROOT).as_posix()
    return [page for page in NOTEBOOKS if file in source(page)]


@every_record
def test_a_record_says_where_it_comes_from(name):
    run = RECORDS[name]
    assert all(set(run) == set(other) for other in RECORDS.values())
    assert date.fromisoformat(run["date"]) <= date.today()
    assert re.fullmatch(r"[0-9a-f]{7,40}", run["commit"])
    assert re.search(r"\d cores", run["machine"])
    assert set(run["versions"]) == {"python", "torch"}
    assert run["results"]


@every_record
def test_its_script_is_here_and_a_page_says_where_it_comes_from(name):
    run = RECORDS[name]
    script = ROOT / run["script"]
    assert script.with_suffix(".json") == FILES[name]
    (seeds,) = re.findall(
        r"^SEEDS = (\[.*\])", script.read_text("utf-8"), re.M
    )
    assert json.loads(seeds) == run["seeds"]
    assert readers(name)
    for page in readers(name):
        for fact in ("script", "date", "commit", "machine"):
            assert run[fact] in outputs(page)


# What the tables of the pages show. A line names what was measured as the
# record does; how its numbers are printed is left to the page.

NUMBER = re.compile(r"(?<![\w.])(?<!e-)\d[\d,]*(?:\.\d+)?(?![\w.]*\w)")
SMALL = re.compile(r"1?\d")  # seeds, and counts


def tables(name: str) -> Iterator[str]:
    """Return what pages show of a record, from its source on.

    A row of a table is a line, as if it were printed.
    """
    for page in readers(name):
        for part in sections(article(page)):
            for row in part.select(".cell_output .output tr"):
                row.string = "  ".join(cell.get_text() for cell in row)
            scripts = []
            for cell in part.select(".cell_output"):
                text = cell.get_text()
                scripts = re.findall(r"[Rr]ecorded by (\S+)", text) or scripts
                if RECORDS[name]["script"] in scripts:
                    yield text


def leaves(found: Any) -> list[float]:
    """Return all numbers in a part of a record."""
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list):
        return [number for part in found for number in leaves(part)]
    return [found] if isinstance(found, int | float) else []


def with_mean(values: list[float]) -> list[float]:
    """Return some values and, if they are positive, their mean."""
    positive = values and min(values) > 0
    return [*values, geometric_mean(values)] if positive else values


def by_name(found: Any) -> Iterator[tuple[str, list[float]]]:
    """Return the numbers that a record has under each of its names."""
    if isinstance(found, dict):
        for name, part in found.items():
            yield name.replace("_", " "), with_mean(leaves(part))
            yield from by_name(part)


def named(line: str, names: Iterable[str]) -> str | None:
    """Return the longest name that a line has before or after its numbers."""
    fits = [
        name
        for name in names
        if re.match(rf" *{re.escape(name)}(,| |$)", line)
        or re.match(rf" *\d.*  {re.escape(name)}$", line)
    ]
    return max(fits, key=len, default=None)


def is_shown(number: str, values: Iterable[float]) -> bool:
    """Return whether a number, as precise as it is, is one of some values.

    A page may show a value as it is, in thousandths, or in bits.
    """
    shown = number.replace(",", "")
    places = len(shown.partition(".")[2])
    return any(
        f"{scaled:.{places}f}" == shown
        for value in values
        for scaled in (value, 1e3 * value, value > 0 and math.log2(value))
    )


def derived(values: list[float]) -> Iterator[float]:
    """Return sums and ratios of what stands on a line, or for all lines."""
    for a, b in permutations(values, 2):
        yield a + b
        yield a / b if b else math.nan


@every_record
def test_the_tables_show_the_numbers_of_the_record(name):
    values = defaultdict(list)
    for key, found in by_name(results(name)):
        values[key].extend(found)
    common = [v for v in results(name).values() if isinstance(v, int)]
    checked = 0
    for line in "\n".join(tables(name)).splitlines():
        key = named(line, values)
        before = list(common)
        for number in NUMBER.findall(line.replace(key, "", 1) if key else ""):
            known = [*values[key], *common, *derived(before)]
            assert SMALL.fullmatch(number) or is_shown(number, known), line
            before.append(float(number.replace(",", "")))
            checked += 1
    assert checked >= 2


# What the records say


def test_the_page_counts_the_findings_of_the_replicas():
    pages = results("replicas")["findings"].values()
    held = [entry["held"] for page in pages for entry in page.values()]
    always = sum(all(each) for each in held)
    (page,) = readers("replicas")
    (line,) = re.findall(r".* findings, .*", outputs(page))
    assert NUMBER.findall(line)[:2] == [str(len(held)), str(always)]


def test_the_recipe_of_the_ladder_is_that_of_the_chapter():
    assert Recipe(**results("ladder")["settings"]["recipe"]) == NOVEL


def test_the_ladder_takes_the_best_rates_of_the_validation():
    validation = results("rates")["perplexity"]
    best = {
        name: float(min(tried, key=tried.get))
        for name, tried in validation.items()
    }
    assert results("ladder")["settings"]["lr"] == best


def test_all_contenders_took_the_same_steps():
    losses = results("train")["loss"]
    exact = {way for way in losses if "bfloat16" not in way}
    assert len(exact) >= 4
    for way in exact:
        assert losses[way] == pytest.approx(losses["autograd"], abs=1e-4)


@pytest.mark.parametrize("page", LESSONS)
def test_a_page_says_under_its_title_how_long_it_takes(page):
    line = article(page).select_one("h1 + p.times")
    assert re.match(r"About (a|\d+) minutes? to read", line.text)


def test_the_first_page_says_how_long_the_first_part_takes():
    """Count the reading of its pages, and leave room for checks of oneself."""
    part = TOC["parts"][0]["chapters"]
    lines = [article(page["file"]).select_one("p.times").text for page in part]
    minutes = sum(int(re.search(r"About (\d+)", line)[1]) for line in lines)
    text = " ".join(article(PAGES[0]).get_text().split())
    (said,) = re.findall(r"Part I takes about (\d+) minutes", text)
    assert minutes <= int(said) <= 1.5 * minutes


def test_here_no_finding_came_out_otherwise():
    for page in NOTEBOOKS:
        executed = SITE.parent / "jupyter_execute" / f"{page}.ipynb"
        assert otherwise(executed.read_text("utf-8")) == []
