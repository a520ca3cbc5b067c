"""The records of studies, and the pages that show them."""

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chapter.strictness.failures import false_findings
from shared.site import NOTEBOOKS, ROOT, SITE, outputs, source

FILES = {file.stem: file for file in sorted(ROOT.glob("studies/*.json"))}
RECORDS = {
    name: json.loads(file.read_text("utf-8")) for name, file in FILES.items()
}


def results(name: str) -> dict[str, Any]:
    """Return the results of a record."""
    return RECORDS[name]["results"]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("name", RECORDS)
def test_a_page_shows_each_record_and_states_its_origin(name):
    run = RECORDS[name]
    assert date.fromisoformat(run["date"]) <= date.today()
    assert re.fullmatch(r"[0-9a-f]{7,40}", run["commit"])
    assert Path(run["script"]).stem == name
    file = FILES[name].relative_to(ROOT).as_posix()
    pages = [page for page in NOTEBOOKS if file in source(page)]
    assert pages
    for page in pages:
        for fact in ("script", "date", "commit", "machine"):
            assert run[fact] in outputs(page)


def test_exactly_the_findings_of_the_pages_are_recorded():
    found = results("replicas")["false_in"]
    for page in NOTEBOOKS:
        text = re.sub(r'"\s+"', "", source(page))
        stated = re.findall(r'\bfinding\(\s*"([^"]+)"', text)
        assert set(stated) == {*found.get(page.removeprefix("book/"), {})}


@pytest.mark.usefixtures("built")
def test_findings_hold_in_the_networks_trained_here():
    """Fail only in CI: another processor may train other networks."""
    lines = [
        f"{page}: {sentence}"
        for page in NOTEBOOKS
        for sentence in false_findings(
            (SITE.parent / f"jupyter_execute/{page}.ipynb").read_text("utf-8")
        )
    ]
    if lines and os.environ.get("CI") != "true":
        pytest.skip("\n".join(["these findings came out otherwise:", *lines]))
    assert lines == []
