"""The state of a build, which its steps share."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.util import logging

from bookkit.files import checksum

EXTENSION = Path(__file__).parent
logger = logging.getLogger(__name__)


@dataclass
class Build:
    """The state of a build; a comment names the step that sets a field."""

    lock: FileLock  # begin_build: held until the process ends
    warnings: list[str] = field(default_factory=list)  # collect_warnings
    repository: str = ""  # launch.find_repository: org/repo on GitHub
    outputs: dict[str, str] = field(default_factory=dict)  # execute_outdated
    stylesheets: list[str] = field(default_factory=list)  # join_stylesheets


BUILDS: dict[Sphinx, Build] = {}


def begin_build(app: Sphinx) -> None:
    """Create the state of a build, when no other build runs here."""
    root = Path(app.srcdir)
    root.joinpath("_build").mkdir(exist_ok=True)
    lock = FileLock(root / "_build" / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.info("another build is running here: waiting for its end")
        lock.acquire()
    BUILDS[app] = Build(lock)


def get_build(app: Sphinx) -> Build:
    """Return the state of the build that an application runs."""
    return BUILDS[app]


def folder_key(*folders: Path) -> str:
    """Return the checksum of the files in folders, but for compiled Python."""
    parts: list[str | bytes] = []
    for folder in folders:
        for file in sorted(folder.rglob("[!.]*.*")):
            if file.is_file() and file.suffix != ".pyc":
                name = file.relative_to(folder).as_posix()
                parts += [name, file.read_bytes()]
    return checksum(*parts)


def navigation_key(root: Path) -> str:
    """Return the checksum of what each page shows of the others.

    That is their order, and their titles.
    """
    facts = [root.joinpath("_toc.yml").read_bytes()]
    for page in sorted([*root.glob("*.md"), *root.glob("book/*.md")]):
        facts += re.findall(rb"^# .*", page.read_bytes(), re.M)[:1]
    return checksum(*facts)
