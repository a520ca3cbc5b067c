"""The rooms of the house: what imports what, and what an import loads."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter

from shared.site import ROOT

from bookkit import fingerprint

ROOMS = {
    "charrnn": "charrnn",
    "widgets": "widgets",
    "bookkit": "bookkit",
    "coursework": "coursework",
    "chapter": "book/_ext/chapter",
    "studies": "studies",
    "shared": "tests",
}
SOURCES = {
    ".".join([room, *file.relative_to(ROOT / folder).with_suffix("").parts])
    .removesuffix(".__init__"): file
    for room, folder in ROOMS.items()
    for file in (ROOT / folder).rglob("*.py")
}  # fmt: skip


def imports(name):
    """Return the modules of ours that one imports, also in a function."""
    found = set()
    for node in ast.walk(ast.parse(SOURCES[name].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {other for other in found if other in SOURCES} - {name}


GRAPH = {name: imports(name) for name in SOURCES}


def test_no_module_depends_on_itself():
    modules = {
        name: {other for other in others if not name.startswith(f"{other}.")}
        for name, others in GRAPH.items()
    }
    TopologicalSorter(modules).prepare()


def test_the_rooms_import_each_other_as_contributing_draws_it():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)$", text, re.M))
    found = {
        (name.partition(".")[0], other.partition(".")[0])
        for name, others in GRAPH.items()
        for other in others
    }
    assert {(a, b) for a, b in found if a != b and a != "shared"} == drawn


def test_the_checksum_of_the_code_covers_all_that_decides_a_training():
    # These only name the types, and report the result.
    others = {"bookkit", "charrnn.interface", "charrnn.prediction"}
    reached, new = set(), {"bookkit.recipes"}
    while new:
        reached |= new
        new = set().union(*map(GRAPH.get, new)) - others - reached
    deciding = {ROOT / path for path in fingerprint.DECIDING_MODULES}
    assert {SOURCES[name] for name in reached} == deciding


def test_importing_the_network_and_the_checks_loads_nothing_of_the_book():
    code = "import sys, coursework.checks; print(*sys.modules)"
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    loaded = {module.partition(".")[0] for module in printed.split()}
    assert loaded & ROOMS.keys() == {"charrnn", "coursework"}
    slow = {"matplotlib", "IPython", "pandas", "safetensors", "nbformat"}
    assert not loaded & slow
