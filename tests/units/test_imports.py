"""What the modules of the package know of each other."""

import ast

import pytest
from samples import run_python
from shared.site import ROOT

PACKAGE = ROOT / "charrnn"
GROUND = {"arithmetic", "bptt", "corpus", "decoding", "model", "ngrams"}
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
            base = node.module.partition("charrnn.")[2]
            if node.module == "charrnn":  # of its modules, or of itself
                found |= {alias.name for alias in node.names}
            elif base:
                found.add(base)
        if isinstance(node, ast.Import):
            names = [
                alias.name.partition("charrnn.")[2] for alias in node.names
            ]
            found |= {name for name in names if name}
    return found & set(SOURCES) - {""}


GRAPH = {name: imports(path) for name, path in SOURCES.items()}


def reached(name, graph):
    """Return all modules that a module depends on, directly or not."""
    found, todo = set(), [name]
    while todo:
        new = graph[todo.pop()] - found
        found |= new
        todo += new
    return found


def test_the_graph_is_that_of_the_package():
    assert "bptt" in GRAPH["recipes"] and "figures" in GRAPH["history"]
    assert "figures.style" in GRAPH["figures.curves"]
    assert set(GRAPH) >= GROUND | UNASKED


def test_no_module_depends_on_itself():
    for name in GRAPH:
        assert name not in reached(name, GRAPH), name


def test_a_circle_would_be_found():
    graph = GRAPH | {"interface": {"training"}}
    assert "interface" in reached("interface", graph)


@pytest.mark.parametrize("name", sorted(GROUND))
def test_modules_on_the_ground_know_nothing_of_each_other(name):
    assert GRAPH[name] <= {"interface"}


def test_the_interface_knows_no_module():
    assert GRAPH["interface"] == set()


def test_what_is_slow_to_import_is_imported_only_when_it_is_used():
    result = run_python("import sys, charrnn; print(*sys.modules)")
    loaded = set(result.stdout.split())
    assert "charrnn.training" in loaded
    slow = {"matplotlib", "IPython", "pandas", "safetensors", "torchvision"}
    assert not loaded & (slow | {f"charrnn.{name}" for name in UNASKED})
