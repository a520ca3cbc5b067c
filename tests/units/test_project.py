"""What the files of the project must agree on."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from shared import checkers
from shared.site import NOTEBOOKS, ROOT
from shared.tools import need

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
    for text in PROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        expected = OLDER.get(requirement.name, listed[requirement.name])
        assert requirement.specifier == expected


def test_every_requirement_has_a_range_and_a_reason():
    for requirement in requirements():
        assert requirement.specifier, requirement
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            assert re.search(r"\s# \S+ \S+", line), line


def test_versions_that_matter_are_admitted():
    allowed = {r.name: r.specifier for r in requirements()}
    assert "2.13.0" in allowed["torch"]
    assert "1.0.4" in allowed["jupyter-book"]
    assert "2.0.0" not in allowed["jupyter-book"]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "binder/requirements.txt"]
)
def test_every_requirement_has_a_known_good_version(name):
    constraints = requirements("constraints.txt")
    good = {canonicalize_name(c.name): c.specifier for c in constraints}
    for requirement in requirements(name):
        (pin,) = good[canonicalize_name(requirement.name)]
        assert pin.version in requirement.specifier, requirement


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
    assert citation["title"] == config["title"]
    assert [author["name"] for author in citation["authors"]] == [
        config["author"]
    ]
    for key in ("version", "license"):
        assert citation[key] == PROJECT["project"][key]


def make(folder, **variables):
    """Set up ``folder`` by the Makefile, with a pip that says what it does."""
    for name in ("Makefile", "requirements.txt", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    programs = folder / "programs"
    programs.mkdir()
    python = programs / "python"  # which need make no environment
    (programs / "pip").write_text('#!/bin/sh\necho pip "$@"\n', "utf-8")
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\n', "utf-8"
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    (folder / ".venv").mkdir()
    options = {"PYTHON": python, "BIN": programs} | variables
    return subprocess.run(
        ["make", ".venv/installed", *[f"{k}={v}" for k, v in options.items()]],
        cwd=folder, check=True, capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip


needs_make = pytest.mark.skipif(
    shutil.which("make") is None or os.name != "posix", reason="no make"
)


@needs_make
def test_make_takes_the_small_pytorch_where_it_can_be_reached(tmp_path):
    index = tmp_path / "index"
    (index / "torch").mkdir(parents=True)
    with checkers.served(index) as address:
        printed = make(tmp_path, PYTORCH=address)
    assert f"--extra-index-url {address} --requirement" in printed
    import torch

    kind = "with CUDA" if torch.version.cuda else "for the processor alone"
    assert f"PyTorch {torch.__version__}, the build {kind}." in printed


@needs_make
def test_make_does_not_wait_for_an_index_that_is_silent(tmp_path):
    with socket.socket() as silent:  # accepts, and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        printed = make(tmp_path, PYTORCH=address)
    assert "--extra-index-url" not in printed and "pip install" in printed


def test_pages_are_rewritten_in_a_container_alone(tmp_path):
    for name in ("binder", "book"):
        ignore = shutil.ignore_patterns("_*")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    before = {p: p.read_bytes() for p in (tmp_path / "book").glob("*.md")}
    env = {k: v for k, v in os.environ.items() if k != "REPO_DIR"}
    (tmp_path / "jupytext.py").touch()  # which is in containers alone
    for extra in ({}, {"REPO_DIR": str(ROOT)}):
        result = subprocess.run(
            [sys.executable, "binder/pages.py"], cwd=tmp_path,
            env=env | extra | {"PYTHONPATH": str(tmp_path)},
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert result.returncode == 1
        assert "nothing was changed" in result.stderr
        assert {p: p.read_bytes() for p in before} == before


def test_the_pdf_and_the_tests_have_one_browser():
    for file in [*ROOT.glob("tests/*.py"), *ROOT.glob("benchmarks/*.py")]:
        names = re.findall(r'"(?:chromium-browser|google-chrome)"',
                           file.read_text("utf-8"))  # fmt: skip
        assert names == [], file.name


def test_katex_and_its_stylesheet_have_one_version():
    script = (ROOT / "book/_ext/katex.min.js").read_text("utf-8")
    style = (ROOT / "book/_static/katex/katex.min.css").read_text("utf-8")
    (version,) = re.findall(r'\.katex-version:after\{content:"(.+?)"', style)
    assert f'"{version}"' in script


def test_pages_are_notebooks():
    for name in NOTEBOOKS:
        text = (ROOT / "book" / f"{name}.md").read_text("utf-8")
        assert text.startswith("---\njupytext:") and "kernelspec" in text


def test_the_examples_of_the_readme_run(built):
    text = (ROOT / "README.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.S)
    assert "num_epochs=500" in examples[0] and len(examples) == 2
    for code in examples:
        code = code.replace("num_epochs=500", "num_epochs=2")
        result = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"MPLBACKEND": "Agg"},
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        *_, last = result.stdout.splitlines()
        assert last.startswith("the morlocks") and len(last) == 12 + 50


def test_contributing_names_what_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert len(text.splitlines()) < 80  # a page
    for path in re.findall(r"`([\w.]+[/.][\w./]*)`", text):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^):]+)\)", text):
        assert (ROOT / target).is_file(), target
    names = re.findall(r"figures\.(\w+)\(", text)
    assert names == ["one_hot_matrix"] and hasattr(figures, names[0])


def test_make_help_lists_the_targets():
    if shutil.which("make") is None:
        need("make", "to list its targets")
    targets = "help book live serve test links constraints oldest clean"
    result = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    for target in targets.split():
        assert f"make {target}\t" in result.stdout


def test_the_package_is_typed_and_installed_from_here():
    assert (ROOT / "charrnn" / "py.typed").exists()
    code = "import charrnn; print(charrnn.__file__)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8",
        cwd=ROOT.parent,
    )  # fmt: skip
    assert result.stdout.strip() == str(ROOT / "charrnn" / "__init__.py")
