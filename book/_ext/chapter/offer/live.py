"""Live code: on request, the cells of a page run in the page itself.

An entry in the menu of ``launch`` makes ``live.js`` fetch Thebe, and ask a
BinderHub for the container that its link opens too. Nothing is fetched before.
"""

from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx

from chapter import hooks, state
from chapter.offer import fork

ENTRY = {
    "type": "javascript",
    "text": "In this page, by Thebe and Binder",
    "javascript": "startLiveCode()",
    "icon": "fas fa-play",
    "label": "live",
}


def container(source: fork.Fork) -> dict[str, Any]:
    """Return what a container of the fork is asked for with."""
    provider, repository = source.binder
    return {
        "data-provider": provider,
        "data-repository": repository,
        "data-branch": quote(source.branch),
    }


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Put an entry into the menu above a page, if Binder can run the page."""
    build = state.of(app)
    service = build.services.get("binderhub_url", "").rstrip("/")
    is_notebook = "kernelspec" in app.env.metadata[page]
    if build.notebooks is None or not service or not is_notebook:
        return
    for button in hooks.header_buttons(context):
        if button.get("label") == "launch-buttons":
            tooltip = f"Loads Thebe from jsdelivr.net, then asks {service}"
            button["buttons"].append(ENTRY | {"tooltip": tooltip})
    place = {"data-binder": service, "data-page": f"{page}.ipynb"}
    facts: dict[str, Any] = place | container(build.notebooks)
    app.add_js_file("live.js", **facts)
