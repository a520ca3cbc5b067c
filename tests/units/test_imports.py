"""What the modules of the package know of each other."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest
from samples import run_python
from shared.site import ROOT

PACKAGE = ROOT / "charrnn"
GROUND = {
    "arithmetic",
    "bptt",
    "corpus",
    "decoding",
    "gates",
    "model",
    "ngrams",
}
UNASKED = {"figures", "display", "findings"}  # imported by their users alone


def module(path):
    """Return the name of a module within the package, "" of the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


SOURCES = {module(path): path for path in PACKAGE.rglob("*.py")}


def imports(path):
    """Return the modules that a source imports, also within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in SOURCES if name and f"charrnn.{name}" in found}


GRAPH = {name: imports(path) for name, path in SOURCES.items()}


def test_the_graph_is_that_of_the_package():
    assert "bptt" in GRAPH["recipes"] and "figures" in GRAPH["history"]
    assert "figures.style" in GRAPH["figures.curves"]
    assert set(GRAPH) >= GROUND | UNASKED


def test_no_module_depends_on_itself():
    TopologicalSorter(GRAPH).prepare()
    with pytest.raises(CycleError):  # as a circle would be found
        TopologicalSorter(GRAPH | {"interface": {"training"}}).prepare()


def test_modules_on_the_ground_know_nothing_of_each_other():
    assert GRAPH["interface"] == set()
    for name in GROUND:
        assert GRAPH[name] <= {"interface"}, name


def test_checks_know_the_text_and_no_solution():
    for name in SOURCES:
        if name.startswith("checks") and name != "checks.mistakes":
            known = {m for m in GRAPH[name] if not m.startswith("checks")}
            assert known <= {"corpus"}, name


def test_what_is_slow_to_import_is_imported_only_when_it_is_used():
    result = run_python("import sys, charrnn; print(*sys.modules)")
    loaded = set(result.stdout.split())
    assert "charrnn.training" in loaded
    slow = {"matplotlib", "IPython", "pandas", "safetensors", "wasmtime"}
    assert not loaded & (slow | {f"charrnn.{name}" for name in UNASKED})
