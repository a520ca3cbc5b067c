"""How kernels execute the cells.

The outputs depend on this file, so it is part of the key of the cache: keep
everything else out of it.
"""

import os
from pathlib import Path

from nbclient import NotebookClient
from nbformat import NotebookNode


def set_environment(root: Path) -> None:
    """Set the environment variables that kernels inherit.

    A page runs in its own folder, and another checkout may be installed, so
    ``root`` comes first where Python looks for packages.
    """
    build = root / "_build"
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ.pop("MPLBACKEND", None)  # draw in the page
    for setting in ("CORPUS", "MODELS", "TRUSTED"):  # the site has its own
        os.environ.pop(f"CHARRNN_{setting}", None)
    os.environ["PYTHONSTARTUP"] = str(Path(__file__).with_name("startup.py"))
    os.environ["IPYTHONDIR"] = str(build / "ipython")  # not the author's own
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def make_client(
    notebook: NotebookNode, folder: Path, timeout: int
) -> NotebookClient:
    """Return a client that executes a page in a folder.

    A cell may take ``timeout`` seconds. What it prints arrives in pieces,
    split wherever the kernel's clock happens to tick; they are joined.
    """
    return NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": folder}},
        coalesce_streams=True,
        shutdown_kernel="immediate",
    )
