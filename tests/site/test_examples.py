"""The examples of the README and of its further pages run as they stand."""

import re
import subprocess
import sys

import pytest
from shared.site import ROOT

FILES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
EXAMPLES = [
    example
    for file in FILES
    for example in re.findall(
        r"```python\n(.*?)```", file.read_text("utf-8"), re.S
    )
]


def test_examples_are_found():
    assert EXAMPLES and "num_epochs=500" in EXAMPLES[0]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(code):
    code = code.replace("num_epochs=500", "num_epochs=2")
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    if "print(" in code:  # others show something, in a notebook
        *_, last = result.stdout.splitlines()
        assert last.startswith("the morlocks") and len(last) == 12 + 50
