"""Our JavaScript and our stylesheets, as ESLint and Stylelint see them."""

import pytest
from shared import checkers
from shared.site import ROOT

pytestmark = pytest.mark.usefixtures("tools")
UNDEFINED = "answer();\n", "'answer' is not defined"
CHECKS = [
    (checkers.ESLINT, ".js", *UNDEFINED),
    (checkers.ESLINT, ".mjs", *UNDEFINED),
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
    places = ("book", "charrnn", "tests")
    files = [f for p in places for f in ROOT.glob(f"{p}/**/*{suffix}")]
    ours = [str(file) for file in files if ".min." not in file.name]
    assert ours and checkers.complaints(checker, *ours) == ""
    options = ["--stdin", "--stdin-filename", f"book/_static/page{suffix}"]
    assert said in checkers.complaints(checker, *options, text=mistake)
