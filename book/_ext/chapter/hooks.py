"""Where the build reaches into a library: why, and how we know it holds.

None of these places is promised to stay. So each says what it counts on,
and the build fails, and names it, when a library has changed. The mends of
the theme's markup are in ``page/templates.py``, which says of each what has
to be there.
"""

from collections.abc import Callable
from logging import Filter, LogRecord, getLogger
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from myst_nb.core.execute import cache as execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.logging import WarningStreamHandler

from chapter import state


class Broken(ExtensionError):
    """The error that a library is not as we count on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"a library has changed: {what} (chapter/hooks.py)")


def execute_by(function: Callable[..., Any]) -> None:
    """Let MyST-NB execute pages by our function.

    It has no option for what we need: to join the pieces of an output, to
    mark the cache, to be interrupted, and to say how long it takes.
    """
    name = "single_nb_execution"
    caller = execution.NotebookClientCache.start_client
    if name not in caller.__code__.co_names or not hasattr(execution, name):
        raise Broken(f"MyST-NB does not execute pages by {name}")
    setattr(execution, name, function)


def encrypt_connections() -> None:
    """Let connections to kernels be encrypted if they can.

    Left to itself, ipykernel 7.4 complains in the page. The pages' kernels
    are started by nbclient, which passes no options on. An older client
    knows nothing of it, and its kernels do not complain.
    """
    trait = KernelManager.class_traits().get("transport_encryption")
    if trait is not None:
        trait.default_value = "auto"
        if KernelManager().transport_encryption != "auto":
            raise Broken("Jupyter's client takes no default for encryption")


def read_notebook(
    env: BuildEnvironment, page: str, text: str
) -> NotebookNode | None:
    """Return a page as MyST-NB looks it up in the cache, if it has code.

    It reads the page later; the trainings are to begin before that.
    """
    path, settings = env.doc2path(page), vars(env)
    reader = create_nb_reader(
        path, settings["myst_config"], settings["mystnb_config"], text
    )
    if reader is None and "\nkernelspec:" in text:
        raise Broken(f"MyST-NB does not take {page} for a notebook")
    notebook: NotebookNode | None = reader and reader.read(text)
    return notebook


def executed(app: Sphinx, page: str) -> Path:
    """Return the file that MyST-NB writes an executed page to."""
    file = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    if not file.exists():
        raise Broken(f"MyST-NB has written no {file}")
    return file


class Causes(Filter):
    """Let all warnings pass, and remember them."""

    def __init__(self, causes: list[str]) -> None:
        super().__init__()
        self.causes = causes

    def filter(self, record: LogRecord) -> bool:
        """Remember a warning."""
        self.causes.append(record.getMessage())
        return True


def collect_warnings(app: Sphinx) -> None:
    """Remember the warnings that Sphinx shows, and counts, and go on.

    Its own option ends a build at the first, or says no more than that
    there were some.
    """
    handlers = [
        handler
        for handler in getLogger("sphinx").handlers
        if isinstance(handler, WarningStreamHandler)
    ]
    for name in ("keep_going", "warningiserror", "_warncount"):
        if not hasattr(app, name) or not handlers:
            raise Broken(f"Sphinx shows warnings otherwise, without {name}")
    app.keep_going, app.warningiserror = True, False
    for handler in handlers:
        handler.addFilter(Causes(state.of(app).causes))


def header_buttons(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons above a page, to which the theme lets us add."""
    if "header_buttons" not in context:
        raise Broken("the theme has no list of buttons above a page")
    buttons: list[dict[str, Any]] = context["header_buttons"]
    return buttons


def take_services(options: dict[str, Any]) -> dict[str, str]:
    """Take the addresses of ``launch_buttons`` away from the theme.

    It would make links of its own by them, some of them wrong.
    """
    if "launch_buttons" not in options:
        raise Broken("Jupyter Book does not pass launch_buttons to the theme")
    services: dict[str, str] = options.pop("launch_buttons")
    return services
