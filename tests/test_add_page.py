"""make page, in a copy of what it reads and writes."""

import shutil
import subprocess

import pytest
import yaml
from shared.site import PAGES, ROOT
from shared.tools import need


@pytest.fixture
def project(tmp_path):
    """Copy the Makefile, the template, the contents, and a page."""
    for folder in ("docs", "book"):
        (tmp_path / folder).mkdir()
    for name in (
        "Makefile", "_toc.yml",
        "docs/add_page.py", "docs/page.md", "book/beyond.md",
    ):  # fmt: skip
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make_page(project, **settings):
    make = shutil.which("make")
    if make is None:
        need("make", "to add a page")
    variables = [f"{name}={value}" for name, value in settings.items()]
    return subprocess.run(
        [make, "page", *variables],
        cwd=project, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def listed(project):
    """Return the pages that the contents list, in order."""
    toc = yaml.safe_load((project / "_toc.yml").read_text("utf-8"))
    return [page["file"] for part in toc["parts"] for page in part["chapters"]]


def test_a_page_is_written_and_listed_in_its_place(project):
    title = 'Who "attends"?'
    settings = {"NAME": "attention", "TITLE": title, "AFTER": "bptt"}
    assert make_page(project, **settings).returncode == 0
    text = (project / "book" / "attention.md").read_text("utf-8")
    assert f"\n# {title}\n" in text and "\n:label: ex-attention-code\n" in text
    pages = PAGES[1:]
    pages.insert(pages.index("book/bptt") + 1, "book/attention")
    assert listed(project) == pages


@pytest.mark.parametrize(
    ("name", "after"),
    [("Attention!", "bptt"), ("beyond", "bptt"), ("attention", "nowhere")],
    ids=["a bad name", "a page that is there", "no page before it"],
)
def test_a_page_that_cannot_be_added_changes_nothing(name, after, project):
    files = set(project.rglob("*"))
    result = make_page(project, NAME=name, AFTER=after)
    assert result.returncode != 0 and "Traceback" not in result.stderr
    assert listed(project) == PAGES[1:]
    assert set(project.rglob("*")) == files
