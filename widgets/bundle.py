"""Scripts for the browser, modules joined into one; and their style.

The modules, ``.mjs``, run in Node.js as they are. A page that is opened from
a disk cannot import modules, so each page gets a single script that holds a
module and everything it imports, each in a function of its own.
"""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).with_name("src")
STYLES = ("palette.css", "interactive.css", "widgets.css")
IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.[^"]+)";$', re.M)
EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.M
)
EXPORTS = re.compile(r"\bexport ?\{([^}]*)\};?\s*\Z")  # of a minified module
SPACE = re.compile(r"^\s*//.*\n|^\s+", re.M)  # and lines of comments
CSS_SPACE = re.compile(r"/\*[^*]*\*/|^\s+", re.M)  # and comments
OTHER = re.compile(r"^(?:import|export)\b.*", re.M)


def bundle(name: str | Path, **constants: str) -> str:
    """Return a script that does what a module does, with all it imports.

    ``name`` is a file, seen from the folder of the modules, such as
    ``"trainer.mjs"``. ``constants`` are texts that the modules find under
    these names.

    Raises FileNotFoundError if a module is missing, and ValueError if one
    imports in any other way than by ``import { a, b } from "./c.mjs";``, or
    exports in any other way than before a definition, or at its end.
    """
    files = list(modules(FOLDER / name))
    names = {file: f"module{i}" for i, file in enumerate(files)}
    texts = [
        f"const {constant} = {json.dumps(text)};"
        for constant, text in constants.items()
    ]
    texts += [wrap(file, names) for file in files]
    return "\n".join(['(() => {\n"use strict";', *texts, "})();\n"])


def modules(file: Path) -> dict[Path, None]:
    """Return a module and those it imports, each after what it needs."""
    file = file.resolve()
    found: dict[Path, None] = {}
    for _, address in IMPORT.findall(file.read_text("utf-8")):
        found |= modules(file.parent / address)
    return found | {file: None}


def wrap(file: Path, names: dict[Path, str]) -> str:
    """Return a module as a function, whose result is what it exports."""

    def take(statement: re.Match[str]) -> str:
        wanted, address = statement[1].replace(" as ", ": "), statement[2]
        imported = names[(file.parent / address).resolve()]
        return f"const {wanted} = {imported};"

    text = IMPORT.sub(take, file.read_text("utf-8"))
    pairs = [
        re.sub(r"(\w+) as (\w+)", r"\2: \1", listed)
        for listed in EXPORTS.findall(text)
    ]
    exported = ", ".join([*EXPORT.findall(text), *pairs])
    text = EXPORT.sub("", EXPORTS.sub("", text))
    if found := OTHER.search(text):
        raise ValueError(f"{file}: cannot bundle {found[0]!r}")
    text = SPACE.sub("", text)
    return (
        f"const {names[file]} = (() => {{\n{text}\n"
        f"return {{ {exported} }};\n}})();"
    )


def styles(name: str) -> dict[str, str]:
    """Return the style sheets of a module and of all it imports, by name.

    The first belong to all. The sheet of a module has the module's name.
    """
    sheets = {*FOLDER.resolve().rglob("*.css")}  # a build notes the folder
    own = (file.with_suffix(".css") for file in modules(FOLDER / name))
    files = [*map(FOLDER.joinpath, STYLES), *filter(sheets.__contains__, own)]
    return {
        file.stem: CSS_SPACE.sub("", file.read_text("utf-8")) for file in files
    }
