"""What the steps of a build share: one object for each build."""

from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

from filelock import FileLock
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx


@dataclass
class Build:
    """What is known of a build; each part is set by the step it names."""

    turn: FileLock  # cache.begin: held until the build ends
    cache: Path  # cache.begin: where executed pages are kept
    times: list[int]  # cache.begin: when its inputs were edited last
    causes: list[str] = field(default_factory=list)  # hooks: all warnings
    repository: str = ""  # launch.find_repository: org/repo on GitHub
    read: list[str] = field(default_factory=list)  # pages.note_read
    equations: set[str] = field(default_factory=set)  # traces: with an entry
    temml: MiniRacer | None = None  # mathematics: from the first formula on
    rendered: set[str] = field(default_factory=set)  # templates: all pages,
    stylesheets: list[str] = field(default_factory=list)  # what they need


BUILDS: WeakKeyDictionary[Sphinx, Build] = WeakKeyDictionary()


def of(app: Sphinx) -> Build:
    """Return what is known of the build of an application."""
    return BUILDS[app]
