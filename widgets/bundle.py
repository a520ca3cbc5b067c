"""The network in a browser: the scripts, and how they become one.

The scripts are modules, ``.mjs``, which Node.js runs as they are. A page that
lies on a disk may import none, so that each page gets one script in which a
module stands with all that it imports.
"""

import base64
import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("src")
IMPORT = re.compile(r'^import [^;]*? from "([^"]+)";\n', re.M)
COMMENT = re.compile(r"^ *//.*\n", re.M)


def bundle(name: str | Path, **constants: str) -> str:
    """Return a script that does what a module does, with all it imports.

    ``name`` is a file, seen from this folder, such as ``"trainer.mjs"``. The
    modules of a bundle share their names, and each name has one meaning
    there. ``constants`` are texts that the modules find under these names.

    Raises FileNotFoundError if a module is missing.
    """
    texts: dict[Path, str] = {}
    collect(FOLDER / name, texts)
    defined = [f"const {n} = {json.dumps(t)};\n" for n, t in constants.items()]
    script = "".join([*defined, *texts.values()])
    return f'(() => {{\n"use strict";\n{script}}})();\n'


def collect(file: Path, texts: dict[Path, str]) -> None:
    """Add the text of a module to ``texts``, after those that it imports."""
    text = file.read_text("utf-8")
    for address in IMPORT.findall(text):
        imported = (file.parent / address).resolve()
        if imported not in texts:
            collect(imported, texts)
    text = COMMENT.sub("", IMPORT.sub("", text))
    texts[file.resolve()] = re.sub(r"^export ", "", text, flags=re.M)


@cache
def kernel() -> str:
    """Return the kernel, assembled from its text, in base64."""
    from wasmtime import wat2wasm  # takes a while to be imported

    text = (FOLDER / "kernel.wat").read_text("utf-8")
    return base64.b64encode(wat2wasm(text)).decode()
