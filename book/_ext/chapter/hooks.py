"""Where the build reaches into a library: why, and how we know it holds.

None of these places is promised to stay. So each says what it counts on,
and the build fails, and names it, when a library has changed.
"""

from collections.abc import Callable
from logging import LogRecord, getLogger
from pathlib import Path
from types import ModuleType
from typing import Any

from jupyter_client.manager import KernelManager
from myst_nb.core.execute import cache as execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.ext import viewcode
from sphinx.util.logging import WarningStreamHandler

from chapter import state

Entry = tuple[str, str, str]  # of a menu: text, address, and icon


class Broken(ExtensionError):
    """The error that a library is not as we count on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"a library has changed: {what} (see chapter/hooks)")


def replace(
    module: ModuleType,
    name: str,
    caller: Callable[..., Any],
    function: Callable[..., Any],
) -> None:
    """Replace a function of a module, which another there must call."""
    if name not in caller.__code__.co_names or not hasattr(module, name):
        raise Broken(f"{module.__name__} does not call {name}")
    setattr(module, name, function)


def execute_by(function: Callable[..., Any]) -> None:
    """Let MyST-NB execute pages by our function.

    It has no option for what we need: to join the pieces of an output, and
    to mark the cache.
    """
    caller = execution.NotebookClientCache.start_client
    replace(execution, "single_nb_execution", caller, function)


def find_modules_in(root: Path) -> None:
    """Let the listings of code be compared with the files of the package.

    Left to itself, viewcode imports the package to find these, and PyTorch
    with it, at each edit of a page.
    """

    def find(app: Sphinx, module: str) -> str | None:
        file = root.joinpath(*module.split("."))
        files = (file.with_suffix(".py"), file / "__init__.py")
        return next((str(f) for f in files if f.exists()), None)

    caller = viewcode.should_generate_module_page
    replace(viewcode, "get_module_filename", caller, find)


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

    def remember(record: LogRecord) -> bool:
        state.of(app).causes.append(record.getMessage())
        return True  # and let it pass

    for handler in handlers:
        handler.addFilter(remember)


def add_menu(
    context: dict[str, Any],
    name: str,
    tooltip: str,
    icon: str,
    entries: list[Entry],
) -> None:
    """Put a menu before the other buttons of a page, as the theme lets us."""
    if "header_buttons" not in context:
        raise Broken("the theme has no list of buttons above a page")
    buttons = [
        {"type": "link", "text": text, "url": url, "icon": f"fas fa-fw {icon}"}
        for text, url, icon in entries
    ]
    menu = {
        "type": "group", "label": f"{name}-buttons", "buttons": buttons,
        "tooltip": tooltip, "icon": f"fas {icon}",
    }  # fmt: skip
    context["header_buttons"].insert(0, menu)
