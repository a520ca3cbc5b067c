"""Check the first minibatch of the novel."""

from typing import Any

from coursework.kit.feedback import expect, property_of, require
from coursework.kit.novel import names, novel
from coursework.kit.values import Words, near, shape_of

VARIABLES = ["X", "Y", "batch_size", "num_steps"]
PAGE = "Reading the Novel > Inputs and targets"


@property_of("X, Y", PAGE)
def shapes(X: Any, Y: Any, rows: int, columns: int, seed: int) -> None:
    """X and Y hold integers in batch_size rows and num_steps columns."""
    for name, Z in ("X", X), ("Y", Y):
        shape = shape_of(Z)
        is_turned = near(shape, (columns, rows))
        hint = "rows and columns are swapped" if is_turned else ""
        expect(f"{name}.shape", shape, (rows, columns), hint)
        expect(f"{name}.is_floating_point()", Z.is_floating_point(), False)


@property_of("X, Y", PAGE)
def text(X: Any, Y: Any, rows: int, columns: int, seed: int) -> None:
    """X is the first minibatch of the novel, and Y is X a character later."""
    axes = [len(shape_of(Z) or ()) for Z in (X, Y)]
    expect("the number of axes of X, and of Y", axes, [2, 2])
    name = dict(enumerate(names()))
    for i, pair in enumerate(zip(X.tolist(), Y.tolist(), strict=False)):
        x, y = ("".join(name.get(k, "?") for k in row) for row in pair)
        hint = ""
        if x != y and x in novel() and y in novel():
            hint = "this is a different piece of the novel"
            if x[:-1] == y[1:]:
                hint = "X and Y are swapped"
        expect(f"row {i} of Y[:, :-1]", y[:-1], x[1:], hint)
        start, right = novel().find(x + y[-1:]), Words("a piece of the novel")
        require(start >= 0, f"row {i} of X and Y[:, -1]", x + y[-1:], right)
        what, right = "the offset of row 0", Words(f"below {X.shape[1]}")
        hint = "this is not the first minibatch"
        require(i > 0 or start < X.shape[1], what, start, right, hint)
