"""A container as Binder makes it, as near as one comes without Docker.

It holds what the branch of notebooks does. repo2docker says what it would
do with that; its steps are followed in an environment that is kept until
something that goes into it changes, and JupyterLab is started in it, on
loopback. JupyterLab and the kernel, which repo2docker brings by conda, come
by pip, in the versions that it names. PyTorch comes from where pip finds it
if its index is out of reach.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, TimeoutError

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "_build" / "binder"  # environments, by their digests
INDEX = "https://download.pytorch.org/whl/cpu"
EXTRA_INDEX = f"--extra-index-url {INDEX}"
OUR_STEPS = re.compile(r"^RUN (\$\{KERNEL_PYTHON_PREFIX\}/.*|\./.*)$", re.M)
BROUGHT = ("jupyterlab", "notebook", "ipykernel")
VERSIONS = "environment.py-3.11-linux-64.lock"
# What JupyterLab would fetch from elsewhere, and what shows us its inside.
OPTIONS = [
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
]
PANEL = "jupyterapp.shell.currentWidget"
READY = f"() => {PANEL}?.sessionContext?.session?.kernel?.status === 'idle'"
NOTEBOOK = f"{PANEL}.content.model.toJSON()"
BEGUN = f"""() => !({READY})() || {NOTEBOOK}.cells.some(
  (cell) => cell.execution_count)"""
DONE = f"""() => {{
  const cells = {NOTEBOOK}.cells.filter((cell) => cell.cell_type == "code");
  const failed = cells.some((cell) =>
    cell.outputs.some((output) => output.output_type == "error"));
  return ({READY})() && (failed || cells.at(-1).execution_count !== null);
}}"""


class Container(NamedTuple):
    """Hold the files of the branch, and the environment of its programs."""

    files: Path
    prefix: Path
    env: dict[str, str]


class Server(NamedTuple):
    """Hold where JupyterLab is reached, and its process."""

    address: str
    token: str
    pid: int


def lay_out(files: Path) -> None:
    """Fill a new folder with what the branch of notebooks holds."""
    script = ROOT / "binder" / "branch.py"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, script, files], env=env, check=True)


def plan(files: Path) -> str:
    """Return what repo2docker would do, the Dockerfile above all."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    return subprocess.check_output(
        [*command, "."], cwd=files, stderr=subprocess.STDOUT, encoding="utf-8"
    )


def prepare(files: Path) -> Container:
    """Return a container that holds files, with what they need installed.

    The environment is kept from run to run. Raises RuntimeError if a step
    fails.
    """
    find_pytorch(files)
    brought = brought_packages()
    folder = KEPT / digest(files, brought)
    for other in set(KEPT.glob("*")) - {folder}:  # a gigabyte each
        shutil.rmtree(other)
    container = describe(files, folder)
    if not (folder / "installed").exists():
        install(container, brought)
        (folder / "installed").touch()
    return container


def find_pytorch(files: Path) -> None:
    """Take PyTorch from where pip finds it if its index is out of reach."""
    with suppress(OSError), urllib.request.urlopen(f"{INDEX}/", timeout=30):
        return
    file = files / "binder" / "requirements.txt"
    file.write_text(file.read_text("utf-8").replace(EXTRA_INDEX, ""), "utf-8")


def brought_packages() -> list[str]:
    """Return what repo2docker brings by conda, as pip names it."""
    folder = Path(find_spec("repo2docker").origin).parent
    lock = (folder / "buildpacks" / "conda" / VERSIONS).read_text("utf-8")
    return [
        f"{name}=={re.search(rf'/{name}-([0-9.]+)-', lock)[1]}"
        for name in BROUGHT
    ]


def digest(files: Path, brought: list[str]) -> str:
    """Return the hash of all that decides what is installed."""
    binder = sorted(files.glob("binder/*"))
    texts = [sys.version, *brought, *(f.read_text("utf-8") for f in binder)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def describe(files: Path, prefix: Path) -> Container:
    """Return a container.

    Of what the user has, it knows where pip finds packages, and no more.
    """
    ours = re.compile("PYTHON|JUPYTER|IPYTHON|CHARRNN|MPL|TQDM|VIRTUAL_ENV")
    home = files.parent / "home"
    env = {k: v for k, v in os.environ.items() if not ours.match(k)} | {
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "jupyter"),
        "IPYTHONDIR": str(home / "ipython"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONNOUSERSITE": "1",
        "PATH": os.pathsep.join([str(prefix / "bin"), os.environ["PATH"]]),
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "REPO_DIR": str(files),
    }
    return Container(files, prefix, env)


def install(container: Container, brought: list[str]) -> None:
    """Make the environment anew, and follow the steps of repo2docker.

    Raises RuntimeError if one fails.
    """
    venv = [sys.executable, "-m", "venv", "--clear", container.prefix]
    subprocess.run(venv, check=True)
    ours = OUR_STEPS.findall(plan(container.files))
    for step in (f"pip install {' '.join(brought)}", *ours):
        result = subprocess.run(
            ["bash", "-c", step], cwd=container.files, env=container.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(f"{step}\n{result.stdout[-4000:]}")


@contextmanager
def serve(container: Container) -> Iterator[Server]:
    """Start JupyterLab as a container does; end it at the end."""
    start = container.files / "binder" / "start"
    command = [start, "python", "-m", "jupyterlab", *OPTIONS]
    with jupyter(command, container.files, container.env) as server:
        yield server


@contextmanager
def jupyter(
    command: list[str | Path],
    folder: Path,
    env: dict[str, str],
    path: str = "",
) -> Iterator[Server]:
    """Run a server of Jupyter in a folder, on loopback, at a path.

    Raises RuntimeError, with what it wrote, if it ends before it answers.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    log = folder.parent / "jupyter.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*command, "--ip=127.0.0.1", f"--port={port}", "--no-browser",
             "--allow-root", "--ServerApp.port_retries=0",
             f"--ServerApp.base_url={path}/",
             f"--IdentityProvider.token={token}"],
            cwd=folder, env=env,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}{path}", token, process.pid)
    try:
        while not answers(server):
            if process.poll() is not None:
                raise RuntimeError(log.read_text("utf-8")[-4000:])
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait()


def answers(server: Server) -> bool:
    """Return whether JupyterLab is there yet."""
    url = f"{server.address}/api/status?token={server.token}"
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return "started" in json.load(response)
    except OSError:
        return False


def open_page(tab: Page, server: Server, name: str) -> None:
    """Open a notebook by the path of a launch link."""
    path = f"lab/tree/{name}?reset"
    tab.goto(f"{server.address}/{path}&token={server.token}")
    tab.wait_for_selector(".jp-NotebookPanel")
    tab.wait_for_function(READY)


def run_all(tab: Page) -> dict:
    """Run all cells by the menu; return the notebook when they have run."""
    choose(tab, "Edit", "Clear Outputs of All Cells")
    for _ in range(3):  # now and then, JupyterLab does not hear it
        choose(tab, "Run", "Run All Cells")
        with suppress(TimeoutError):
            tab.wait_for_function(BEGUN, timeout=20_000)
            break
    tab.wait_for_function(DONE, timeout=10 * 60 * 1000)
    return tab.evaluate(NOTEBOOK)


def choose(tab: Page, menu: str, entry: str) -> None:
    """Choose an entry of a menu."""
    tab.click(f".lm-MenuBar >> text={menu}")
    tab.click(f".lm-Menu >> text={entry}")


def close_page(tab: Page) -> None:
    """End the kernel of a page."""
    tab.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
