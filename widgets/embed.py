"""Widgets as outputs of cells, and the scripts that run in a page.

A notebook runs a widget's script at once. On the site, the extension puts
scripts and weights into files, which are loaded when a reader comes near.
"""

import json
from dataclasses import dataclass
from typing import Any

from widgets.bundle import bundle, styles

TEMPLATE = """\
<div class="network-widget {name}">
{still}
<script type="application/json" class="data" data-name="{name}">{data}</script>
{weights}<script class="lazy" data-name="{name}">{script}</script>
</div>"""
WEIGHTS = '<script type="application/json" class="weights">{}</script>\n'


@dataclass(frozen=True)
class Widget:
    """A widget, which shows itself as the output of a cell.

    ``name`` names its script, and ``data`` what the script is given.
    ``weights`` are texts that it loads when it needs them, weights or not, and
    ``worker`` is the name of its worker, if it has one. Until the script runs,
    ``still`` is shown, which is HTML, or the sentence ``fallback``.
    """

    name: str
    fallback: str
    data: dict[str, Any]
    weights: tuple[str, ...] = ()
    worker: str = ""
    still: str = ""

    def __repr__(self) -> str:
        """Return what is shown where there is no HTML."""
        return self.fallback

    def _repr_html_(self) -> str:
        worker = self.worker and bundle(f"{self.worker}.mjs")
        fallback = f'<p class="fallback">{self.fallback}</p>'
        return TEMPLATE.format(
            name=self.name,
            still=self.still or fallback,
            data=as_json(self.data),
            weights="".join(WEIGHTS.format(as_json(w)) for w in self.weights),
            script=script(self.name, WORKER=worker),
        )


def as_json(data: Any) -> str:
    """Return data as JSON that may be put into a script element.

    Raises TypeError or ValueError if it is not plain, with finite numbers.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.replace("<", r"\u003c")


def script(module: str, **constants: str) -> str:
    """Return the script of a widget or of a moving figure, with its style."""
    file = f"{module}.mjs"
    text = bundle(file, STYLES=as_json(styles(file)), **constants)
    return text.replace("</script", r"<\/script")
