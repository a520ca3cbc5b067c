"""Checkers from npm: of HTML, accessibility, JavaScript and stylesheets."""

import json
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock
from playwright.sync_api import Page

from shared.site import ROOT
from shared.tools import need

WIDGETS = ROOT / "widgets"  # whose package.json lists the checkers
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def install_tools() -> None:
    """Install the checkers, in the versions of package.json."""
    wanted = (WIDGETS / "package.json").read_text("utf-8")
    stamp = WIDGETS / "node_modules" / "installed.json"
    lock = ROOT / "_build" / "checkers.lock"  # npm would remove it there
    lock.parent.mkdir(exist_ok=True)
    with FileLock(lock):  # tests run side by side
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        npm = shutil.which("npm")
        if npm is None:
            need("npm", "to install the checkers")
        command = [npm, "install", "--silent"]
        if subprocess.run(command, cwd=WIDGETS).returncode:
            need("a network", "to install the checkers")
        stamp.write_text(wanted, "utf-8")


def tool(path: str) -> Path:
    """Return a file of a package that was installed."""
    return WIDGETS / "node_modules" / path


def html_errors(files: list[Path]) -> list[dict]:
    """Return what the Nu HTML checker calls an error."""
    result = subprocess.run(
        ["java", "-jar", tool("vnu-jar/build/dist/vnu.jar"),
         "--errors-only", "--format", "json", *files],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(result.stderr)["messages"]


# Of what passes, axe need not tell. It may not read a stylesheet of a disk.
VIOLATIONS = """(selector) => axe.run(selector, {
  resultTypes: ["violations"],
  preload: location.protocol !== "file:",
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))"""


def axe_violations(tab: Page, selector: str = "html") -> list[str]:
    """Return what axe objects to in a part of a page: rules and elements."""
    tab.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
    return tab.evaluate(VIOLATIONS, selector)
