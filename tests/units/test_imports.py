"""What the modules of the package know of each other."""

import ast
from graphlib import TopologicalSorter

from samples import run_python
from shared.site import ROOT

PACKAGE = ROOT / "charrnn"


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
    return {name for name in SOURCES if name and f"charrnn.{name}" in found}


def test_no_module_depends_on_itself():
    graph = {name: imports(path) for name, path in SOURCES.items()}
    assert "bptt" in graph["recipes"]
    TopologicalSorter(graph).prepare()


def test_what_is_slow_to_import_is_imported_only_when_it_is_used():
    result = run_python("import sys, charrnn; print(*sys.modules)")
    loaded = set(result.stdout.split())
    assert "charrnn.training" in loaded
    slow = {"matplotlib", "IPython", "pandas", "safetensors", "wasmtime"}
    assert not loaded & (slow | {"charrnn.figures", "charrnn.display"})
