"""The stub and the check that a solution is split into."""

import pytest

from coursework.stubs import BLANK, PASSED, split

SOLUTION = '''
from math import sqrt

def helper(x):  # nobody asks for it
    return 17 * x


@decorated(by=1)  # for a reason
def area(width, height=2):
    """Return the area."""
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
def area(width, height=2):
    """Return the area."""
    {BLANK}


class Room:
    """Hold what a room has."""
    {BLANK}


# name these: width, height
{BLANK}'''


def cut(*cells, shown=()):
    """Split a solution whose cells have no tags."""
    return split([(code, False) for code in cells], shown)


def test_the_stub_has_what_the_check_uses_and_no_answer():
    found = cut(SOLUTION)
    assert found.stub == STUB
    assert found.names == ["area", "Room", "width", "height"]
    assert found.check == (
        "# It is a rectangle.\nassert area(width) == 2 * height - 2\n\n"
        f"assert Room().doors == 3\n{PASSED}"
    )


@pytest.mark.parametrize(
    "check",
    [
        "for y in x:\n    assert y",
        "with x:\n    if x:\n        assert x",
        "torch.testing.assert_close(x, 1)",
        "finding('is-so', 'It is so.', x)",
    ],
)
def test_any_statement_that_checks_is_a_check(check):
    found = cut(f"x = 1\nprint(x)\n{check}")
    assert found.check == f"{check}\n{PASSED}"
    assert found.stub == f"# name these: x\n{BLANK}"


def test_an_assert_within_a_function_belongs_to_the_answer():
    found = cut("def f(x):\n    assert x\n    return x", "assert f(1)")
    assert found.stub == f"def f(x):\n    {BLANK}\n    ..."
    assert found.check == f"assert f(1)\n{PASSED}"


def test_only_cells_with_the_tag_are_the_check_if_there_are_any():
    first = ("def f(x):\n    return x\n\n\nassert f(1)", False)
    second = ("y = f(2)\nprint(y)", True)
    found = split([first, second], [])
    assert found.stub == f"def f(x):\n    {BLANK}\n    ..."
    assert found.check == f"y = f(2)\nprint(y)\n{PASSED}"


def test_the_stub_asks_for_no_name_that_the_check_binds():
    answer = "a = b = c = d = e = f = len = 1"
    check = (
        "assert all(a for a in (lambda b: e)(d))\nfor c in d:\n    assert c"
    )
    assert cut(answer, check).names == ["d", "e"]


def test_a_function_that_the_exercise_shows_stays_whole():
    shown = "def f(x):\n    return x  # wrong"
    code = 'def f(x):\n    """Return x."""\n    return x\n\n\nright = 2'
    blocks = [shown, "a part of\n    a program", "def g():\n    pass"]
    found = cut(code, "assert f(1) != right", shown=blocks)
    assert found.stub == f"{shown}\n\n\n# name these: right\n{BLANK}"
    assert found.names == ["right"]
