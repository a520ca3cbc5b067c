"""How kernels execute the cells.

The outputs depend on this file, so it is part of the key of the cache: keep
everything else out of it.
"""

import os
from pathlib import Path

# What a cell prints arrives in pieces, split wherever the kernel's clock
# happens to tick. Join them into one output.
OPTIONS = {"coalesce_streams": True}


def set_environment(root: Path) -> None:
    """Set the environment variables that kernels inherit.

    A page runs in its own folder, and another checkout may be installed, so
    ``root`` comes first where Python looks for packages.
    """
    build = root / "_build"
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ.pop("MPLBACKEND", None)  # draw in the page
    os.environ.pop("CHARRNN_CORPUS", None)  # read the novel
    os.environ["CHARRNN_MODELS"] = str(build / "models")
    if trusted := os.environ.get("CHARRNN_TRUSTED"):
        folder = Path(trusted).expanduser().resolve()
        os.environ["CHARRNN_TRUSTED"] = str(folder)
    os.environ["IPYTHONDIR"] = str(build / "ipython")  # not the author's own
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
