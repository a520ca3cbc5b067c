"""Measure what a container of Binder must hold, and how long a page takes.

    .venv/bin/python -m benchmarks.binder

writes benchmarks/binder.json, which the page about rerunning reads. It makes
a container of the site that is built, as tests/container does, and in it runs
each page, all cells, in JupyterLab. The seconds are those that the processor
worked for the page, on its one thread. So they do not depend on what else the
machine does. It needs Chromium, and Linux.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from experiments import record
from experiments.run import take_no_arguments

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "book" / "_ext")]
from shared import checkers, container  # noqa: E402
from shared.site import CHAPTER, NOTEBOOKS  # noqa: E402

SEEDS = []
MB = 2**20


def main() -> None:
    """Make the environment, measure all pages, and write the record."""
    take_no_arguments(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "files")
        container.lay_out(files)
        box = container.prepare(files)
        results = {
            "wheels_mb": wheels_size(box),
            "installed_mb": size(box.prefix.rglob("*")),
            **measure(box),
        }
    record.write(__file__, SEEDS, results)


def wheels_size(box: container.Container) -> int:
    """Return the size in MB of all wheels that were installed."""
    wheels = box.files.parent / "wheels"
    subprocess.run(
        [box.prefix / "bin" / "pip", "wheel", "--quiet", "--no-cache-dir",
         "--wheel-dir", wheels, "--requirement", "binder/requirements.txt",
         *container.brought_packages()],
        cwd=box.files, env=box.env, check=True,
    )  # fmt: skip
    return size(wheels.glob("*.whl"))


def size(files: Iterator[Path]) -> int:
    """Return the size of files in MB."""
    sizes = (f.stat().st_size for f in files if f.is_file())
    return round(sum(sizes) / MB)


def measure(box: container.Container) -> dict:
    """Return seconds and MB of each page, and the MB of JupyterLab."""
    found = {}
    with sync_playwright() as playwright, container.serve(box) as server:
        browser = playwright.chromium.launch(
            executable_path=checkers.CHROMIUM, args=checkers.FLAGS
        )
        for page in filter(NOTEBOOKS.__contains__, CHAPTER):
            name = Path(page).name
            found[name] = run(browser, server, page)
            print(f"{name:11} {found[name]}", flush=True)
        browser.close()
        jupyter = peak(psutil.Process(server.pid))
    return {"jupyter_mb": jupyter, "pages": found}


def run(
    browser: Browser, server: container.Server, page: str
) -> dict[str, float]:
    """Return the seconds that a page runs, and the MB of its kernel."""
    with browser.new_context() as context:
        tab = context.new_page()
        container.open_page(tab, server, f"{page}.ipynb")
        (kernel,) = psutil.Process(server.pid).children()
        before = worked(kernel)
        notebook = container.run_all(tab)
        seconds = round(worked(kernel) - before, 1)
        memory = peak(kernel)
        container.close_page(tab)
    failed = [
        output
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    if failed:
        raise RuntimeError(f"{page}: {failed}")
    return {"seconds": seconds, "kernel_mb": memory}


def worked(process: psutil.Process) -> float:
    """Return the seconds that the processor has worked for a process."""
    times = process.cpu_times()
    return times.user + times.system


def peak(process: psutil.Process) -> int:
    """Return the most memory in MB that a process has held (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    (line,) = (x for x in status.splitlines() if x.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024)


if __name__ == "__main__":
    main()
