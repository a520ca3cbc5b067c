"""What the steps of a build share: one object for each build."""

from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from weakref import WeakKeyDictionary

from filelock import FileLock
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx

from chapter.offer.fork import Fork


@dataclass
class Build:
    """What is known of a build; each part is set by the step it names."""

    turn: FileLock  # cache.begin: held until the build ends
    cache: Path  # cache.begin: where executed pages are kept
    times: list[int]  # cache.begin: when its inputs were edited last
    causes: list[str] = field(default_factory=list)  # hooks: all warnings
    fork: Fork | None = None  # launch.find_services: of what repository
    notebooks: Fork | None = None  # and its branch of notebooks
    services: dict[str, str] = field(default_factory=dict)  # and run by whom
    trainings: Popen[str] | None = None  # trainings.start
    pages: int = 0  # pages.count: how many are going to be read
    read: list[str] = field(default_factory=list)  # pages.note_read
    is_caching: bool = False  # pages.execute: until the page is read
    equations: set[str] = field(default_factory=set)  # traces: with an entry
    temml: MiniRacer | None = None  # mathematics: from the first formula on
    rendered: set[str] = field(default_factory=set)  # templates: all pages,
    stylesheets: list[str] = field(default_factory=list)  # what they need


BUILDS: WeakKeyDictionary[Sphinx, Build] = WeakKeyDictionary()


def of(app: Sphinx) -> Build:
    """Return what is known of the build of an application."""
    return BUILDS[app]
