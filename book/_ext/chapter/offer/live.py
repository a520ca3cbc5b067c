"""Live code: on request, the cells of a page run in the page itself.

An entry in the menu of ``launch`` makes ``live.js`` fetch Thebe, and ask a
BinderHub for the container that its link opens too. Nothing is fetched before.

sphinx-thebe raises an error on each page, and without a network says
"Loading" for ever.
"""

from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx

from chapter.offer import fork


def container(source: fork.Fork) -> dict[str, Any]:
    """Return what a container of the fork is asked for with."""
    provider, repository = source.binder
    return {
        "data-provider": provider,
        "data-repository": repository,
        "data-branch": quote(source.branch),
    }


def entry(
    app: Sphinx, page: str, source: fork.Fork, service: str
) -> dict[str, str]:
    """Return the entry of the menu; give the page the script it starts."""
    place: dict[str, Any] = {"data-page": f"{page}.ipynb"}
    place |= {"data-binder": service} | container(source)
    app.add_js_file("live.js", **place)
    return {
        "type": "javascript",
        "text": "In this page, by Thebe and Binder",
        "javascript": "startLiveCode()",
        "icon": "fas fa-play",
        "label": "live",
        "tooltip": f"Loads Thebe from jsdelivr.net, then asks {service}",
    }
