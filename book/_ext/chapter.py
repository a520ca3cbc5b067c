"""What Jupyter Book needs to build this chapter and be trusted.

The pages run the package of this checkout, a warning fails the build now
and next time, and no output outlives the code that made it.
"""

import hashlib
import os
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.config import Config

PACKAGES = [
    "torch", "numpy", "matplotlib", "ipykernel", "word-text-counter",
]  # fmt: skip


def use_this_checkout(root: Path) -> None:
    """Let autodoc and the kernels import the package from ``root``.

    A page runs in its own folder, and another checkout may be installed.
    """
    sys.path.insert(0, str(root))
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def prepare_kernels() -> None:
    """Let kernels draw in the page, read the novel, and use one thread."""
    from jupyter_client import KernelManager

    os.environ.pop("MPLBACKEND", None)
    os.environ.pop("CHARRNN_CORPUS", None)
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Left to itself, ipykernel 7.4 complains of an unencrypted connection.
    encryption = KernelManager.class_traits().get("transport_encryption")
    if encryption is not None:
        encryption.default_value = "auto"


def checksum(files: Iterable[Path], start: str = "") -> str:
    """Return a checksum of the names and contents of ``files``."""
    result = hashlib.sha256(start.encode())
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes())
        result.update(f"{file.name} {content.hexdigest()}".encode())
    return result.hexdigest()[:16]


def digest(root: Path) -> str:
    """Return a checksum of all that outputs depend on beside the cells."""
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    files = [*root.glob("charrnn/*.py"), *root.glob("benchmarks/*.json")]
    return checksum(files, " ".join([sys.version, *versions]))


def place_cache(app: Sphinx, config: Config) -> None:
    """Give each state of the package an execution cache of its own.

    Jupyter Book compares the cells alone, and would show old outputs after
    a change in the package. A new path also makes it read all pages again.
    """
    root = Path(app.srcdir)
    cache = Path(app.outdir).parent / ".jupyter_cache" / digest(root)
    config.nb_execution_cache_path = str(cache)


def note_glue(app: Sphinx, doctree) -> None:
    """Read a page again when a page it takes results from has changed."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.dependencies[app.env.docname].add(str(source))


def drop_thebe(
    app: Sphinx, page: str, template: str, context: dict, *_
) -> None:
    """Leave out Thebe, which nothing here uses and which fails to start."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{script} {script.attributes}"
    ]


def forget_failure(app: Sphinx, exception: Exception | None) -> None:
    """Make the next build repeat the warnings of a failed one."""
    if exception or app._warncount:
        pickle = Path(app.doctreedir) / "environment.pickle"
        pickle.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    use_this_checkout(Path(app.srcdir))
    prepare_kernels()
    app.keep_going = True  # collect all warnings, then fail
    app.warningiserror = False
    app.connect("config-inited", place_cache)
    app.connect("doctree-read", note_glue)
    app.connect("html-page-context", drop_thebe)
    app.connect("build-finished", forget_failure)
    version = checksum(Path(__file__).parent.glob("*.*"))
    return {"env_version": int(version, 16), "parallel_read_safe": True}
