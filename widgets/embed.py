"""What a cell shows of a script that runs in the reader's browser.

A notebook runs the script at once. On the site, our extension puts scripts
and weights into files, which are loaded when a reader comes near.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from widgets.bundle import FOLDER, bundle, kernel

PLACE = """\
<div class="in-browser" data-kind="{kind}">
<p class="fallback">{fallback}</p>
<script type="application/json" class="data">{data}</script>
{weights}<script class="lazy" data-name="{kind}">{script}</script>
</div>"""
WEIGHTS = '<script type="application/json" class="weights">{}</script>\n'


def in_browser(
    kind: str,
    data: Mapping[str, Any],
    *,
    weights: Sequence[str] = (),
    fallback: str,
) -> str:
    """Return HTML that runs a widget where it stands.

    ``kind`` is "playground" or "trainer", ``data`` what its script is given,
    and ``weights`` are texts that it loads when it needs them. Where no
    script runs, ``fallback`` is shown.
    """
    return PLACE.format(
        kind=kind,
        fallback=fallback,
        data=as_json(data),
        weights="".join(WEIGHTS.format(as_json(text)) for text in weights),
        script=script(kind),
    )


def as_json(data: Any) -> str:
    """Return data as JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False).replace("<", r"\u003c")


def script(kind: str) -> str:
    """Return the script of a widget, which holds that of its worker."""
    worker = bundle(f"{kind}_worker.mjs", KERNEL=kernel())
    style = (FOLDER / "widgets.css").read_text("utf-8")
    text = bundle(f"{kind}.mjs", WORKER=worker, STYLE=style)
    return text.replace("</script", r"<\/script")
