"""Two checkers of others: the Nu HTML checker, and axe in the browser."""

import shutil
import subprocess

import pytest
from shared import checkers
from shared.site import SITE
from shared.tools import need


@pytest.fixture(scope="module", autouse=True)
def tools(built):
    """Fetch the checkers once."""
    for program in ("npm", "java"):
        if shutil.which(program) is None:
            need(program, "for the checkers of the pages")
    try:
        checkers.install_tools()
    except subprocess.CalledProcessError:
        need("a network", "to fetch the checkers of the pages")


def test_the_html_is_valid():
    files = [SITE / name for name in checkers.page_names(SITE)]
    assert len(files) > 15
    assert checkers.html_errors(files) == []


def test_the_html_checker_would_find_a_mistake(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><title>A</title><p><div></p>", "utf-8")
    assert checkers.html_errors([page])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_are_accessible(browser, width, scheme):
    pages = [
        name for name in checkers.page_names(SITE) if name != "index.html"
    ]
    with checkers.served(SITE) as address:
        found = checkers.axe_violations(browser, address, pages, scheme, width)
    assert found == []


def test_axe_would_find_a_mistake(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<!DOCTYPE html><title>A</title><img src='a.png'>", "utf-8"
    )
    with checkers.served(tmp_path) as address:
        found = checkers.axe_violations(
            browser, address, ["page.html"], "light", 390
        )
    assert any("image-alt" in line for line in found)
