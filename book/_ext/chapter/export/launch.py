"""Links that open a page where its code runs: on Binder, and on Colab.

They lead to the branch ``notebooks`` of a repository on GitHub, as
``binder/branch.py`` lays it out. The repository is that of ``_config.yml``,
or else the ``origin`` of the checkout. A copy of the chapter that knows of
none has no links.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from chapter import hooks, state

GITHUB, BRANCH = "https://github.com", "notebooks"
BINDER = "https://mybinder.org/v2/gh"
COLAB = "https://colab.research.google.com/github"

# https://github.com/org/repo.git, ssh://git@github.com/org/repo,
# git@github.com:org/repo
ADDRESS = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)github\.com[:/]"
    r"([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
ELSEWHERE = """\
_config.yml has the repository %s, which is no address on GitHub: write it as \
https://github.com/org/repo, or leave it empty to take the checkout's origin"""


def find_repository(app: Sphinx, config: Config) -> None:
    """Note the repository, as org/repo, and tell it to the theme.

    Sphinx writes all pages again when it has changed. Raises ConfigError if
    _config.yml has one that is not on GitHub.
    """
    options = config.html_theme_options
    configured = options.get("repository_url")
    repository = parse(configured or origin(Path(app.srcdir)))
    if configured and not repository:
        raise ConfigError(ELSEWHERE % configured)
    state.of(app).repository = repository
    options["repository_url"] = repository and f"{GITHUB}/{repository}"


def parse(address: str) -> str:
    """Return the org/repo of an address on GitHub, empty for any other."""
    match = ADDRESS.fullmatch(address)
    return match[1] if match else ""


def origin(root: Path) -> str:
    """Return the address of a checkout's origin, empty if it has none.

    That of a checkout around it does not count.
    """
    try:
        result = subprocess.run(
            ["git", "--git-dir=.git", "remote", "get-url", "origin"],
            cwd=root, capture_output=True, encoding="utf-8",
        )  # fmt: skip
    except OSError:  # there is no git
        return ""
    return result.stdout.strip()


def archive(repository: str) -> str:
    """Return the address of the branch as a zip."""
    return f"{GITHUB}/{repository}/archive/{BRANCH}.zip"


def links(repository: str, name: str) -> list[hooks.Entry]:
    """Return where a notebook of the branch opens, if there is a branch."""
    if not repository:
        return []
    binder = f"{BINDER}/{repository}/{BRANCH}?urlpath=lab/tree/{name}.ipynb"
    colab = f"{COLAB}/{repository}/blob/{BRANCH}/{name}.ipynb"
    return [("Binder", binder, "fa-cloud"), ("Colab", colab, "fa-infinity")]


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Put the links into a menu above a page that is a notebook."""
    if "kernelspec" not in app.env.metadata[page]:
        return
    if entries := links(state.of(app).repository, page):
        hooks.add_menu(
            context, "launch", "Run this page", "fa-rocket", entries
        )
