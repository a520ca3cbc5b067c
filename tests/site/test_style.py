"""Our scripts and style sheets, as ESLint and Stylelint see them."""

import shutil
import subprocess

import pytest
from shared.checkers import WIDGETS


@pytest.mark.usefixtures("tools")
def test_scripts_and_style_sheets_pass_the_linters():
    result = subprocess.run(
        [shutil.which("npm"), "run", "lint"], cwd=WIDGETS,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
