"""Records: the results of a study, kept as JSON for a page to show."""

import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

import torch

from bookkit.machine import model_name

FOLDER = Path(__file__).resolve().parent  # of the scripts and their records
ROOT = FOLDER.parent
DECIDING = "charrnn", "bookkit", "widgets", "studies", "book", ":!*.json"


def git(*arguments: str) -> str:
    """Return what git prints in the root of the project."""
    command = ["git", *arguments]
    return subprocess.check_output(command, cwd=ROOT, encoding="utf-8").strip()


def write(script: str, seeds: list[int], results: dict) -> None:
    """Write the record of a script beside it.

    Exits if code that may decide the results is not committed.
    """
    if changed := git("status", "--porcelain", "--", *DECIDING):
        sys.exit(f"A record names a commit, so commit these first:\n{changed}")
    name = Path(script).stem
    instructions = torch.backends.cpu.get_cpu_capability()
    processor = f"{model_name()} with {instructions}"
    cores = f"{os.cpu_count()} cores"
    record = {
        "script": f"studies/{name}.py",
        "date": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD"),
        "machine": f"{processor}, {platform.machine()}, {cores}",
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
        },
        "seeds": seeds,
        "results": results,
    }
    text = json.dumps(record, indent=2) + "\n"
    (FOLDER / f"{name}.json").write_text(text, "utf-8")
