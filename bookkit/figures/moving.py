"""Figures that move, and their data: results as plain, rounded numbers.

``move`` shows a script of ``widgets/src/moving/`` and its data, which the site
puts into a figure, and ``backpropagation`` computes such data.
"""

from collections.abc import Mapping
from typing import Any

import torch
from IPython.display import HTML
from torch import Tensor

from charrnn import bptt
from charrnn.model import one_hot
from widgets.embed import as_json, script

SCRIPTS = """\
<script type="application/json" class="moving"
 data-name="{name}">{data}</script>
<script class="lazy" data-name="{name}">{script}</script>"""


def move(name: str, data: Mapping[str, Any]) -> HTML:
    """Return what lets the figure before it move on the site.

    ``name`` names the script, in ``widgets/src/moving/``.

    Raises FileNotFoundError if there is no such script, TypeError if
    ``data`` is not plain JSON with finite numbers.
    """
    try:
        text = as_json(data)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"the data of the moving figure {name!r} must be plain JSON "
            f"({error}): use tolist(), and round the numbers"
        ) from error
    code = script(f"moving/{name}")
    return HTML(SCRIPTS.format(name=name, data=text, script=code))


def rounded(tensor: Tensor, digits: int) -> Any:
    """Return the numbers of a tensor as lists, rounded to some decimals."""
    scale = 10**digits
    whole = (tensor.double() * scale).round() / scale + 0.0  # no minus zero
    return whole.tolist()


def backpropagation(
    word: str, params: list[Tensor], H_0: Tensor
) -> dict[str, Any]:
    """Return how a network reads a word, and the gradients on the way back.

    The vocabulary of ``params`` is the letters of ``word``, in the order of
    their first appearance. ``H_0``, (1, h), is the initial state. The last
    letter is only predicted.
    """
    vocabulary = list(dict.fromkeys(word))
    symbols = torch.tensor([[vocabulary.index(letter) for letter in word]])
    X, Y = symbols[:, :-1], symbols[:, 1:]
    inputs = one_hot(X, len(vocabulary)).to(H_0)
    O, H = bptt.run(inputs, H_0, params)
    dO = bptt.logit_gradients(O, Y)
    dH, dA = bptt.state_gradients(dO, H, params[1], params[3])
    P = O.softmax(dim=2)[:, 0]  # (T, V)
    losses = -P[torch.arange(len(P)), Y[0]].log()
    terms = H[:-1].mT @ dA  # (T, h, h), of (eq-parameter-gradients)
    return {
        "word": word,
        "vocabulary": vocabulary,
        "A": rounded(H[1:, 0].atanh(), 2),
        "H": rounded(H[:, 0], 2),
        "P": rounded(P, 2),
        "losses": rounded(losses, 2),
        "loss": rounded(losses.mean(), 2),
        "dO": rounded(dO[:, 0], 3),
        "dH": rounded(dH[:, 0], 3),
        "dA": rounded(dA[:, 0], 3),
        "terms": rounded(terms, 3),
        "sums": rounded(terms.flip(0).cumsum(dim=0), 3),  # last step first
    }
