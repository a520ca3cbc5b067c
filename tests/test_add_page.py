"""make page, in a copy of what it reads and writes."""

import shutil
import subprocess

import pytest
from shared.site import ROOT
from shared.tools import need

TOC = (ROOT / "_toc.yml").read_text("utf-8")


@pytest.fixture
def project(tmp_path):
    if shutil.which("make") is None:
        need("make", "to add a page")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for name in ("Makefile", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "beyond.md").touch()
    return tmp_path


def make_page(project, *settings):
    return subprocess.run(
        ["make", "page", *settings], cwd=project, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip


def test_a_page_is_written_and_listed_in_its_place(project):
    title = 'Who "attends"?'
    make_page(project, "NAME=attention", f"TITLE={title}", "AFTER=bptt")
    text = (project / "book" / "attention.md").read_text("utf-8")
    assert f"\n# {title}\n" in text and "\n:label: ex-attention-code\n" in text
    before = TOC.index("      - file: book/vanishing\n")
    line = "      - file: book/attention\n"
    listed = TOC[:before] + line + TOC[before:]
    assert (project / "_toc.yml").read_text("utf-8") == listed != TOC


@pytest.mark.parametrize(
    ("name", "after"),
    [("Attention!", "bptt"), ("beyond", "bptt"), ("attention", "nowhere")],
    ids=["a bad name", "a page that is there", "no page before it"],
)
def test_a_page_that_cannot_be_added_changes_nothing(name, after, project):
    files = set(project.rglob("*"))
    result = make_page(project, f"NAME={name}", f"AFTER={after}")
    assert result.returncode != 0 and "Traceback" not in result.stderr
    assert (project / "_toc.yml").read_text("utf-8") == TOC
    assert set(project.rglob("*")) == files
