"""Checkers from npm: of HTML, accessibility, JavaScript and stylesheets."""

import json
import shutil
import subprocess
from pathlib import Path

from chapter.print import browser
from filelock import FileLock
from playwright.sync_api import Page

from shared.site import ROOT

TOOLS = ROOT / "_build" / "checkers"
PACKAGES = [
    "axe-core@4.14.1",  # are the pages accessible?
    "vnu-jar@26.9.27",  # is their HTML valid?
    "eslint@9.39.5",  # our JavaScript; 10 needs a newer Node.js
    "@eslint/js@9.39.5",
    "globals@17.14.0",
    "stylelint@16.25.0",  # our stylesheets
    "stylelint-config-standard@39.0.1",
]
ESLINT = ["eslint/bin/eslint.js"]
STYLELINT = ["stylelint/bin/stylelint.mjs", "--config-basedir", str(TOOLS)]
CHROMIUM = browser.find_browser()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Unavailable(Exception):
    """Say what the checkers lack: npm, or a network."""


def install_tools(*more: str) -> None:
    """Fetch the checkers, in the versions named here, and ``more``.

    Raises Unavailable without npm, or if it cannot fetch them.
    """
    TOOLS.mkdir(parents=True, exist_ok=True)
    stamp, wanted = TOOLS / "installed.json", [*PACKAGES, *more]
    with FileLock(TOOLS / "install.lock"):  # tests run side by side
        if stamp.exists() and {*wanted} <= {*json.loads(stamp.read_text())}:
            return
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("npm")
        result = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts",
             "--prefix", TOOLS, *wanted],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        if result.returncode:
            raise Unavailable("a network")
        stamp.write_text(json.dumps(wanted), "utf-8")


def tool(path: str) -> Path:
    """Return a file of a package that was fetched."""
    return TOOLS / "node_modules" / path


def html_errors(files: list[Path]) -> list[dict]:
    """Return what the Nu HTML checker calls an error."""
    result = subprocess.run(
        ["java", "-jar", tool("vnu-jar/build/dist/vnu.jar"),
         "--errors-only", "--format", "json", *files],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(result.stderr)["messages"]


def complaints(linter: list[str], *files: str) -> str:
    """Return what a linter says of some files, or nothing."""
    entry, *options = linter
    result = subprocess.run(
        ["node", tool(entry), *options, "--max-warnings=0", *files],
        cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    return result.stdout if result.returncode else ""


# Of what passes, axe need not tell. It may not read a stylesheet of a disk.
VIOLATIONS = """axe.run({
  resultTypes: ["violations"],
  preload: location.protocol !== "file:",
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))"""


def axe_violations(tab: Page) -> list[str]:
    """Return what axe objects to on a page, as rule and element."""
    tab.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
    return tab.evaluate(VIOLATIONS)
