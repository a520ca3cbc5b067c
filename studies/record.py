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


def commit() -> str:
    """Return the commit of the code; exit if some of it is not committed."""
    if changed := git("status", "--porcelain", "--", *DECIDING):
        sys.exit(f"A record names a commit, so commit these first:\n{changed}")
    return git("rev-parse", "--short", "HEAD")


def write(script: str, commit: str, seeds: list[int], results: dict) -> None:
    """Write the record of a script, run at a commit, beside it."""
    name = Path(script).stem
    instructions = torch.backends.cpu.get_cpu_capability()
    processor = f"{model_name()} with {instructions}, {platform.machine()}"
    record = {
        "script": f"studies/{name}.py",
        "date": date.today().isoformat(),
        "commit": commit,
        "machine": f"{processor}, {os.cpu_count()} cores",
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
        },
        "seeds": seeds,
        "results": results,
    }
    text = json.dumps(record, indent=2)
    (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
