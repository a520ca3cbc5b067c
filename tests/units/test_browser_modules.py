"""The network in a browser: its modules by Node.js, and how they become one.

The tests of a module are those of its name in tests/units/browser/.
"""

import base64
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import wasmtime
from shared.tools import need

from charrnn import browser

TESTS = sorted((Path(__file__).parent / "browser").glob("*.test.mjs"))
MODULES = sorted(file.name for file in browser.FOLDER.glob("*.mjs"))
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
            "// Two, which\n// is more.\n"
            "export function two() {\n  // so it is\n  return one + one;\n}\n"
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


def test_a_bundle_has_what_a_module_needs_before_it_and_once(folder):
    script = browser.bundle(folder / "last.mjs", GREETING="hi")
    assert DEFINED.findall(script) == ["GREETING", "one", "two", "Sum"]
    assert not re.search(r"^ *(import|export|//)", script, re.M)


def test_a_bundle_runs_as_a_plain_script_and_finds_its_constants(folder):
    greeting = "“hi”\n\\"
    script = browser.bundle(folder / "last.mjs", GREETING=greeting)
    script += "console.log(JSON.stringify([...found, typeof one]));"
    printed = node("-", text=script)
    assert json.loads(printed) == [3, greeting, "undefined"]


def test_a_bundle_of_what_is_missing(folder):
    with pytest.raises(FileNotFoundError, match=r"missing\.mjs"):
        browser.bundle("missing.mjs")
    (folder / "below" / "first.mjs").unlink()
    with pytest.raises(FileNotFoundError, match=r"first\.mjs"):
        browser.bundle(folder / "last.mjs")


PARSES = "new (require('vm').Script)(require('fs').readFileSync(0, 'utf8'))"


@pytest.mark.parametrize("name", MODULES)
def test_the_names_of_a_bundle_have_one_meaning(name):
    script = browser.bundle(name)
    counts = Counter(DEFINED.findall(script))
    assert counts and set(counts.values()) == {1}, counts.most_common(3)
    node("-e", PARSES, text=script)


@pytest.fixture(scope="module")
def machine():
    """Return the kernel, started, and its memory as an array."""
    store = wasmtime.Store()
    code = wasmtime.Module(store.engine, base64.b64decode(browser.kernel()))
    kind = wasmtime.MemoryType(wasmtime.Limits(8, None))
    memory = wasmtime.Memory(store, kind)
    exports = wasmtime.Instance(store, code, [memory]).exports(store)
    place, size = memory.get_buffer_ptr(store), memory.data_len(store)
    numbers = np.ctypeslib.as_array(place, (size,)).view(np.float32)
    return partial(exports["addProduct"], store), numbers


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(
    ("m", "k", "n"), [(1, 1, 16), (1, 128, 512), (32, 128, 128), (7, 5, 48)]
)
def test_the_kernel_adds_a_product_and_no_more(machine, transposed, m, k, n):
    add_product, memory = machine
    memory[:] = np.random.default_rng(0).normal(size=len(memory))
    ends = np.cumsum([64, m * n, m * k, k * n])  # one after the other
    C, A, B = (memory[i:j] for i, j in pairwise(ends))
    A = A.reshape(k, m).T if transposed else A.reshape(m, k)
    before = memory.copy()
    expected = C.reshape(m, n) + A.astype(float) @ B.reshape(k, n)
    add_product(*(int(4 * place) for place in ends[:3]), m, k, n, *A.strides)
    np.testing.assert_allclose(C.reshape(m, n), expected, atol=1e-4)
    C[:] = before[ends[0] : ends[1]]
    assert np.array_equal(memory, before)
