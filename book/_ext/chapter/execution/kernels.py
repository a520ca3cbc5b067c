"""How kernels run the cells, which decides the outputs beside the cells.

This file is a part of the key of the cache: keep all else out of it.
"""

import os
from pathlib import Path

# All that a cell prints becomes one output: it comes in pieces, cut wherever
# the kernel's clock happens to tick.
OPTIONS = {"coalesce_streams": True}


def use_this_checkout(root: Path) -> None:
    """Let the kernels import the packages from ``root``.

    A page runs in its own folder, and another checkout may be installed.
    """
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def prepare(build: Path) -> None:
    """Let kernels draw in the page, read the novel, and use one thread."""
    os.environ.pop("MPLBACKEND", None)
    os.environ.pop("CHARRNN_CORPUS", None)
    os.environ["CHARRNN_MODELS"] = str(build / "models")
    if trusted := os.environ.get("CHARRNN_TRUSTED"):  # seen from here
        folder = Path(trusted).expanduser().resolve()
        os.environ["CHARRNN_TRUSTED"] = str(folder)
    os.environ["IPYTHONDIR"] = str(build / "ipython")  # not the author's own
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
