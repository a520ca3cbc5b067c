"""All the places where the build relies on the internals of a library.

None of them is a public interface, so each function says why it is needed.
Where a changed library could go unnoticed, the build fails and names it.
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

MenuEntry = tuple[str, str, str]  # text, address, and icon


class LibraryChanged(ExtensionError):
    """A library no longer works as a hook expects."""

    def __init__(self, what: str) -> None:
        super().__init__(f"a library has changed: {what} (see chapter/hooks)")


def replace_function(
    module: ModuleType,
    name: str,
    caller: Callable[..., Any],
    function: Callable[..., Any],
) -> None:
    """Replace a function of a module that ``caller`` is known to call."""
    if name not in caller.__code__.co_names or not hasattr(module, name):
        raise LibraryChanged(f"{module.__name__} does not call {name}")
    setattr(module, name, function)


def execute_pages_with(function: Callable[..., Any]) -> None:
    """Make MyST-NB execute pages by a function of ours.

    It has no option to join the pieces of an output, and no event before it
    writes to the cache.
    """
    caller = execution.NotebookClientCache.start_client
    replace_function(execution, "single_nb_execution", caller, function)


def find_modules_without_import(root: Path) -> None:
    """Make viewcode find the files of modules by their names.

    It would import the packages, and PyTorch with them, at each build.
    """

    def find(app: Sphinx, module: str) -> str | None:
        file = root.joinpath(*module.split("."))
        files = (file.with_suffix(".py"), file / "__init__.py")
        return next((str(f) for f in files if f.exists()), None)

    caller = viewcode.should_generate_module_page
    replace_function(viewcode, "get_module_filename", caller, find)


def encrypt_connections() -> None:
    """Encrypt the connections to kernels where that is supported.

    Otherwise ipykernel 7.4 prints a warning into the page. The kernels are
    started by nbclient, which passes no option on.
    """
    option = KernelManager.class_traits().get("transport_encryption")
    if option is not None:  # older clients do not have it, and do not warn
        option.default_value = "auto"


def read_notebook(
    env: BuildEnvironment, page: str, text: str
) -> NotebookNode | None:
    """Return a page as MyST-NB looks it up in the cache, if it has code.

    MyST-NB reads it later, and the trainings have to begin before that.
    """
    path, settings = env.doc2path(page), vars(env)
    reader = create_nb_reader(
        path, settings["myst_config"], settings["mystnb_config"], text
    )
    if reader is None and "\nkernelspec:" in text:
        raise LibraryChanged(f"MyST-NB does not take {page} for a notebook")
    notebook: NotebookNode | None = reader and reader.read(text)
    return notebook


def executed_file(app: Sphinx, page: str) -> Path:
    """Return the file that MyST-NB writes an executed page to."""
    file = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    if not file.exists():
        raise LibraryChanged(f"MyST-NB has written no {file}")
    return file


def collect_warnings(app: Sphinx) -> None:
    """Collect the warnings that Sphinx shows, and continue after each.

    Its own option to fail on warnings stops at the first, or does not repeat
    them at the end.
    """
    handlers = [
        handler
        for handler in getLogger("sphinx").handlers
        if isinstance(handler, WarningStreamHandler)
    ]
    for name in ("keep_going", "warningiserror", "_warncount"):
        if not hasattr(app, name) or not handlers:
            raise LibraryChanged(f"Sphinx shows warnings without {name}")
    app.keep_going, app.warningiserror = True, False

    def collect(record: LogRecord) -> bool:
        state.get_build(app).warnings.append(record.getMessage())
        return True  # show it too

    for handler in handlers:
        handler.addFilter(collect)


def add_menu(
    context: dict[str, Any],
    name: str,
    tooltip: str,
    icon: str,
    entries: list[MenuEntry],
) -> None:
    """Add a menu to the theme's buttons above a page, before the others."""
    if "header_buttons" not in context:
        raise LibraryChanged("the theme has no list of buttons above a page")
    buttons = [
        {"type": "link", "text": text, "url": url, "icon": f"fas fa-fw {icon}"}
        for text, url, icon in entries
    ]
    menu = {
        "type": "group", "label": f"{name}-buttons", "buttons": buttons,
        "tooltip": tooltip, "icon": f"fas {icon}",
    }  # fmt: skip
    context["header_buttons"].insert(0, menu)
