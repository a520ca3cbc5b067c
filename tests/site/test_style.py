"""Our JavaScript and our stylesheets, as ESLint and Stylelint see them."""

import pytest
from shared import checkers
from shared.site import ROOT

pytestmark = pytest.mark.usefixtures("tools")
CHECKS = [
    (checkers.ESLINT, ".js", "answer();", "'answer' is not defined"),
    (
        checkers.STYLELINT,
        ".css",
        "a {\n  colour: red;\n}\n",
        'unknown property "colour"',
    ),
]


@pytest.mark.parametrize(("checker", "suffix", "mistake", "said"), CHECKS)
def test_files_are_clean_and_a_mistake_would_be_found(
    checker, suffix, mistake, said
):
    files = ROOT.glob(f"book/**/*{suffix}")
    ours = [str(file) for file in files if ".min." not in file.name]
    assert ours and checkers.complaints(checker, *ours) == ""
    options = ["--stdin", "--stdin-filename", f"book/_static/page{suffix}"]
    assert said in checkers.complaints(checker, *options, text=mistake)
