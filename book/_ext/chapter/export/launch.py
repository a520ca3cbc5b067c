"""Links that launch a page on Binder and on Colab, or lead to its text.

Those that launch lead to the branch ``notebooks`` of a repository on GitHub,
which ``make notebooks`` lays out; those of the theme would end in ``.md``. The
repository is that of ``_config.yml``, or else the ``origin`` of the checkout.
Without one, there are no links.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from chapter import state

GITHUB, BRANCH = "https://github.com", "notebooks"
BINDER = "https://mybinder.org/v2/gh"
COLAB = "https://colab.research.google.com/github"
ICONS = {"Binder": "fas fa-cloud", "Colab": "fas fa-infinity"}

# https://github.com/org/repo.git, http://www.github.com/org/repo,
# ssh://git@github.com:22/org/repo, git@github.com:org/repo
ADDRESS = re.compile(
    r"(?:https?://(?:[^@/]+@)?(?:www\.)?|ssh://git@|git@)github\.com"
    r"(?::\d+)?[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?",
    re.I,
)
NOT_ON_GITHUB = """\
_config.yml has the repository %s, which is not an address on GitHub: write \
https://github.com/org/repo, or leave it empty to use the checkout's origin"""


def find_repository(app: Sphinx, config: Config) -> None:
    """Find the repository, as org/repo, and give it to the theme.

    The theme links it, and the text of each page. Sphinx writes all pages
    again when it has changed. Raises ConfigError if the configured repository
    is not on GitHub.
    """
    options = config.html_theme_options
    configured = options.get("repository_url")
    repository = parse_address(configured or origin(Path(app.srcdir)))
    if configured and not repository:
        raise ConfigError(NOT_ON_GITHUB % configured)
    state.get_build(app).repository = repository
    options["repository_url"] = repository and f"{GITHUB}/{repository}"
    options["use_repository_button"] = bool(repository)
    options["use_source_button"] = bool(repository)


def parse_address(address: str) -> str:
    """Return the org/repo of an address on GitHub, empty for any other."""
    match = ADDRESS.fullmatch(address)
    return match[1] if match else ""


def origin(root: Path) -> str:
    """Return the address of a checkout's origin, empty if it has none.

    The origin of a checkout around it does not count.
    """
    try:
        result = subprocess.run(
            ["git", "--git-dir=.git", "remote", "get-url", "origin"],
            cwd=root, capture_output=True, encoding="utf-8",
        )  # fmt: skip
    except OSError:  # there is no git
        return ""
    return result.stdout.strip()


def links(repository: str, name: str) -> dict[str, str]:
    """Return the links that launch a notebook, if there is a repository."""
    if not repository:
        return {}
    binder = f"{BINDER}/{repository}/{BRANCH}?urlpath=lab/tree/{name}.ipynb"
    colab = f"{COLAB}/{repository}/blob/{BRANCH}/{name}.ipynb"
    return {"Binder": binder, "Colab": colab}


def add_launch_menu(
    app: Sphinx, page: str, template: str, context: dict[str, Any], _: object
) -> None:
    """Add a menu with the links to a page that is a notebook."""
    addresses = links(state.get_build(app).repository, page)
    if addresses and "kernelspec" in app.env.metadata[page]:
        buttons = [
            {"type": "link", "text": text, "url": url, "icon": ICONS[text]}
            for text, url in addresses.items()
        ]
        menu = {
            "type": "group", "label": "launch-buttons", "buttons": buttons,
            "tooltip": "Run this page", "icon": "fas fa-rocket",
        }  # fmt: skip
        context["header_buttons"].insert(0, menu)
