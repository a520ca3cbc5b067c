"""A link that is shared shows a title, a sentence and a picture.

sphinxext-opengraph writes these into the pages. It needs the address where
the site is published: that in ``_config.yml``, or else where GitHub Pages
publish the repository. Without one, pages are as they would be without it.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from chapter import state


def find_address(app: Sphinx, config: Config) -> None:
    """Find where the site is published, if that can be known."""
    owner, _, name = state.get_build(app).repository.partition("/")
    site = f"{owner}.github.io"
    # The repository with the name of the site is published at its root.
    pages = f"https://{site}/{name}".removesuffix(f"/{site}") if owner else ""
    address = config.html_baseurl or pages
    config.ogp_site_name = config.html_title
    config.ogp_site_url = address and f"{address.rstrip('/')}/"


def describe(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let the sentence be the description of the page, not its first words."""
    if doctree is None:  # no page of the book
        return
    meta = {} if app.config.ogp_site_url else {"ogp_disable": ""}
    for tag in doctree.findall(nodes.meta):
        if tag.get("name") == "description":
            meta["og:description"] = tag["content"]
    context["meta"] = {**context["meta"], **meta}
