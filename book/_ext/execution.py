"""Pages run the package of this checkout, and show nothing stale.

Jupyter Book's cache compares the cells alone, and would show old outputs
after a change in the package. Here each state of the package, of the text,
and of the versions has a cache of its own.
"""

import hashlib
import os
import shutil
import sys
import uuid
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata, resources
from pathlib import Path

import nbformat
from filelock import FileLock, Timeout
from jupyter_cache import get_cache
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

PACKAGES = ["torch", "numpy", "matplotlib", "ipykernel"]
logger = logging.getLogger(__name__)
KEPT = 4  # caches: undoing a change finds the old outputs again


def use_this_checkout(root: Path) -> None:
    """Let autodoc and the kernels import the package from ``root``.

    A page runs in its own folder, and another checkout may be installed.
    """
    sys.path.insert(0, str(root))
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def prepare_kernels(app: Sphinx) -> None:
    """Let kernels draw in the page, read the novel, and use one thread."""
    from jupyter_client import KernelManager

    os.environ.pop("MPLBACKEND", None)
    os.environ.pop("CHARRNN_CORPUS", None)
    os.environ["CHARRNN_MODELS"] = str(Path(app.srcdir, "_build", "models"))
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
    novel = resources.files("word_text_counter") / "data/time_machine.txt"
    with resources.as_file(novel) as text:
        return checksum([*files, text], " ".join([sys.version, *versions]))


def place_cache(app: Sphinx, config: Config) -> None:
    """Choose the cache for the present state, and remove old ones.

    A new path also makes Jupyter Book read all pages again.
    """
    root = Path(app.srcdir)
    caches = root / "_build" / ".jupyter_cache"
    cache = caches / digest(root)
    config.nb_execution_cache_path = str(cache)
    app.cache = cache
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(caches / "caches.lock"):
        # Held while the build runs, so that others see the cache is in use.
        app.cache_claim = FileLock(cache / f"{uuid.uuid4()}.claim")
        app.cache_claim.acquire()
        os.utime(cache)
        remove_old(caches)


def remove_old(caches: Path) -> None:
    """Keep only the caches used most recently, and those in use."""
    folders = [path for path in caches.iterdir() if path.is_dir()]
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime)
    for folder in by_age[:-KEPT]:
        if not in_use(folder):
            shutil.rmtree(folder)


def in_use(cache: Path) -> bool:
    """Return whether a build that is still running has claimed ``cache``."""
    for claim in cache.glob("*.claim"):
        try:
            with FileLock(claim, timeout=0):
                pass
        except Timeout:
            return True
        claim.unlink(missing_ok=True)  # its build is over
    return False


def release_cache(app: Sphinx, exception: Exception | None) -> None:
    """Give up the claim on the cache, and the cache if it is in doubt.

    If the package was edited while pages ran, it is not known which state
    of it made their outputs.
    """
    app.cache_claim.release()
    Path(app.cache_claim.lock_file).unlink(missing_ok=True)
    if digest(Path(app.srcdir)) != app.cache.name:
        shutil.rmtree(app.cache, ignore_errors=True)
        logger.warning("charrnn was edited during the build: build again")


def note_glue(app: Sphinx, doctree) -> None:
    """Read a page again when a page it takes results from has changed."""
    for node in doctree.findall(PendingGlueReference):
        source = app.env.doc2path(node.refdoc)
        app.env.dependencies[app.env.docname].add(str(source))


def complete_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Give executed notebooks their outputs, and stable ids and numbers.

    MyST-NB writes a notebook whose outputs come from the cache without
    them. The cache drops the execution counts, and ids are random at first.
    """
    cache = get_cache(app.cache)
    executed = Path(app.outdir).parent / "jupyter_execute"
    for file in executed.rglob("*.ipynb"):
        notebook = nbformat.read(file, as_version=4)
        with suppress(KeyError):  # a page that failed is not in the cache
            _, notebook = cache.merge_match_into_notebook(notebook)
        codes = [c for c in notebook.cells if c.cell_type == "code"]
        for count, cell in enumerate(codes, start=1):
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
        for index, cell in enumerate(notebook.cells):
            cell.id = f"cell-{index}"
        nbformat.write(notebook, file)


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    use_this_checkout(Path(app.srcdir))
    prepare_kernels(app)
    app.connect("config-inited", place_cache)
    app.connect("doctree-read", note_glue)
    app.connect("build-finished", complete_notebooks)
    app.connect("build-finished", release_cache)
    version = checksum(Path(__file__).parent.glob("*.*"))
    return {"env_version": int(version, 16), "parallel_read_safe": True}
