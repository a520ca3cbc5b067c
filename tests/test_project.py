"""What the files of the project must agree on."""

import os
import re
import subprocess
import sys
import tomllib

from book_site import CHAPTER, ROOT
from packaging.requirements import Requirement

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    specs = [line.split("#")[0].strip() for line in lines]
    return [Requirement(s) for s in specs if s and s != "-e ."]


def test_requirements_agree_with_the_package():
    listed = {r.name: r.specifier for r in requirements()}
    for text in PROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        assert listed[requirement.name] == requirement.specifier


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


def test_modules_on_the_ground_know_nothing_of_each_other():
    order = {
        "corpus": set(),
        "model": set(),
        "bptt": set(),
        "decoding": set(),
        "ngrams": set(),
        "prediction": {"corpus", "model", "decoding"},
        "training": {"corpus", "model", "bptt", "prediction"},
        "recipes": {"corpus", "model", "training"},
        "figures": {"corpus", "training"},
        "display": set(),
    }
    modules = {path.stem for path in (ROOT / "charrnn").glob("*.py")}
    assert set(order) == modules - {"__init__"}
    for name, allowed in order.items():
        source = (ROOT / "charrnn" / f"{name}.py").read_text("utf-8")
        imported = set(re.findall(r"^from charrnn\.(\w+) ", source, re.M))
        for line in re.findall(r"^from charrnn import (.*)", source, re.M):
            imported |= set(line.split(", "))
        assert imported <= allowed, name


def test_katex_and_its_stylesheet_have_one_version():
    script = (ROOT / "book/_ext/katex.min.js").read_text("utf-8")
    style = (ROOT / "book/_static/katex/katex.min.css").read_text("utf-8")
    (version,) = re.findall(r'\.katex-version:after\{content:"(.+?)"', style)
    assert f'"{version}"' in script


def test_pages_are_notebooks():
    for name in CHAPTER:
        text = (ROOT / "book" / f"{name}.md").read_text("utf-8")
        assert text.startswith("---\njupytext:") and "kernelspec" in text


def test_the_examples_of_the_readme_run(built):
    text = (ROOT / "README.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.S)
    assert "num_epochs=500" in examples[0] and len(examples) == 2
    for code in examples:
        code = code.replace("num_epochs=500", "num_epochs=2")
        result = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True,
            env=os.environ | {"MPLBACKEND": "Agg"},
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        *_, last = result.stdout.splitlines()
        assert last.startswith("the morlocks") and len(last) == 12 + 50


def test_make_help_lists_the_targets():
    result = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True
    )
    for target in ("help", "book", "live", "serve", "test", "links", "clean"):
        assert f"make {target}\t" in result.stdout


def test_the_package_is_typed_and_installed_from_here():
    assert (ROOT / "charrnn" / "py.typed").exists()
    code = "import charrnn; print(charrnn.__file__)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        cwd=ROOT.parent,
    )  # fmt: skip
    assert result.stdout.strip() == str(ROOT / "charrnn" / "__init__.py")
