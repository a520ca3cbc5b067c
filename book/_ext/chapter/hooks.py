"""All the places where the build relies on the internals of a library.

None of them is a public interface, so each function says why it is needed. A
test fails where a new version of a library breaks one.
"""

from collections.abc import Callable
from logging import LogRecord, getLogger
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from myst_nb.core.execute import cache as execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.logging import WarningStreamHandler

from chapter import state

MenuEntry = tuple[str, str, str]  # text, address, and icon


def execute_pages_with(function: Callable[..., Any]) -> None:
    """Make MyST-NB execute pages by a function of ours.

    It has no option to join the pieces of an output, and no event before it
    writes to the cache.
    """
    execution.single_nb_execution = function


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
    notebook: NotebookNode | None = reader and reader.read(text)
    return notebook


def executed_file(app: Sphinx, page: str) -> Path:
    """Return the file that MyST-NB writes an executed page to."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"


def collect_warnings(app: Sphinx) -> None:
    """Collect the warnings that Sphinx shows.

    Its option to fail on warnings does not repeat them at the end.
    """

    def collect(record: LogRecord) -> bool:
        state.get_build(app).warnings.append(record.getMessage())
        return True  # show it too

    for handler in getLogger("sphinx").handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(collect)


def add_menu(
    context: dict[str, Any],
    name: str,
    tooltip: str,
    icon: str,
    entries: list[MenuEntry],
) -> None:
    """Add a menu to the theme's buttons above a page, before the others."""
    buttons = [
        {"type": "link", "text": text, "url": url, "icon": f"fas fa-fw {icon}"}
        for text, url, icon in entries
    ]
    menu = {
        "type": "group", "label": f"{name}-buttons", "buttons": buttons,
        "tooltip": tooltip, "icon": f"fas {icon}",
    }  # fmt: skip
    context["header_buttons"].insert(0, menu)
