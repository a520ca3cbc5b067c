"""How a kernel executes a page, and notes what the page has read."""

import json
import os
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from sphinx.errors import ExtensionError
from sphinx.util import logging

from bookkit import extracts
from bookkit.files import content

FAILURES = CellExecutionError, CellTimeoutError, DeadKernelError
STARTUP = Path(__file__).with_name("startup.py")
EDITED = "%s has read what was edited as it ran: build again"
Notes = dict[str, str]  # what a page has read, and the checksums of that
logger = logging.getLogger(__name__)


def set_environment(root: Path) -> None:
    """Set the environment variables that kernels inherit.

    A page runs in its own folder, and another checkout may be installed, so
    ``root`` comes first where Python looks for packages.
    """
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ.pop("MPLBACKEND", None)  # draw in the page
    for setting in ("CORPUS", "MODELS"):  # the site has its own
        os.environ.pop(f"CHARRNN_{setting}", None)
    ipython = root / "_build" / "ipython"  # not the author's own
    os.environ["IPYTHONDIR"] = str(ipython)
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")


async def execute(
    notebook: NotebookNode, root: Path, page: str, timeout: int
) -> Notes:
    """Execute a page, and return what it has read.

    A cell may take ``timeout`` seconds. Raises ExtensionError if a cell fails,
    or if something that the page has read was edited meanwhile, because nobody
    knows then which state of it made the outputs.
    """
    client = NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": (root / page).parent}},
        coalesce_streams=True,  # they are split where the kernel's clock ticks
        shutdown_kernel="immediate",
    )
    start = time.monotonic()
    with TemporaryDirectory() as folder:
        file = Path(folder, "notes.json")
        watch = {
            "PYTHONSTARTUP": str(STARTUP),
            "CHAPTER_ROOT": str(root),
            "CHAPTER_NOTES": str(file),
            extracts.SETTING: str(root / extracts.FOLDER),
        }
        try:
            await client.async_execute(env=os.environ | watch)
        except FAILURES as error:
            logger.info(str(error))
            raise ExtensionError(describe(page, error)) from error
        notes: Notes = json.loads(file.read_text("utf-8"))
    if any(content(root / name) != was for name, was in notes.items()):
        raise ExtensionError(EDITED % page)
    logger.info("executed %s in %.1f seconds", page, time.monotonic() - start)
    return notes


def describe(page: str, error: Exception) -> str:
    """Return the page and the cell that failed, and its error."""
    if not isinstance(error, CellExecutionError):
        return f"{page}.md: {error}"
    plain = re.sub(r"\x1b\[[\d;]*m", "", str(error))
    cell = re.search(r"In\[(\d+)\]", plain)
    where = f", code cell {cell[1]}" if cell else ""
    return f"{page}.md{where}: {error.ename}: {error.evalue}"
