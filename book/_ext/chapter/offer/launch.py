"""Links that open a page where its code runs, in any fork.

The theme can make such links, but gets them wrong for groups of GitLab, for
a GitLab of one's own, and for Colab. So these are made here, from what the
fork says of itself and from the addresses of the services in _config.yml.
They lead to the branch that ``binder/branch.py`` lays out. A copy of the
chapter that has no such branch has no links.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

from chapter import hooks, state
from chapter.offer import fork, live, menus

HUB = "CHAPTER_HUB"
NOTEBOOKS = "notebooks"  # the branch with the pages as notebooks
PROVIDERS = {"github": "gh", "gitlab": "gl", "git": "git"}  # in links


def find_services(app: Sphinx, config: Config) -> None:
    """Note the fork, its branch of notebooks, and the services.

    The theme does not see the services. All pages are written again when
    any of these has changed.
    """
    root, build = Path(app.srcdir), state.of(app)
    options = config.html_theme_options
    services = hooks.take_services(options)
    if os.environ.get(HUB):
        services["jupyterhub_url"] = os.environ[HUB]
    build.services = {k: (services.get(k) or "").rstrip("/") for k in SERVICES}
    build.fork = fork.find(root)
    if build.fork:
        build.notebooks = notebooks_of(build.fork, root, build.services)
    options["repository_url"] = build.fork.url if build.fork else ""
    options["repository_branch"] = build.fork.branch if build.fork else ""
    config.launch_state = f"{build.fork} {build.notebooks} {build.services}"


def notebooks_of(
    source: fork.Fork, root: Path, services: dict[str, str]
) -> fork.Fork | None:
    """Return a fork's branch of notebooks, if there is one, or will be.

    What publishes the site names the repository, and makes the branch. The
    commit matters to a hub alone: pages that name it are written again
    after each.
    """
    ref = f"refs/remotes/origin/{NOTEBOOKS}"
    known = fork.git(root, "rev-parse", "--verify", "--quiet", ref)
    if not known and not os.environ.get(fork.REPOSITORY):
        return None
    commit = ""
    if services["jupyterhub_url"]:
        commit = fork.git(root, "rev-parse", "--short", "HEAD")
    return source._replace(branch=NOTEBOOKS, commit=commit)


def binder(source: fork.Fork, service: str, page: str) -> str:
    """Return the link to a page in Binder."""
    provider, repository = source.binder
    if provider != "github":
        repository = quote(repository, safe="")
    place = f"{PROVIDERS[provider]}/{repository}/{quote(source.branch)}"
    query = urlencode({"urlpath": f"lab/tree/{page}.ipynb"}, safe="/")
    return f"{service}/v2/{place}?{query}"


def hub(source: fork.Fork, service: str, page: str) -> str:
    """Return the link to a page in a JupyterHub that has nbgitpuller.

    The branch has no history, so nbgitpuller cannot merge what it held
    before with what it holds now: each commit gets a folder of its own.
    """
    folder = f"{source.repo}-{source.commit}".rstrip("-")
    query = {
        "repo": source.url,
        "branch": source.branch,
        "targetpath": folder,
        "urlpath": f"lab/tree/{folder}/{page}.ipynb",
    }
    return f"{service}/hub/user-redirect/git-pull?{urlencode(query, safe='/')}"


def colab(source: fork.Fork, service: str, page: str) -> str | None:
    """Return the link to a page in Colab, which knows GitHub alone."""
    if source.host != "github.com":
        return None
    place = f"{source.org}/{source.repo}/blob/{source.branch}"
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
    if build.notebooks is None or "kernelspec" not in app.env.metadata[page]:
        return
    for key, (text, link, icon) in SERVICES.items():
        service = build.services[key]
        if service and (url := link(build.notebooks, service, page)):
            links.append(menus.link(text, url, icon))
    if service := build.services["binderhub_url"]:
        links.append(live.entry(app, page, build.notebooks, service))
    if links:
        menus.add(context, "launch", "Run this page", "fa-rocket", links)
