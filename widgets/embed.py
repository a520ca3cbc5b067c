"""HTML and scripts that show a widget, or let a figure move.

A notebook runs a widget's script at once. On the site, the extension puts
scripts and weights into files, which are loaded when a reader comes near.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from widgets.bundle import bundle, kernel, style

TEMPLATE = """\
<div class="network-widget {name}">
<p class="fallback">{fallback}</p>
<script type="application/json" class="data" data-name="{name}">{data}</script>
{weights}<script class="late" data-name="{name}">{script}</script>
</div>"""
WEIGHTS = '<script type="application/json" class="weights">{}</script>\n'


def widget_html(
    name: str,
    data: Mapping[str, Any],
    *,
    weights: Sequence[str] = (),
    fallback: str,
) -> str:
    """Return HTML that runs a widget where it stands.

    ``name`` is "playground" or "trainer", ``data`` what its script is given,
    and ``weights`` are texts that it loads when it needs them. Where no
    script runs, ``fallback`` is shown.
    """
    worker = bundle(f"{name}_worker.mjs", KERNEL=kernel())
    return TEMPLATE.format(
        name=name,
        fallback=fallback,
        data=as_json(data),
        weights="".join(WEIGHTS.format(as_json(text)) for text in weights),
        script=script(name, "widgets.css", WORKER=worker),
    )


def as_json(data: Any) -> str:
    """Return data as JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False).replace("<", r"\u003c")


def script(module: str, sheet: str, **constants: str) -> str:
    """Return the script of a widget or of a moving figure, with its style."""
    text = bundle(f"{module}.mjs", STYLE=style(sheet), **constants)
    return text.replace("</script", r"<\/script")
