"""The records of studies, and the pages that show them."""

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from chapter.strictness.failures import false_findings
from shared.site import NOTEBOOKS, ROOT, SITE, outputs, source

from bookkit.stated_findings import stated

FILES = {file.stem: file for file in sorted(ROOT.glob("studies/*.json"))}
RECORDS = {
    name: json.loads(file.read_text("utf-8")) for name, file in FILES.items()
}


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


def test_each_finding_is_stated_in_literals_with_a_name_of_its_own():
    calls = [
        call
        for page in NOTEBOOKS
        for call in re.findall(r"^ *finding\(", source(page), re.M)
    ]
    names = {name for _, name, _ in stated(ROOT / "book")}
    assert len(names) == len(calls) > 0


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
