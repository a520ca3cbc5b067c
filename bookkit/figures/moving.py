"""Figures that move, and their data.

``move`` shows a script of ``widgets/src/moving/`` and its data, which the site
puts into a figure, and ``small_network`` returns such data.
"""

from collections.abc import Mapping
from typing import Any

from IPython.display import HTML

from bookkit import by_hand
from charrnn.model import PARAMS
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


def small_network(task: str, read: str, expected: str = "") -> dict[str, Any]:
    """Return the network of ``by_hand``, and what it is to do in a page.

    It reads the letters ``read`` from ``H_BEFORE`` on, and is to predict
    those of ``expected``. A reader's ``task`` is to let it ``"read"`` more, to
    let it ``"descend"`` along its gradient, or to follow a ``"pass"``, forward
    and backward.
    """
    params = zip(PARAMS, by_hand.PARAMS, strict=True)
    return {
        "task": task,
        "symbols": by_hand.SYMBOLS,
        "params": {name: param.tolist() for name, param in params},
        "start": by_hand.H_BEFORE[0].tolist(),
        "read": read,
        "next": expected,
    }
