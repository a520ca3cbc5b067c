"""Our JavaScript and our stylesheets, as ESLint and Stylelint see them."""

import pytest
from shared import checkers
from shared.site import ROOT


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(
    ("checker", "suffix"),
    [
        (checkers.ESLINT, ".js"),
        (checkers.ESLINT, ".mjs"),
        (checkers.STYLELINT, ".css"),
    ],
)
def test_our_files_are_clean(checker, suffix):
    places = ("book", "charrnn", "tests")
    files = [f for p in places for f in ROOT.glob(f"{p}/**/*{suffix}")]
    ours = [str(file) for file in files if ".min." not in file.name]
    assert ours and checkers.complaints(checker, *ours) == ""
