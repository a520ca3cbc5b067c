"""Pages run the package of this checkout, and show nothing stale.

Jupyter Book's cache compares the cells alone, and would show old outputs
after a change in the package. Here each state of the package, of the text,
and of the versions has a cache of its own.
"""

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache, partial
from importlib import metadata, resources
from pathlib import Path

import nbformat
from filelock import FileLock, Timeout
from jupyter_cache import get_cache
from jupyter_cache.executors.utils import (
    ExecutionResult,
    single_nb_execution,
)
from myst_nb.core.execute import cache as execution_cache
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

PACKAGES = [
    "torch", "numpy", "matplotlib", "matplotlib-inline", "ipykernel",
    "ipython",
]  # fmt: skip
SILENCE = 10  # seconds, after which a page that is executed says so
KEPT = 4  # caches: undoing a change finds the old outputs again
logger = logging.getLogger(__name__)


def wait_for_turn(app: Sphinx) -> None:
    """Let one build at a time use ``_build``, until its process ends."""
    folder = Path(app.srcdir, "_build")
    folder.mkdir(exist_ok=True)
    app.turn = FileLock(folder / "build.lock")
    try:
        app.turn.acquire(timeout=0)
    except Timeout:
        logger.info("another build is running here: waiting for its end")
        app.turn.acquire()


def use_this_checkout(root: Path) -> None:
    """Let autodoc and the kernels import the package from ``root``.

    A page runs in its own folder, and another checkout may be installed.
    """
    sys.path.insert(0, str(root))
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def prepare_kernels(build: Path) -> None:
    """Let kernels draw in the page, read the novel, and use one thread."""
    from jupyter_client import KernelManager

    os.environ.pop("MPLBACKEND", None)
    os.environ.pop("CHARRNN_CORPUS", None)
    os.environ["CHARRNN_MODELS"] = str(build / "models")
    if trusted := os.environ.get("CHARRNN_TRUSTED"):  # seen from here
        folder = Path(trusted).expanduser().resolve()
        os.environ["CHARRNN_TRUSTED"] = str(folder)
    os.environ["IPYTHONDIR"] = str(build / "ipython")  # not the author's own
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Left to itself, ipykernel 7.4 complains of an unencrypted connection.
    encryption = KernelManager.class_traits().get("transport_encryption")
    if encryption is not None:
        encryption.default_value = "auto"


def execute(app: Sphinx, *args, **kwargs) -> ExecutionResult:
    """Execute a page; the cache is in doubt from here to the build's end.

    All that a cell prints becomes one output: it comes in pieces, cut
    wherever the kernel's clock happens to tick. In a thread, the client
    leaves Ctrl-C to us.
    """
    doubt(app.cache).touch()
    run = partial(single_nb_execution, *args, coalesce_streams=True, **kwargs)
    start = spoken = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(run)
        while not page.done():  # Ctrl-C may come to another thread, and
            wait([page], timeout=0.5)  # not wake us: look now and then
            if time.monotonic() - spoken > SILENCE:
                spoken = time.monotonic()
                say_so(app, spoken - start)
        app.is_caching = True
        return page.result()


def say_so(app: Sphinx, seconds: float) -> None:
    """Say that a page is being executed, and how far the build has come."""
    logger.info(
        "%s: executing for %.0f s; %d of %d pages are read",
        app.env.docname, seconds, app.num_read, app.num_pages,
    )  # fmt: skip


def note_pages(app: Sphinx, env: object, pages: list[str]) -> None:
    """Note how many pages are going to be read."""
    app.num_read, app.num_pages = 0, len(pages)


def note_read(app: Sphinx, doctree: object) -> None:
    """Note that a page has been read, and is whole in the cache."""
    app.is_caching = False
    app.num_read += 1


def inputs(root: Path) -> list[Path]:
    """Return the files that outputs depend on beside the pages."""
    package = root.glob("charrnn/**/[!.]*.py")
    records = root.glob("benchmarks/[!.]*.json")
    return sorted([*package, *records, Path(__file__)])


@cache
def trusted_models() -> list[Path]:
    """Return the files of models that the reader trusts as a build begins."""
    folder = os.environ.get("CHARRNN_TRUSTED")
    return sorted(Path(folder).glob("*.safetensors")) if folder else []


def checksum(files: Iterable[Path], start: str = "") -> str:
    """Return a checksum of the names and contents of ``files``.

    It is the same wherever they are.
    """
    result = hashlib.sha256(start.encode())
    for file in sorted(files, key=lambda file: file.name):
        content = hashlib.sha256(file.read_bytes())
        result.update(f"{file.name} {content.hexdigest()}".encode())
    return result.hexdigest()[:16]


def digest(root: Path) -> str:
    """Return a checksum of all that outputs depend on beside the cells."""
    from charrnn.arithmetic import describe_processor  # of this checkout

    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    versions.append(describe_processor())
    novel = resources.files("word_text_counter") / "data/time_machine.txt"
    with resources.as_file(novel) as text:
        files = [*inputs(root), text, *trusted_models()]
        return checksum(files, " ".join([sys.version, *versions]))


def place_cache(app: Sphinx, config: Config) -> None:
    """Choose the cache for the present state, and remove old ones.

    A new path also makes Jupyter Book read all pages again. A cache is in
    doubt, and begun anew, if a build was killed that executed pages.
    """
    root = Path(app.srcdir)
    app.times = [file.stat().st_mtime_ns for file in inputs(root)]
    app.cache = root / "_build" / ".jupyter_cache" / digest(root)
    config.nb_execution_cache_path = str(app.cache)
    if doubt(app.cache).exists():
        shutil.rmtree(app.cache)
    app.cache.mkdir(parents=True, exist_ok=True)
    os.utime(app.cache)
    remove_old(app.cache)


def doubt(cache: Path) -> Path:
    """Return the file that marks a cache while a build writes to it."""
    return cache / "in-doubt"


def remove_old(cache: Path) -> None:
    """Keep the cache in use, and of the others those used most recently."""
    others = set(cache.parent.iterdir()) - {cache}
    by_age = sorted(others, key=lambda path: path.stat().st_mtime)
    for folder in by_age[: 1 - KEPT]:
        shutil.rmtree(folder)


def check_inputs(app: Sphinx, exception: Exception | None = None) -> None:
    """Remove the cache if the package was edited while pages ran.

    It is not known then which state of the package made their outputs.
    """
    root = Path(app.srcdir)
    times = [file.stat().st_mtime_ns for file in inputs(root)]
    if times == app.times and digest(root) == app.cache.name:
        doubt(app.cache).unlink(missing_ok=True)
    else:
        shutil.rmtree(app.cache)
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
    if exception or not app.cache.exists():  # the build has failed
        return
    cache = get_cache(app.cache)
    executed = Path(app.outdir).parent / "jupyter_execute"
    for page in app.env.found_docs:
        file = executed / f"{page}.ipynb"
        if file.exists():
            notebook = nbformat.read(file, as_version=4)
            with suppress(KeyError):  # the page is no longer a notebook
                _, notebook = cache.merge_match_into_notebook(notebook)
            number_cells(notebook)
            nbformat.write(notebook, file)


def number_cells(notebook: nbformat.NotebookNode) -> None:
    """Give cells and executions their numbers in order."""
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    codes = [c for c in notebook.cells if c.cell_type == "code"]
    for count, cell in enumerate(codes, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count


def end_turn(app: Sphinx, exception: Exception | None) -> None:
    """Let the next build begin."""
    app.turn.release()


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    wait_for_turn(app)
    use_this_checkout(Path(app.srcdir))
    prepare_kernels(Path(app.srcdir, "_build"))
    execution_cache.single_nb_execution = partial(execute, app)
    app.is_caching = False
    app.connect("config-inited", place_cache)
    app.connect("env-before-read-docs", note_pages)
    app.connect("doctree-read", note_glue)
    app.connect("doctree-read", note_read)
    app.connect("build-finished", check_inputs)
    app.connect("build-finished", complete_notebooks, priority=550)
    app.connect("build-finished", end_turn, priority=950)
    sources = Path(__file__).parents[1].rglob("[!.]*.*")
    version = checksum(f for f in sources if f.suffix != ".pyc")
    return {"env_version": int(version, 16), "parallel_read_safe": True}


if __name__ == "__main__":  # what to call a copy of the cache, elsewhere
    sys.path.insert(0, str(Path(__file__).parents[4]))
    print(digest(Path(__file__).parents[4]))
