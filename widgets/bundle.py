"""Scripts for the browser, modules joined into one; and their style.

The modules, ``.mjs``, run in Node.js as they are. A page that is opened from
a disk cannot import modules, so each page gets a single script that holds a
module and everything it imports.
"""

import json
import re
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).with_name("src")
STYLES = ("palette.css", "interactive.css", "widgets.css")
STRING = r'"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`'
SPACE_OR_COMMENT = re.compile(rf"({STRING})|\s*//.*|^\s+", re.M)
STRING_OR_COMMENT = re.compile(rf"{STRING}|//.*")
NAMES = r"\{\s*\w+(?:,\s*\w+)*,?\s*\}"
IMPORT = re.compile(rf'^import {NAMES} from "(\.[^"]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async|function|class|const|let)\b)", re.M)
DEFINED = re.compile(
    r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.M
)
# Outside strings and comments. What begins a string that is not understood,
# or a block comment, would hide what is a string and what is a comment.
UNSUPPORTED = re.compile(r"""\b(?:import|export)\b|['"`]|/\*""")


def bundle(name: str | Path, **constants: str) -> str:
    """Return a script that does what a module does, with all it imports.

    ``name`` is a file, seen from the folder of the modules, such as
    ``"trainer.mjs"``. ``constants`` are texts that the modules find under
    these names, if they use them.

    Raises FileNotFoundError if a module is missing, and ValueError if one
    imports or exports in any other way than by ``import { a, b } from
    "./c.mjs";`` and by ``export`` before a definition, if one has a string
    in single quotes, a quote in a regular expression, or a block comment, or
    if two define the same name, because they share one scope.
    """
    modules: dict[Path, str] = {}
    add_module((FOLDER / name).resolve(), modules)
    script = "".join(modules.values())
    for constant, text in constants.items():
        if constant in script:
            script = f"const {constant} = {json.dumps(text)};\n{script}"
    for defined_name, count in Counter(DEFINED.findall(script)).items():
        if count > 1:
            raise ValueError(f"{name}: two modules define {defined_name!r}")
    script = SPACE_OR_COMMENT.sub(lambda match: match[1] or "", script)
    return f'(() => {{\n"use strict";\n{script}}})();\n'


def add_module(file: Path, modules: dict[Path, str]) -> None:
    """Add the text of a module to ``modules``, after those it imports."""
    text = file.read_text("utf-8")
    for address in IMPORT.findall(text):
        imported = (file.parent / address).resolve()
        if imported not in modules:
            add_module(imported, modules)
    text = IMPORT.sub(lambda match: "\n" * match[0].count("\n"), text)
    text = EXPORT.sub("", text)
    code = STRING_OR_COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text)
    if found := UNSUPPORTED.search(code):
        line = code.count("\n", 0, found.end())
        statement = text.splitlines()[line]
        raise ValueError(f"{file}:{line + 1}: cannot bundle {statement!r}")
    modules[file] = text


def styles(name: str) -> dict[str, str]:
    """Return the style sheets of a module and of all it imports, by name.

    The first belong to all. The sheet of a module has the module's name.
    """
    modules: dict[Path, str] = {}
    add_module((FOLDER / name).resolve(), modules)
    sheets = {*FOLDER.resolve().rglob("*.css")}  # a build notes the folder
    own = (file.with_suffix(".css") for file in modules)
    files = [*map(FOLDER.joinpath, STYLES), *filter(sheets.__contains__, own)]
    return {file.stem: shorten(file.read_text("utf-8")) for file in files}


def shorten(sheet: str) -> str:
    """Return a style sheet without comments and needless space."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s", r"\1", text).replace(";}", "}")
