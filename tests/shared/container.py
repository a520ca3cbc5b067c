"""A container as Binder makes it, as near as one comes without Docker.

repo2docker says what it would do for this checkout. Its steps are followed
in a fresh environment, and JupyterLab started in it, on loopback.
"""

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
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path("_build", "models")
INDEX = "https://download.pytorch.org/whl/cpu"
EXTRA_INDEX = f"--extra-index-url {INDEX}"
OUR_STEPS = re.compile(r"^RUN (\$\{KERNEL_PYTHON_PREFIX\}/.*|\./.*)$", re.M)
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
DONE = f"""() => {{
  const cells = {NOTEBOOK}.cells.filter((cell) => cell.cell_type == "code");
  const failed = cells.some((cell) =>
    cell.outputs.some((output) => output.output_type == "error"));
  return ({READY})() && (failed || cells.at(-1).execution_count !== null);
}}"""


class Container(NamedTuple):
    """Hold the files of a checkout, and the environment of its programs."""

    files: Path
    prefix: Path
    env: dict[str, str]


class Server(NamedTuple):
    """Hold where JupyterLab is reached, and its process."""

    address: str
    token: str
    pid: int


def export(files: Path) -> None:
    """Copy what a clone of this checkout has, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, files / name)


def plan(files: Path) -> str:
    """Return what repo2docker would do, the Dockerfile above all."""
    result = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=files, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", check=True,
    )  # fmt: skip
    return result.stdout


def prepare(folder: Path) -> Container:
    """Return a container with nothing but this checkout and a Python.

    Of what the user has, it knows where pip finds packages, and no more.
    """
    files, prefix = folder / "files", folder / "prefix"
    export(files)
    subprocess.run([sys.executable, "-m", "venv", prefix], check=True)
    ours = re.compile("PYTHON|JUPYTER|IPYTHON|CHARRNN|MPL|TQDM|VIRTUAL_ENV")
    env = {k: v for k, v in os.environ.items() if not ours.match(k)} | {
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONNOUSERSITE": "1",
        "PATH": os.pathsep.join([str(prefix / "bin"), os.environ["PATH"]]),
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "REPO_DIR": str(files),
    }
    return Container(files, prefix, env)


def find_pytorch(container: Container) -> None:
    """Take PyTorch from where pip finds it if its index is out of reach."""
    with suppress(OSError), urllib.request.urlopen(f"{INDEX}/", timeout=30):
        return
    file = container.files / "binder" / "requirements.txt"
    file.write_text(file.read_text("utf-8").replace(EXTRA_INDEX, ""), "utf-8")


def bring_models(container: Container) -> None:
    """Copy the trained models of this checkout: those that fit are kept."""
    if (ROOT / MODELS).is_dir():
        shutil.copytree(ROOT / MODELS, container.files / MODELS)


def build(container: Container, planned: str) -> str:
    """Follow the steps that concern this checkout; return what they print.

    Raises RuntimeError if one fails.
    """
    printed = ""
    for step in OUR_STEPS.findall(planned):
        result = subprocess.run(
            ["bash", "-c", step], cwd=container.files, env=container.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        printed += f"{step}\n{result.stdout}"
        if result.returncode:
            raise RuntimeError(printed[-4000:])
    return printed


@contextmanager
def serve(container: Container) -> Iterator[Server]:
    """Start JupyterLab as a container does; end it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        str(container.files / "binder" / "start"),
        "jupyter", "lab", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--no-browser", "--allow-root",
        f"--IdentityProvider.token={token}", *OPTIONS,
    ]  # fmt: skip
    log = container.files.parent / "jupyter.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=container.files, env=container.env,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", token, process.pid)
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
    """Open a page by the path of a launch link, as a notebook."""
    path = f"lab/tree/book/{name}.md"
    tab.goto(f"{server.address}/{path}?reset&token={server.token}")
    tab.wait_for_selector(".jp-NotebookPanel")
    tab.wait_for_function(READY)


def run_all(tab: Page) -> dict:
    """Run all cells by the menu; return the notebook when they have run."""
    tab.click(".lm-MenuBar >> text=Run")
    tab.click(".lm-Menu >> text=Run All Cells")
    tab.wait_for_function(DONE, timeout=15 * 60 * 1000)
    return tab.evaluate(NOTEBOOK)


def close_page(tab: Page) -> None:
    """End the kernel of a page."""
    tab.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
