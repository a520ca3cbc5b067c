"""The scripts for the browser: their modules, and how they are joined."""

import base64
import json
import os
import re
import shutil
import subprocess

import pytest
from shared.site import ROOT
from shared.tools import need
from wasmtime import wat2wasm

from widgets.bundle import FOLDER, bundle, styles
from widgets.palette import read_palette


def run(*command, text=""):
    """Run a command, such as node or npm; return what it prints."""
    program = shutil.which(command[0])
    if program is None:
        need(command[0], "to run the scripts")
    result = subprocess.run(
        [program, *command[1:]], input=text, cwd=ROOT / "widgets",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.mark.skipif(os.name == "nt", reason="npm test needs a POSIX shell")
def test_the_modules_pass_their_tests():
    run("npm", "test")


@pytest.mark.usefixtures("tools")
def test_scripts_and_style_sheets_pass_the_linters():
    run("npm", "run", "lint")


def test_the_kernel_is_assembled_from_its_text():
    assembled = wat2wasm((FOLDER / "kernel.wat").read_text("utf-8"))
    text = base64.b64encode(assembled).decode()
    module = (FOLDER / "kernel.mjs").read_text("utf-8")
    assert f'"{text}"' in module, f"write into kernel.mjs: {text}"


@pytest.fixture
def folder(tmp_path):
    """Write modules; the last needs the others, one of them twice."""
    (tmp_path / "below").mkdir()
    for name, text in {
        "below/first.mjs": "// One.\nconst own = 1;\nexport { own as one };\n",
        "below/second.mjs": (
            'import { one } from "./first.mjs";\n\n'
            "export function two() {\n  return one + one;\n}\n"
        ),
        "vendor.mjs": "const a=3,b=4;export{a as three,b};",
        "last.mjs": (
            'import {\n  two,\n} from "./below/second.mjs";\n'
            'import { one as own } from "./below/first.mjs";\n'
            'import { three } from "./vendor.mjs";\n'
            "export class Sum { value = own + two() + three; } // six\n"
            "globalThis.found = [new Sum().value, GREETING];\n"
        ),
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_bundle_is_a_plain_script_with_each_module_once(folder):
    greeting = "“hi”\n\\"
    script = bundle(folder / "last.mjs", GREETING=greeting)
    assert script.count("own = 1") == script.count("function two") == 1
    assert "One" not in script
    script += "console.log(JSON.stringify([...found, typeof two]));"
    found = json.loads(run("node", "-", text=script))
    assert found == [6, greeting, "undefined"]


@pytest.mark.parametrize(
    "statement",
    ["import './a.mjs';", "export default 1;", 'export * from "./a.mjs";'],
)
def test_a_statement_that_is_not_understood_is_an_error(tmp_path, statement):
    module = tmp_path / "module.mjs"
    module.write_text(f"const a = 1;\n{statement}\n")
    with pytest.raises(ValueError, match=r"module\.mjs: cannot bundle"):
        bundle(module)


def test_scripts_and_styles_use_colours_that_are_defined():
    files = [f for f in FOLDER.rglob("*.*") if f.suffix in (".css", ".mjs")]
    text = "".join(file.read_text("utf-8") for file in files)
    used = set(re.findall(r"var\(--([\w-]+)[,)]", text))
    defined = set(re.findall(r'[ "`]--([\w-]+)[":]', text))
    known = {name for name in used if name.startswith(("pst-", "jp-"))}
    assert used - known <= defined


def test_a_role_has_the_colour_that_it_refers_to():
    palette = read_palette()
    assert palette["sequential"] == palette["blue"]
    assert all(re.match("#|white", color) for color in palette.values())
    sheets = styles("trainer.mjs")
    assert f"--blue: {palette['blue']};" in sheets["palette"]
    assert "trainer_base" in sheets and "playground" not in sheets
