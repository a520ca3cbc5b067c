"""Checkers of others: Nu for the HTML, axe in the browser, and a report."""

import shutil
import subprocess
import sys

import pytest
from shared import checkers
from shared.site import ROOT, SITE
from shared.tabs import go
from shared.tools import need


@pytest.mark.usefixtures("built", "tools")
def test_the_html_is_valid_and_a_mistake_would_be_found(tmp_path):
    if shutil.which("java") is None:
        need("java", "for the checker of the HTML")
    files = [SITE / name for name in checkers.page_names(SITE)]
    assert len(files) > 15
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!DOCTYPE html><title>A</title><p><div></p>", "utf-8")
    found = checkers.html_errors([*files, wrong])
    names = {error["url"].rpartition("/")[2] for error in found}
    assert names == {wrong.name}, found


# The pages themselves are put to axe by test_browser.py.
@pytest.mark.usefixtures("tools")
def test_axe_would_find_a_mistake(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<!DOCTYPE html><title>A</title><img src='a.png'>", "utf-8"
    )
    with browser.new_page() as tab:
        go(tab, page.as_uri())
        found = checkers.axe_violations(tab)
    assert any("image-alt" in line for line in found)


@pytest.mark.usefixtures("built")
def test_the_report_refuses_a_page_that_does_not_exist():
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.light", "book/trainings"],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 1 and result.stdout == ""
    assert "no page is named book/trainings" in result.stderr
    assert "book/training.html" in result.stderr
