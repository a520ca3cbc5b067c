"""A network that can be computed by hand: three symbols, two hidden units.

It has read something, which left ``H_BEFORE``, and now reads an h; the next
symbol is an e. All numbers have one decimal, and are chosen so that rounding
each result to two decimals changes none that follows.
"""

import torch
from torch import Tensor

SYMBOLS = ["t", "h", "e"]
X = torch.tensor([[0.0, 1.0, 0.0]])  # (1, 3), the h
H_BEFORE = torch.tensor([[0.6, -0.2]])  # (1, 2)

W_xh = torch.tensor([[0.5, -0.4], [0.8, 0.3], [-0.6, 0.9]])  # (3, 2)
W_hh = torch.tensor([[0.4, -0.5], [0.7, 0.2]])  # (2, 2)
b_h = torch.tensor([0.1, -0.1])  # (2,)
W_hq = torch.tensor([[-0.8, -0.1, 1.3], [-1.5, -0.6, -0.3]])  # (2, 3)
b_q = torch.tensor([-0.2, 0.3, 0.1])  # (3,)
PARAMS = [W_xh, W_hh, b_h, W_hq, b_q]
TRUTH = 2  # the e


def matrix(X: Tensor, decimals: int = 1) -> str:
    """Return a tensor, (rows, columns) or (columns,), as LaTeX."""
    columns = X.shape[-1]
    rows = [
        " & ".join(f"{number:z.{decimals}f}" for number in row)
        for row in X.reshape(-1, columns).tolist()
    ]
    content = rf"{{{'r' * columns}}} " + r" \\ ".join(rows)
    return rf"\left( \begin{{array}}{content} \end{{array}} \right)"
