"""The stub and the check that are cut from a solution."""

import ast

import pytest

from coursework.stubs import BLANK, PASSED, split

SOLUTION = '''
from math import sqrt

# a helper that nobody asks for
def helper(x):
    return 17 * x


@decorated(by=1)  # for a reason
def area(
    width, height=2
):
    """Return the area.

    It may be zero.
    """
    # this would tell too much
    return width * height


class Room:
    """Hold what a room has."""

    def __init__(self):
        self.doors = 3


rooms = [helper(1)]
width, (height, _) = 2, (3, 4)
# It is a rectangle.
assert area(width) == 2 * height - 2

assert Room().doors == 3
'''
STUB = f'''\
from math import sqrt


@decorated(by=1)  # for a reason
def area(
    width, height=2
):
    """Return the area.

    It may be zero.
    """
    {BLANK}


class Room:
    """Hold what a room has."""
    {BLANK}


# name these: width, height
{BLANK}'''


def cut(*cells, shown=()):
    """Return the attempt at a solution whose cells have no tags."""
    return split([(code, False) for code in cells], shown)


def test_the_stub_has_what_the_check_looks_at_and_no_answer():
    attempt = cut(SOLUTION)
    assert attempt.stub == STUB
    assert attempt.names == ["area", "Room", "width", "height"]
    assert attempt.check == (
        "# It is a rectangle.\nassert area(width) == 2 * height - 2\n\n"
        f"assert Room().doors == 3\n{PASSED}"
    )


@pytest.mark.parametrize(
    "check",
    [
        "for y in x:\n    assert y",
        "with x:\n    if x:\n        assert x",
        "torch.testing.assert_close(x, 1)",
        "finding('It is so.', x)",
    ],
)
def test_a_check_may_be_any_statement_that_checks(check):
    attempt = cut(f"x = 1\nprint(x)\n{check}")
    assert attempt.check == f"{check}\n{PASSED}"
    assert attempt.stub == f"# name these: x\n{BLANK}"


def test_an_assert_within_a_function_belongs_to_the_answer():
    attempt = cut("def f(x):\n    assert x\n    return x", "assert f(1)")
    assert attempt.stub == f"def f(x):\n    {BLANK}\n    ..."
    assert attempt.check == f"assert f(1)\n{PASSED}"


def test_a_cell_with_the_tag_is_the_check_and_no_other():
    first = ("def f(x):\n    return x\n\n\nassert f(1)", False)
    second = ("y = f(2)\nprint(y)", True)
    attempt = split([first, second], [])
    assert attempt.stub == f"def f(x):\n    {BLANK}\n    ..."
    assert attempt.check == f"y = f(2)\nprint(y)\n{PASSED}"


def test_what_a_check_binds_itself_is_not_asked_for():
    answer = "a = b = c = d = e = f = len = 1"
    check = (
        "assert all(a for a in (lambda b: e)(d))\nfor c in d:\n    assert c"
    )
    assert cut(answer, check).names == ["d", "e"]


def test_what_the_exercise_shows_stays_whole_and_is_not_asked_for():
    shown = "def f(x):\n    return x  # wrong"
    code = 'def f(x):\n    """Return x."""\n    return x\n\n\nright = 2'
    blocks = [shown, "a part of\n    a program", "def g():\n    pass"]
    attempt = cut(code, "assert f(1) != right", shown=blocks)
    assert attempt.stub == f"{shown}\n\n\n# name these: right\n{BLANK}"
    assert attempt.names == ["right"]


def test_a_long_list_of_names_is_broken():
    names = [f"a_rather_long_name_{i}" for i in range(8)]
    code = "".join(f"{name} = 1\n" for name in names)
    stub = cut(code, f"assert {' + '.join(names)}").stub
    assert all(len(line) < 80 for line in stub.splitlines())
    assert ast.parse(stub).body == []  # comments alone
