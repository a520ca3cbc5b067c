"""What the files of the project must agree on."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from shared.site import ROOT

from bookkit.findings import stated

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]


def test_requirements_agree_with_the_package():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    specs = [line.split("#")[0].strip() for line in lines]
    required = [Requirement(s) for s in specs if s and not s.startswith("-")]
    listed = {each.name: each.specifier for each in required}
    for own in map(Requirement, PROJECT["project"]["dependencies"]):
        assert own.specifier == listed[own.name]
    assert "2.0.0" not in listed["jupyter-book"]  # which is another tool


def pins(name):
    """Return the versions that a file pins, by the package."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    found = [line.split("==") for line in lines if line[0].isalpha()]
    return {canonicalize_name(name): version for name, version in found}


def test_binder_installs_what_the_pages_need_in_versions_that_were_tried():
    own, project = pins("binder/requirements.txt"), PROJECT["project"]
    assert own.items() <= pins("constraints.txt").items()
    pages = project["optional-dependencies"]["pages"]
    for needed in map(Requirement, project["dependencies"] + pages):
        assert needed.specifier.contains(own[needed.name])


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_a_text_names_what_exists(file):
    text = file.read_text("utf-8")
    for path in re.findall(r"`([\w.]+/[\w./]*|[\w]+\.(?:md|txt|yml))`", text):
        assert (ROOT / path).exists() or path.startswith("_build/"), path
    for target in re.findall(r"\]\(([^):#]+)[#)]", text):
        assert (file.parent / target).is_file(), target
    for line in re.findall(r"^from [\w.]+ import [\w, ]+$", text, re.M):
        exec(line, {})


def test_each_finding_is_stated_in_literals_with_a_name_of_its_own():
    pages = [page.read_text("utf-8") for page in ROOT.glob("book/*.md")]
    calls = re.findall(r"^ *finding\(", "\n".join(pages), re.M)
    names = {name for _, name, _ in stated()}
    assert len(names) == len(calls)
