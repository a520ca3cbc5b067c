"""Links that open a page where its code runs, in any fork.

The theme can make such links, but gets them wrong for groups of GitLab, for
a GitLab of one's own, and for Colab. So these are made here, from what the
fork says of itself and from the addresses of the services in _config.yml. A
copy of the chapter that is no fork has none.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

from chapter import hooks, state
from chapter.offer import fork, menus

HUB = "CHAPTER_HUB"
NOTEBOOKS = "notebooks"  # the branch with the pages as Colab can open them
PROVIDERS = {"github": "gh", "gitlab": "gl", "git": "git"}  # in links


def find_services(app: Sphinx, config: Config) -> None:
    """Note the fork and the services; hide the latter from the theme.

    All pages are written again when any of them has changed.
    """
    build, options = state.of(app), config.html_theme_options
    build.services = hooks.take_services(options)
    if os.environ.get(HUB):
        build.services["jupyterhub_url"] = os.environ[HUB]
    if not has_notebooks(Path(app.srcdir)):
        build.services.pop("colab_url", None)
    build.fork = fork.find(Path(app.srcdir))
    options["repository_url"] = build.fork.url if build.fork else ""
    options["repository_branch"] = build.fork.branch if build.fork else ""
    config.launch_state = f"{build.fork} {build.services}"


def has_notebooks(root: Path) -> bool:
    """Return whether there is the branch that Colab reads, or will be.

    What publishes the site names the repository, and makes the branch.
    """
    branch = f"refs/remotes/origin/{NOTEBOOKS}"
    known = fork.git(root, "rev-parse", "--verify", "--quiet", branch)
    return bool(known or os.environ.get(fork.REPOSITORY))


def binder(source: fork.Fork, service: str, page: str) -> str:
    """Return the link to a page in Binder."""
    provider, repository = source.binder
    if provider != "github":
        repository = quote(repository, safe="")
    place = f"{PROVIDERS[provider]}/{repository}/{quote(source.branch)}"
    query = urlencode({"urlpath": f"lab/tree/{page}.md"}, safe="/")
    return f"{service}/v2/{place}?{query}"


def hub(source: fork.Fork, service: str, page: str) -> str | None:
    """Return the link to a page in a JupyterHub that has nbgitpuller.

    It can pull a branch, and no single commit.
    """
    if re.fullmatch("[0-9a-f]{40}", source.branch):
        return None
    query = {
        "repo": source.url,
        "branch": source.branch,
        "urlpath": f"lab/tree/{source.repo}/{page}.md",
    }
    return f"{service}/hub/user-redirect/git-pull?{urlencode(query, safe='/')}"


def colab(source: fork.Fork, service: str, page: str) -> str | None:
    """Return the link to a page in Colab, which knows GitHub alone."""
    if source.host != "github.com":
        return None
    place = f"{source.org}/{source.repo}/blob/{NOTEBOOKS}"
    return f"{service}/github/{place}/{page}.ipynb"


SERVICES = {
    "binderhub_url": ("Binder", binder, "fa-cloud"),
    "colab_url": ("Colab", colab, "fa-infinity"),
    "jupyterhub_url": ("JupyterHub", hub, "fa-users"),
}


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Put the links into a menu above a page that is a notebook."""
    build, links = state.of(app), []
    if build.fork is None or "kernelspec" not in app.env.metadata[page]:
        return
    for key, (text, link, icon) in SERVICES.items():
        service = build.services.get(key, "").rstrip("/")
        if service and (url := link(build.fork, service, page)):
            links.append(menus.link(text, url, icon))
    if links:
        menus.add(context, "launch", "Run this page", "fa-rocket", links)
