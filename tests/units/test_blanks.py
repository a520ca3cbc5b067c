"""Blanks of every shape of function, and a lab that fits the package."""

import ast
import re

import pytest
from chapter.offer import blanks, lab, stubs
from nbformat.v4 import new_code_cell

FUNCTION = '''\
@decorated
def f(
    x: Tensor,
    y: int = 1,
) -> Tensor:
    """Do something.

    It takes two lines.
    """
    # A hint that gives it away.
    a, b = x  # (n, T)
    guard(
        x,
        y,
    )
    secret = a
    for row in x:  # (n,), a row
        # Another hint.
        secret += row  # (n,)
        guard(row)
        while secret:
            secret -= 1
    if y:
        for _ in range(y):
            secret *= 2  # (eq-two), twice

    def inner():
        return secret  # no shape

    try:
        guard(secret)
    finally:
        y = 2
    with lock:
        return torch.stack(
            [secret, b]
        )  # (2, n)
'''
HEAD = FUNCTION[: FUNCTION.index("    # A hint")]
BY_STEPS = f"""\
{HEAD}    # type your code here
    # a: (n, T)
    guard(
        x,
        y,
    )
    # type your code here
    for row in x:  # (n,), a row
        # type your code here
        # secret: (n,)
        guard(row)
        while secret:
            # type your code here
            ...
    # type your code here
    # secret: (eq-two), twice
    with lock:
        # type your code here
        # returned: (2, n)
        ..."""
AS_A_WHOLE = f"""\
{HEAD}    # type your code here
    # a: (n, T)
    # row: (n,), a row
    # secret: (n,)
    # secret: (eq-two), twice
    # returned: (2, n)"""
REGION = re.compile(rf"{blanks.BEGIN}\n.*?{blanks.END}$", re.M | re.S)


def blanked(source, *, by_steps):
    """Return what a student gets of a source."""
    marked = blanks.mark(source, ["guard"], by_steps=by_steps)
    return REGION.sub(stubs.BLANK, marked)


def test_a_function_is_blanked_step_by_step_or_as_a_whole():
    assert blanked(FUNCTION, by_steps=True) == BY_STEPS
    assert blanked(FUNCTION, by_steps=False) == AS_A_WHOLE


def test_what_is_marked_is_the_source_and_still_runs():
    for by_steps in (True, False):
        marked = blanks.mark(FUNCTION, ["guard"], by_steps=by_steps)
        lines = iter(marked.splitlines())
        assert all(line in lines for line in FUNCTION.splitlines())
        ast.parse(marked)


@pytest.mark.parametrize("by_steps", [True, False])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    return 1", "def f():\n    {}\n    ..."),
        (
            'def f():\n    """Do."""\n    return 1',
            'def f():\n    """Do."""\n    {}',
        ),
        ("def f():\n    g()\n\n    # why\n    return 1",
         "def f():\n    {}\n    ..."),
        ("x = [1]\ny = x", "x = [1]\ny = x"),  # nbgrader takes out the cell
        (
            "class A:\n    b = 1\n\n    def f(self):\n        self.x = 1",
            "class A:\n    b = 1\n\n    def f(self):\n        {}\n        ...",
        ),
        (
            "def f():\n    return 1\n\n\ndef g():\n    return 2",
            "def f():\n    {}\n    ...\n\n\ndef g():\n    {}\n    ...",
        ),
    ],
)  # fmt: skip
def test_whatever_is_left_can_be_run(source, expected, by_steps):
    found = blanked(source, by_steps=by_steps)
    assert found == expected.replace("{}", stubs.BLANK)
    ast.parse(found)


@pytest.mark.parametrize(
    "source",
    ["def f(): return 1", "def f():\n    x = 1; return x"],
)
def test_a_body_that_shares_a_line_is_refused(source):
    with pytest.raises(ValueError, match="a line of its own"):
        blanks.mark(source, [], by_steps=True)


# The source of the package

MODULE = '''\
"""A module."""

LIMIT = 3


class Model:
    """Hold parameters.

    In two lines.
    """

    def __init__(self):
        self.params = []

    @property
    def size(self):
        return len(self.params)

    def step(self):
        return LIMIT


@cached
def one():
    return 1


def two():
    return one() + 1
'''


@pytest.fixture
def modules(tmp_path):
    """Return where names come from, as the cells of a page say."""
    (tmp_path / "model.py").write_text(MODULE, "utf-8")
    code = "import torch\nfrom charrnn.model import Model, gone, one, two"
    cells = [new_code_cell(code), new_code_cell("from charrnn import three")]
    notebook = lab.new_notebook(cells=cells)
    return lab.imported(notebook, tmp_path)


def test_a_cell_that_shows_source_becomes_that_source(modules):
    one, two = MODULE.split("\n\n\n")[2:]
    assert lab.source_of("x = 1\nx", modules) == "x = 1\nx"
    assert lab.source_of("Source(one)", modules) == one
    both = lab.source_of("Source(one, two)", modules)
    assert both == f"{one}\n\n\n{two}".rstrip()


def test_methods_stand_under_their_class(modules):
    found = lab.source_of("Source(Model.__init__, Model.size)", modules)
    whole = MODULE.split("\n\n\n")[1]
    assert found == whole[: whole.index("\n\n    def step")]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Source(gone)", "the package defines no gone"),
        ("Source(Model.gone)", "the package defines no gone"),
        ("Source(three)", "three is imported from no module"),
    ],
)
def test_what_the_package_does_not_have_is_named(modules, code, message):
    with pytest.raises(LookupError, match=message):
        lab.source_of(code, modules)


# Names


def cells(*codes):
    """Return cells of the lab, numbered from 1."""
    return [
        lab.Cell(number, "given", new_code_cell(code))
        for number, code in enumerate(codes, start=1)
    ]


def test_names_are_given_by_any_cell_or_by_python():
    lab.find_undefined(
        cells(
            "import torch.nn as nn\nfrom a import b as c\nx, *y = range(3)",
            "def f(a: c, *rest, key=x) -> list[g]:\n"
            "    inner = [i for i in a if i]\n"
            "    return lambda z: z + len(rest) + inner[0] + key",
            "class g:\n    size = 1\n    both: int = size\n\n"
            "    def method(self):\n        return nn, self, f, __name__",
            "for name in y:\n    print(name)",
        )
    )


@pytest.mark.parametrize(
    "code",
    [
        "helper(1)",
        "def f():\n    return helper()",
        "def f(x: helper):\n    pass",
        "class A:\n    def f(self):\n        return [helper for _ in self]",
        "@helper\ndef f():\n    pass",
    ],
)
def test_a_name_that_no_cell_gives_is_named_with_its_cell(code):
    with pytest.raises(lab.Unfit, match="code cell 2: no cell gives helper"):
        lab.find_undefined(cells("x = 1", code))
