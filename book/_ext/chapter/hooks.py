"""Where the build changes what a library does.

No library has a public interface for that, so each function says why it is
needed. A test fails where a new version of a library breaks one.
"""

from functools import partialmethod
from logging import LogRecord, getLogger
from pathlib import Path

from jupyter_cache.cache.main import JupyterCacheBase
from jupyter_client.manager import KernelManager
from sphinx.application import Sphinx
from sphinx.ext import viewcode
from sphinx.util.logging import WarningStreamHandler

from chapter import state


def find_modules_in(root: Path) -> None:
    """Make viewcode look for the file of a module below a folder.

    It would import all of them at every build, and PyTorch takes seconds.
    """

    def get_module_filename(app: Sphinx, modname: str) -> str | None:
        place = root.joinpath(*modname.split("."))
        files = place.with_suffix(".py"), place / "__init__.py"
        return next((str(file) for file in files if file.exists()), None)

    viewcode.get_module_filename = get_module_filename


def compare_code_alone() -> None:
    """Make jupyter-cache compare the code of cells, and their tags.

    It would compare captions and alt texts too, and execute a page for them.
    """
    JupyterCacheBase.create_hashed_notebook = partialmethod(
        JupyterCacheBase.create_hashed_notebook, cell_metadata=["tags"]
    )


def encrypt_connections() -> None:
    """Encrypt the connections to kernels where that is supported.

    Otherwise ipykernel 7.4 prints a warning into the page. The kernels are
    started by nbclient, which passes no option on.
    """
    option = KernelManager.class_traits().get("transport_encryption")
    if option is not None:  # older clients do not have it, and do not warn
        option.default_value = "auto"


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
