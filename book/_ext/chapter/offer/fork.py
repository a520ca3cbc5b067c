"""Where this copy of the chapter is published: its repository and branch.

They come from the environment, or from the checkout's ``origin``. A copy
that is neither on GitHub nor on GitLab has none, and no link leads to one.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

REPOSITORY, BRANCH = "CHAPTER_REPOSITORY", "CHAPTER_BRANCH"

# https://host/org/repo.git, ssh://git@host/org/repo, git@host:org/repo.git;
# on GitLab, org may be a path of groups.
ADDRESS = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|(git@))"
    r"(?P<host>[\w.-]+)(?(1):|(?::\d+)?/)"  # no port after git@host
    r"(?P<org>[\w.-]+(?:/[\w.-]+)*)/(?P<repo>[\w.-]+?)(?:\.git)?/?"
)


class Fork(NamedTuple):
    """A repository on GitHub or GitLab, a branch of it, and a commit."""

    provider: str  # "github" or "gitlab"
    host: str
    org: str
    repo: str
    branch: str
    commit: str = ""  # that the branch was made from, where it matters

    @property
    def url(self) -> str:
        """Return the address of the repository."""
        return f"https://{self.host}/{self.org}/{self.repo}"

    @property
    def archive(self) -> str:
        """Return the address of its files, as a zip."""
        branch = quote(self.branch)
        if self.provider == "github":
            return f"{self.url}/archive/{branch}.zip"
        name = f"{self.repo}-{branch.replace('/', '-')}"
        return f"{self.url}/-/archive/{branch}/{name}.zip"

    @property
    def binder(self) -> tuple[str, str]:
        """Return the provider and the repository as a BinderHub has them."""
        if self.host in ("github.com", "gitlab.com"):
            return self.provider, f"{self.org}/{self.repo}"
        return "git", self.url


def parse(address: str, branch: str) -> Fork | None:
    """Return the fork at an address of git, None if there is none we know."""
    match = ADDRESS.fullmatch(address.strip())
    for provider in ("github", "gitlab"):
        if match and provider in match["host"]:
            return Fork(provider, branch=branch, **match.groupdict())
    return None


def git(root: Path, *arguments: str) -> str:
    """Return what git says of ``root``, nothing if it cannot."""
    try:
        result = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True,
            encoding="utf-8", check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return ""
    return result.stdout.strip()


def find(root: Path) -> Fork | None:
    """Return where the checkout at ``root`` is published, if it is.

    A checkout that is on no branch has its commit in the place of one.
    """
    address = os.environ.get(REPOSITORY)
    branch = os.environ.get(BRANCH)
    if Path(git(root, "rev-parse", "--show-toplevel")) == root.resolve():
        address = address or git(root, "remote", "get-url", "origin")
        branch = branch or git(root, "branch", "--show-current")
        branch = branch or git(root, "rev-parse", "HEAD")
    return parse(address or "", branch or "main")
