"""Our JavaScript and our stylesheets, as ESLint and Stylelint see them."""

import pytest
from shared import checkers
from shared.site import ROOT

pytestmark = pytest.mark.usefixtures("tools")


def ours(suffix):
    files = ROOT.glob(f"book/**/*{suffix}")
    found = [str(file) for file in files if ".min." not in file.name]
    assert found
    return found


def test_the_scripts_are_clean():
    assert checkers.complaints(checkers.ESLINT, *ours(".js")) == ""


def test_the_stylesheets_are_clean():
    assert checkers.complaints(checkers.STYLELINT, *ours(".css")) == ""


def test_eslint_would_find_a_mistake():
    options = ["--stdin", "--stdin-filename", "book/_static/page.js"]
    said = checkers.complaints(checkers.ESLINT, *options, text="answer();")
    assert "'answer' is not defined" in said


def test_stylelint_would_find_a_mistake():
    options = ["--stdin", "--stdin-filename", "book/_static/page.css"]
    text = "a {\n  colour: red;\n}\n"
    said = checkers.complaints(checkers.STYLELINT, *options, text=text)
    assert 'unknown property "colour"' in said
