"""What the files of the project must agree on."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib

import pytest
import torch
import yaml
from fontTools.ttLib import TTFont
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from shared import checkers
from shared.site import PAGES, ROOT, front_matter, source

from charrnn import figures

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements(name="requirements.txt"):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    specs = [line.split("#")[0].strip() for line in lines]
    return [Requirement(s) for s in specs if s and not s.startswith("-")]


# Older versions than the site needs: a build refuses that they warn.
OLDER = {"matplotlib": ">=3.9"}


def test_requirements_agree_with_the_package():
    listed = {r.name: r.specifier for r in requirements()}
    for own in map(Requirement, PROJECT["project"]["dependencies"]):
        assert own.specifier == OLDER.get(own.name, listed[own.name])


def test_every_requirement_has_a_range_a_good_version_and_a_reason():
    constraints = requirements("constraints.txt")
    good = {canonicalize_name(c.name): c.specifier for c in constraints}
    for requirement in requirements():
        (pin,) = good[canonicalize_name(requirement.name)]
        assert requirement.specifier, requirement
        assert pin.version in requirement.specifier, requirement
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        assert re.search(r"^#|^$|\s# \S+ \S+", line), line


def test_another_tool_of_the_same_name_is_not_admitted():
    allowed = {r.name: r.specifier for r in requirements()}
    assert "2.0.0" not in allowed["jupyter-book"]


def test_known_good_versions_are_those_of_the_default_index():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    versions = [line for line in text.splitlines() if line[0] != "#"]
    assert len(versions) > 100
    for version in versions:
        assert re.fullmatch(r"[\w.-]+==[\w.]+", version)
        assert not re.match("nvidia|triton|charrnn", version)


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    (author,) = citation["authors"]
    assert citation["title"] == config["title"]
    assert author["name"] == config["author"]
    for key in ("version", "license"):
        assert citation[key] == PROJECT["project"][key]


def make(folder, index):
    """Set up ``folder`` by the Makefile, with a pip that says what it does."""
    files = ("Makefile", "pyproject.toml", "requirements.txt")
    for name in (*files, "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").mkdir()
    for name, script in {
        "pip": 'echo pip "$@"',
        # which need make no environment
        "python": f'[ "$1" = -m ] || exec {sys.executable} "$@"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (folder / name).chmod(0o755)
    options = [f"PYTHON={folder / 'python'}", f"BIN={folder}"]
    return subprocess.check_output(
        ["make", ".venv/installed", *options, f"PYTORCH={index}"],
        cwd=folder, encoding="utf-8",
    )  # fmt: skip


needs_make = pytest.mark.skipif(
    shutil.which("make") is None or os.name != "posix", reason="no make"
)


@needs_make
def test_make_takes_the_small_pytorch_where_it_can_be_reached(tmp_path):
    index = tmp_path / "index"
    (index / "torch").mkdir(parents=True)
    with checkers.served(index) as address:
        printed = make(tmp_path, address)
    assert f"--extra-index-url {address} --requirement" in printed
    kind = "with CUDA" if torch.version.cuda else "for the processor alone"
    assert f"PyTorch {torch.__version__}, the build {kind}." in printed


@needs_make
def test_make_does_not_wait_for_an_index_that_is_silent(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # never answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        printed = make(tmp_path, address)
    assert "--extra-index-url" not in printed and "pip install" in printed


def test_fonts_cover_names_and_arrows_and_come_with_their_licences():
    fonts = [*ROOT.glob("book/_static/fonts/*.woff2")]
    fonts += ROOT.glob("charrnn/figures/*.ttf")
    assert len(fonts) == 4
    for font in fonts:
        covered = TTFont(font).getBestCmap()
        assert set(map(ord, "šČ→−“”")) <= set(covered), font
        assert any("LICENSE" in file.name for file in font.parent.iterdir())


def test_pages_with_code_are_notebooks():
    with_code = [name for name in PAGES if "{code-cell}" in source(name)]
    assert with_code
    for name in with_code:
        assert {"jupytext", "kernelspec"} <= set(front_matter(name)), name


DOCS = ["README.md", "CONTRIBUTING.md"]
DOCS += [f"docs/{file.name}" for file in ROOT.glob("docs/*.md")]


@pytest.mark.parametrize("name", DOCS)
def test_a_text_names_what_exists(name):
    file = ROOT / name
    text = file.read_text("utf-8")
    for path in re.findall(r"`([\w.]+/[\w./]*|[\w]+\.(?:md|txt|yml))`", text):
        assert (ROOT / path).exists() or path.startswith("_build/"), path
    for target in re.findall(r"\]\(([^):]+)\)", text):
        assert (file.parent / target).is_file(), target
    for function in re.findall(r"figures\.(\w+)\(", text):
        assert hasattr(figures, function), function


def test_the_package_is_typed_and_installed_from_here():
    assert (ROOT / "charrnn" / "py.typed").exists()
    code = "import charrnn; print(charrnn.__file__, end='')"
    found = subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT.parent, encoding="utf-8"
    )
    assert found == str(ROOT / "charrnn" / "__init__.py")
