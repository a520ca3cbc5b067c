"""Blanks in functions of every shape."""

import pytest

from coursework import blanks

FUNCTION = '''\
@decorated
def f(
    x: Tensor,
) -> Tensor:
    """Do something.

    It takes two lines.
    """
    # A hint that gives it away.
    a, b = x  # (n, T)
    guard(x)
    secret = a
    for row in x:  # (n,), a row
        # Another hint.
        secret += row  # (n,)
        guard(row)
        while secret:
            secret -= 1

    with lock:
        return torch.stack(
            [secret, b]
        )  # (eq-two), (2, n)
'''
HEAD = FUNCTION[: FUNCTION.index("    # A hint")]
BY_STEPS = f"""\
{HEAD}    # type your code here
    # a: (n, T)
    guard(x)
    # type your code here
    for row in x:  # (n,), a row
        # type your code here
        # secret: (n,)
        guard(row)
        while secret:
            # type your code here
            ...

    with lock:
        # type your code here
        # returned: (eq-two), (2, n)
        ..."""
AS_A_WHOLE = f"""\
{HEAD}    # type your code here
    # a: (n, T)
    # row: (n,), a row
    # secret: (n,)
    # returned: (eq-two), (2, n)"""


def blanked(source, by_steps):
    """Return a source with blanks."""
    marked = blanks.mark(source, ["guard"], by_steps)
    return blanks.MARKED.sub(blanks.BLANK, marked)


def test_a_function_is_blanked_step_by_step_or_as_a_whole():
    assert blanked(FUNCTION, by_steps=True) == BY_STEPS
    assert blanked(FUNCTION, by_steps=False) == AS_A_WHOLE


@pytest.mark.parametrize("by_steps", [True, False])
def test_the_methods_of_a_class_and_other_code_are_blanked(by_steps):
    source = "class A:\n    b = 1\n\n    def f(self):\n        {}"
    left = source.format("# type your code here\n        ...")
    assert blanked(source.format("self.x = 1"), by_steps) == left
    assert blanked("x = [1]\ny = x", by_steps) == blanks.BLANK
