"""The state of a build, which its steps share."""

from asyncio import AbstractEventLoop
from concurrent.futures import Future
from dataclasses import dataclass, field

from filelock import FileLock
from nbformat import NotebookNode
from sphinx.application import Sphinx

from chapter.keys import Sources


@dataclass
class Build:
    """The state of a build; a comment names the step that sets a field."""

    lock: FileLock  # cache.begin_build: held until the process ends
    sources: Sources  # cache.begin_build: as they were then
    warnings: list[str] = field(default_factory=list)  # collect_warnings
    repository: str = ""  # launch.find_repository: org/repo on GitHub
    keys: dict[str, str] = field(default_factory=dict)  # pages.start
    loop: AbstractEventLoop | None = None  # pages.start: it executes pages
    executions: dict[str, Future[NotebookNode]] = field(default_factory=dict)
    pages_read: set[str] = field(default_factory=set)  # pages.record_read
    pages_rendered: set[str] = field(default_factory=set)  # theme.rendering
    stylesheets: list[str] = field(default_factory=list)  # theme.rendering


BUILDS: dict[Sphinx, Build] = {}


def get_build(app: Sphinx) -> Build:
    """Return the state of the build that an application runs."""
    return BUILDS[app]
