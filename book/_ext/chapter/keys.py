"""Keys: checksums that tell whether an earlier result is still valid."""

import ast
import hashlib
import os
import platform
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from myst_nb.core.read import (
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)

from bookkit.stated_findings import stated
from bookkit.texts import part_one

LIBRARIES = [
    "torch", "numpy", "matplotlib", "matplotlib-inline", "ipykernel",
    "ipython", "word-text-counter",
]  # fmt: skip
VENDOR = re.compile(r"(?:vendor_id|CPU implementer)\s*:\s*(\S+)")
FLAGS = re.compile(r"^(?:flags|Features)\s*:(.*)", re.M)
VECTORS = re.compile(r"avx|fma|f16c|amx|asimd|sve|neon|bf16|i8mm")
PACKAGES = ["charrnn", "bookkit", "widgets", "coursework"]
DATA = {  # what modules read when they are imported, or later
    "bookkit.annotated": "book/*.toml",
    "bookkit.figures.style": "bookkit/figures/*.ttf",
    "coursework.checks": "coursework/[kp]*/*.*",
    "coursework.lab": "book/lab.md",
    "coursework.plans": "coursework/plans.toml",
    "widgets.bundle": "widgets/src/**/*.*",
    "widgets.palette": "widgets/src/palette.css",
}
COMPUTED: dict[str, Callable[[Path], object]] = {  # of the pages' prose
    "bookkit.stated_findings": stated,
    "bookkit.texts": part_one,
}
RECORD = re.compile(r"\bstudies/\w+\.json\b")
EXTENSION = Path(__file__).parent


def checksum(*parts: str | bytes) -> str:
    """Return the checksum of text and data as 16 hexadecimal digits."""
    result = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        result.update(hashlib.sha256(data).digest())
    return result.hexdigest()[:16]


def names_and_contents(root: Path, files: Iterable[Path]) -> list[str | bytes]:
    """Return the names of files relative to ``root``, and their contents."""
    parts: list[str | bytes] = []
    for file in sorted(files):
        parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return parts


def processor(cpuinfo: str) -> str:
    """Return the properties of a processor that affect the last digits.

    These are its vendor and its vector instructions, taken from Linux's
    ``cpuinfo``. PyTorch knows them too, but takes a second to import.
    """
    found = VENDOR.search(cpuinfo)
    vendor = found[1] if found else platform.processor() or platform.machine()
    line = FLAGS.search(cpuinfo)
    flags = sorted(filter(VECTORS.match, line[1].split())) if line else []
    capability = os.environ.get("ATEN_CPU_CAPABILITY", "")
    return " ".join([vendor, *flags, capability])


@cache
def machine_key() -> str:
    """Return the key of the processor, the versions, and the kernels."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    versions = [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    kernels = [
        EXTENSION.joinpath("execution", name).read_bytes()
        for name in ("kernels.py", "startup.py")
    ]
    return checksum(sys.version, *versions, processor(text), *kernels)


class Import(NamedTuple):
    """An import: of a module, and of a name in it, empty for the module.

    ``used`` are the names after a dot of what is imported. They are empty if
    the code does anything else with it, or nothing.
    """

    module: str
    name: str
    used: frozenset[str]


class Sources:
    """The code, data and records of a checkout, as they are at a moment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules: dict[str, Path] = {
            file.stem: file for file in root.glob("book/*.py")
        }
        for package in PACKAGES:
            for file in root.glob(f"{package}/**/[!.]*.py"):
                parts = file.relative_to(root).with_suffix("").parts
                name = ".".join(parts).removesuffix(".__init__")
                self.modules[name] = file
        self.texts = {
            name: file.read_text("utf-8")
            for name, file in self.modules.items()
        }
        self.exports = {
            name: {x.name: x.module for x in imports(text) or () if x.name}
            for name, text in self.texts.items()
            if self.modules[name].stem == "__init__"
        }

    def find_module(self, module: str, name: str) -> str:
        """Return the module that ``from module import name`` refers to.

        It is one of ours only if ``modules`` has it.
        """
        if f"{module}.{name}" in self.modules:
            return f"{module}.{name}"
        origin = self.exports.get(module, {}).get(name)
        return self.find_module(origin, name) if origin else module

    def find_modules(self, found: Import) -> set[str]:
        """Return the modules that an import refers to.

        Of a package, these are the modules of the names that are used.
        """
        module = self.find_module(found.module, found.name)
        whole = ".".join(filter(None, [found.module, found.name]))
        if module == whole and module in self.exports and found.used:
            return {self.find_module(module, name) for name in found.used}
        return {module}

    def reachable(self, page: str) -> set[str]:
        """Return the names of our modules that a page can reach.

        These are all, if its imports cannot be told.
        """
        reached: set[str] = set()
        codes = [code_of(page)]
        while codes:
            found_imports = imports(codes.pop())
            if found_imports is None:
                return set(self.modules)
            for found in found_imports:
                ours = self.find_modules(found) & self.modules.keys()
                codes += [self.texts[module] for module in ours - reached]
                reached |= ours
        return reached

    def key(self, text: str) -> str:
        """Return the key of all that the outputs of a page depend on.

        ``text`` is the page. Its prose does not matter, but for the records
        that it names; its cells are compared apart. A page that shows what
        a module makes of the prose of all pages depends on that alone.
        """
        modules = self.reachable(text)
        globs = [glob for name, glob in DATA.items() if name in modules]
        globs += RECORD.findall(text)
        data = {file for glob in globs for file in self.root.glob(glob)}
        parts = [f"{name}\n{self.texts[name]}" for name in sorted(modules)]
        contents = names_and_contents(self.root, data)
        for name in sorted(COMPUTED.keys() & modules):
            contents.append(repr(COMPUTED[name](self.root / "book")))
        return checksum(machine_key(), *parts, *contents)


@cache
def code_of(page: str) -> str:
    """Return the code of all cells of a page."""
    if not is_myst_markdown_notebook(page):
        return ""
    cells = read_myst_markdown_notebook(page).cells
    return "\n".join(c.source for c in cells if c.cell_type == "code")


@cache
def imports(code: str) -> tuple[Import, ...] | None:
    """Return the imports in code, wherever they stand.

    None is returned if they cannot be told: where the code is not plain
    Python, such as that of a cell with a magic command, or imports relatively.
    """
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return None
    if any(isinstance(x, ast.ImportFrom) and x.level for x in nodes):
        return None
    used = names_after_dots(nodes)
    found = []
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                names = used.get(alias.asname or alias.name, frozenset())
                if isinstance(node, ast.ImportFrom):
                    found.append(Import(node.module or "", alias.name, names))
                else:
                    found.append(Import(alias.name, "", names))
    return tuple(found)


def names_after_dots(nodes: Iterable[ast.AST]) -> dict[str, frozenset[str]]:
    """Return the names that follow a dot, by the name before it.

    A name that also stands without a dot behind it is left out.
    """
    dotted = [node for node in nodes if isinstance(node, ast.Attribute)]
    values = {node.value for node in dotted}
    alone = {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and node not in values
    }
    names: dict[str, set[str]] = defaultdict(set)
    for node in dotted:
        if isinstance(node.value, ast.Name) and node.value.id not in alone:
            names[node.value.id].add(node.attr)
    return {name: frozenset(after) for name, after in names.items()}


def folder_key(*folders: Path) -> str:
    """Return the key of the files in folders, without compiled Python."""
    parts: list[str | bytes] = []
    for folder in folders:
        found = (f for f in folder.rglob("[!.]*.*") if f.is_file())
        files = (file for file in found if file.suffix != ".pyc")
        parts += names_and_contents(folder, files)
    return checksum(*parts)


def navigation_key(root: Path) -> str:
    """Return the key of what each page shows of the others.

    That is their order, and their titles.
    """
    facts = [root.joinpath("_toc.yml").read_bytes()]
    for page in sorted([*root.glob("*.md"), *root.glob("book/*.md")]):
        facts += re.findall(rb"^# .*", page.read_bytes(), re.M)[:1]
    return checksum(*facts)
