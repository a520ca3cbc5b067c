"""The network in a browser: its modules by Node.js, and how they become one.

The tests of a module are those of its name in this folder.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from shared.tools import need

import widgets.bundle as browser

TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))
WIDGETS = ["playground", "playground_worker", "trainer", "trainer_worker"]
PICTURES = sorted(
    f"moving/{file.stem}"
    for file in browser.FOLDER.glob("moving/*.mjs")
    if re.search("^begin", file.read_text("utf-8"), re.M)
)
DEFINED = re.compile(
    r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.M
)


def node(*arguments, text=""):
    """Run Node.js; return what it prints."""
    if shutil.which("node") is None:
        need("Node.js", "to run the scripts")
    result = subprocess.run(
        ["node", *arguments],
        input=text, env=os.environ | {"KERNEL": browser.kernel()},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_a_module_passes_its_tests(file):
    printed = node("--test", "--test-reporter=tap", file)
    assert re.search("^# pass [1-9]", printed, re.M)


@pytest.fixture
def folder(tmp_path):
    """Write three modules; the last needs the others, one of them twice."""
    (tmp_path / "below").mkdir()
    for name, text in {
        "below/first.mjs": "// One.\nexport const one = 1;\n",
        "below/second.mjs": (
            'import { one } from "./first.mjs";\n\n'
            "export function two() {\n  return one + one;\n}\n"
        ),
        "last.mjs": (
            'import {\n  two,\n} from "./below/second.mjs";\n'
            'import { one } from "./below/first.mjs";\n'
            "export class Sum { value = one + two(); } // three\n"
            "globalThis.found = [new Sum().value, GREETING];\n"
        ),
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_bundle_is_a_plain_script_with_each_module_once(folder):
    greeting = "“hi”\n\\"
    script = browser.bundle(folder / "last.mjs", GREETING=greeting)
    assert DEFINED.findall(script) == ["GREETING", "one", "two", "Sum"]
    script += "console.log(JSON.stringify([...found, typeof one]));"
    assert json.loads(node("-", text=script)) == [3, greeting, "undefined"]


def test_a_bundle_of_what_is_missing(folder):
    (folder / "below" / "first.mjs").unlink()
    with pytest.raises(FileNotFoundError, match=r"first\.mjs"):
        browser.bundle(folder / "last.mjs")


PARSES = "new (require('vm').Script)(require('fs').readFileSync(0, 'utf8'))"


@pytest.mark.parametrize("name", WIDGETS + PICTURES)
def test_the_names_of_a_bundle_have_one_meaning(name):
    script = browser.bundle(f"{name}.mjs")
    counts = Counter(DEFINED.findall(script))
    assert counts and set(counts.values()) == {1}, counts.most_common(3)
    node("-e", PARSES, text=script)
